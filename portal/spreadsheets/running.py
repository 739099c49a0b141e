"""Carrying an import out: all or nothing, each record with a revision of its own."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from portal.changes import change
from portal.curation.document import Document, Resolver, create, write
from portal.curation.history import record_steps
from portal.curation.rights import require_right
from portal.curation.workflow import start_change, store_once
from portal.models import PublicationState, Publishable, Step
from portal.spreadsheets.layout import Layout, layout_of
from portal.spreadsheets.planning import BATCH, Plan, Progress, Status, plan
from portal.spreadsheets.reading import read_file
from portal.spreadsheets.scanning import FileRefusedError
from portal.spreadsheets.understanding import Understanding
from portal.text import in_chunks


class NotSoundError(Exception):
    """An import with faults: nothing was written. The plan says which."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("Nothing was imported: the file has faults."))
        self.plan = plan


def check(model: type, name: str, content: bytes, collection: str, progress: Progress) -> Plan:
    """Give what importing a file would do. Raises FileRefusedError."""
    layout = layout_of(model)
    understood = Understanding(layout).understand(read_file(name, content))
    if not understood.incoming and not understood.faults:
        raise FileRefusedError(_("There is no row in this file, other than examples."))
    return plan(layout, understood, collection, progress)


def carry_out(
    model: type,
    name: str,
    content: bytes,
    collection: str,
    by: AbstractBaseUser,
    progress: Progress,
    seen: dict[str, Any] | None = None,
) -> Plan:
    """Import a file, and give what was done. What is public is changed in working copies.

    The file is checked anew, in the same transaction: what was seen in the dry run may be old.
    Raises NotSoundError with nothing written, also where the outcome would not be what was `seen`.
    """
    layout = layout_of(model)
    require_right(by, "add", model())
    require_right(by, "change", model())

    def first_half(done: int, total: int) -> None:
        progress(done, 2 * total)

    with change():
        made = check(model, name, content, collection, first_half)
        if not made.is_sound or (seen is not None and made.shown() != seen):
            raise NotSoundError(made)
        _write(layout, made, by, _("Imported from %s") % name, progress)
    return made


def _write(
    layout: Layout, made: Plan, by: AbstractBaseUser, reason: str, progress: Progress
) -> None:
    wanted = [each for each in made.records if each.status in (Status.NEW, Status.CHANGED)]
    resolver = Resolver()
    done = 0
    for some in in_chunks(wanted, BATCH):
        new: list[tuple[Publishable, Document]] = []
        changed: list[Publishable] = []
        for each in some:
            if each.target is None:
                record = layout.anatomy.model(state=PublicationState.DRAFT)
                new.append((record, each.document))
            else:
                changed.append(_change(each.target, each.document, by, resolver))
        if new:
            create(new, resolver=resolver)
        records = [*(record for record, _document in new), *changed]
        record_steps(records, Step.Action.IMPORTED, by, reason)
        done += len(some)
        progress(len(wanted) + done, 2 * len(wanted))


def _change(
    target: Publishable, document: Document, by: AbstractBaseUser, resolver: Resolver
) -> Publishable:
    """Bring a record in line, or the working copy of one that is public; give what was written."""
    if target.is_published:
        target = start_change(target, by)
    else:
        store_once(target)
    write(target, document, resolver=resolver)
    return target
