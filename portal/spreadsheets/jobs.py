"""Imports on their way: the file is kept between dry run and confirmation, long ones work apart.

A short file is worked off within the request. A long one is given to a process of its own, which
tells how far it is in a small file beside the sent one: within its transaction it could not say so
in the database. If that process dies, the transaction dies with it.
"""

import contextlib
import fcntl
import json
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.changes import change
from portal.env import BASE
from portal.models import ImportJob
from portal.safety.audit import record
from portal.safety.models import AuditAction
from portal.spreadsheets.collections import make_collection
from portal.spreadsheets.kinds import kind_of
from portal.spreadsheets.running import NotSoundError
from portal.spreadsheets.scanning import FileRefusedError

AT_ONCE = 100_000  # bytes that are worked off within a request
logger = logging.getLogger(__name__)
KEPT = timedelta(days=7)
State = ImportJob.State


def folder() -> Path:
    """Give the folder of sent files, readable by the portal alone."""
    path: Path = settings.STATE_FOLDER / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(job: ImportJob) -> Path:
    """Give where the sent file of a job is."""
    return folder() / f"{job.pk}.file"


def start(
    model: Any, person: Any, name: str, content: bytes, collection: str, new_collection: str = ""
) -> ImportJob:
    """Keep a file that somebody sends, and begin to check it. Old ones go.

    `collection` is the slug of where new records go; with the name of a `new_collection`, that of
    one which the import will make.
    """
    forget_old()
    job = ImportJob.objects.create(
        model=model._meta.label_lower,
        person=person,
        file_name=name[:200],
        collection=collection,
        new_collection=new_collection,
    )
    file_of(job).write_bytes(content)
    work(job, "check")
    return job


def confirm(job: ImportJob) -> bool:
    """Import what was checked, once: pressed twice, the second time does nothing."""
    with transaction.atomic():
        waiting = ImportJob.objects.select_for_update().get(pk=job.pk)
        is_open = settled(waiting).state in (State.CHECKED, State.FAILED)
        if not is_open or not waiting.report.get("is_sound"):
            return False
        ImportJob.objects.filter(pk=job.pk).update(state=State.IMPORTING, message="")
        job.state = State.IMPORTING
    work(job, "import")
    return True


def work(job: ImportJob, what: str) -> None:
    """Do a part of the work: at once, or in a process of its own for a long file."""
    if file_of(job).stat().st_size <= AT_ONCE:
        run(job, what)
        return
    # The worker holds the lock as long as it lives, however it ends.
    with lock_file(job).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "manage.py", "run_import", str(job.pk), what],
            cwd=BASE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )


def run(job: ImportJob, what: str) -> None:
    """Check or import, and keep what came of it."""
    model: Any = apps.get_model(job.model)
    kind = kind_of(model)
    content = file_of(job).read_bytes()

    def progress(done: int, total: int) -> None:
        if total > 100 and (done % 20 == 0 or done == total):  # short ones need none
            tell(job, done, total)

    try:
        if what == "check":
            plan = kind.check(model, job.file_name, content, job.collection, progress)
            job.state, job.report = State.CHECKED, plan.shown()
            job.save()
        else:
            with change():
                if job.new_collection:
                    make_collection(model, job.collection, job.new_collection, job.person)
                plan = kind.carry_out(
                    model, job.file_name, content, job.collection, job.person, progress, job.report
                )
                job.state, job.report = State.IMPORTED, plan.shown()
                job.save()
                name = str(model._meta.verbose_name_plural)
                record(job.person, AuditAction.IMPORTED, name, job.file_name)
    except FileRefusedError as refused:
        job.state, job.message = State.REFUSED, str(refused)
        job.save()
    except NotSoundError as error:
        job.state, job.report = State.CHECKED, error.plan.shown()
        job.message = _("Something has changed since the dry run. Nothing was imported.")
        job.save()
    except Exception:
        logger.exception("An import could not be worked off")
        job.state = State.FAILED
        job.message = _("Something went wrong here. Nothing was imported; it has been noted.")
        job.save()
    finally:
        progress_file(job).unlink(missing_ok=True)
    if job.state in (State.IMPORTED, State.REFUSED):
        file_of(job).unlink(missing_ok=True)


# --- How far it is ------------------------------------------------------------------------------


def progress_file(job: ImportJob) -> Path:
    """Give the small file in which a worker says how far it is."""
    return folder() / f"{job.pk}.progress"


def lock_file(job: ImportJob) -> Path:
    """Give the file whose lock says that a worker lives."""
    return folder() / f"{job.pk}.lock"


def tell(job: ImportJob, done: int, total: int) -> None:
    """Say how far the work is."""
    part = progress_file(job).with_suffix(".part")
    part.write_text(json.dumps({"done": done, "total": total}))
    part.replace(progress_file(job))


def progress_of(job: ImportJob) -> dict[str, int] | None:
    """Give how far the work is; nothing where no worker says so."""
    try:
        found: dict[str, int] = json.loads(progress_file(job).read_text())
    except (OSError, ValueError):
        return None
    return found


def is_worked_on(job: ImportJob) -> bool:
    """Say whether a worker lives that works on a job."""
    try:
        with lock_file(job).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def settled(job: ImportJob) -> ImportJob:
    """Give a job as it is: where its worker is gone, nothing was imported."""
    if job.state in (State.CHECKING, State.IMPORTING) and not is_worked_on(job):
        job.refresh_from_db()  # it may just have ended
        if job.state in (State.CHECKING, State.IMPORTING):
            job.state = State.FAILED
            job.message = _("The work was interrupted. Nothing was imported.")
    return job


def forget_old() -> None:
    """Drop jobs and files that nobody has come back to."""
    old = ImportJob.objects.filter(created_at__lt=timezone.now() - KEPT)
    for job in old:
        for path in (file_of(job), progress_file(job), lock_file(job)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    old.delete()
