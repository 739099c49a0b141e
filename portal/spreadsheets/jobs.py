"""Imports on their way: the file is kept between dry run and confirmation, long ones work apart.

A short file is worked off within the request. A long one is given to a process of its own, which
tells how far it is in a small file beside the sent one: within its transaction it could not say so
in the database. If that process dies, the transaction dies with it.
"""

import contextlib
import json
import os
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

from portal.env import BASE
from portal.models import ImportJob
from portal.safety.audit import record
from portal.safety.models import AuditAction
from portal.spreadsheets import running
from portal.spreadsheets.reading import FileRefusedError

AT_ONCE = 300_000  # bytes that are worked off within a request
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


def start(model: Any, person: Any, name: str, content: bytes, collection: str) -> ImportJob:
    """Keep a file that somebody sends, and begin to check it. Old ones go."""
    forget_old()
    job = ImportJob.objects.create(
        model=model._meta.label_lower, person=person, file_name=name[:200], collection=collection
    )
    file_of(job).write_bytes(content)
    work(job, "check")
    return job


def confirm(job: ImportJob) -> bool:
    """Import what was checked, once: pressed twice, the second time does nothing."""
    with transaction.atomic():
        waiting = ImportJob.objects.select_for_update().filter(
            pk=job.pk, state__in=[State.CHECKED, State.FAILED], report__is_sound=True
        )
        if not waiting.update(state=State.IMPORTING, message=""):
            return False
    work(job, "import")
    return True


def work(job: ImportJob, what: str) -> None:
    """Do a part of the work: at once, or in a process of its own for a long file."""
    if file_of(job).stat().st_size <= AT_ONCE:
        run(job, what)
        return
    tell(job, 0, 0)
    subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "run_import", str(job.pk), what],
        cwd=BASE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def run(job: ImportJob, what: str) -> None:
    """Check or import, and keep what came of it."""
    model: Any = apps.get_model(job.model)
    content = file_of(job).read_bytes()

    def progress(done: int, total: int) -> None:
        if total > 100 and (done % 20 == 0 or done == total):  # short ones need none
            tell(job, done, total)

    try:
        if what == "check":
            plan = running.check(model, job.file_name, content, job.collection, progress)
            job.state, job.report = State.CHECKED, plan.shown()
            job.save()
        else:
            with transaction.atomic():
                plan = running.carry_out(
                    model, job.file_name, content, job.collection, job.person, progress
                )
                job.state, job.report = State.IMPORTED, plan.shown()
                job.save()
                name = str(model._meta.verbose_name_plural)
                record(job.person, AuditAction.IMPORTED, name, job.file_name)
    except FileRefusedError as refused:
        job.state, job.message = State.REFUSED, str(refused)
        job.save()
    except running.NotSoundError as error:
        job.state, job.report = State.CHECKED, error.plan.shown()
        job.message = _("Something has changed since the dry run. Nothing was imported.")
        job.save()
    finally:
        progress_file(job).unlink(missing_ok=True)
    if job.state in (State.IMPORTED, State.REFUSED):
        file_of(job).unlink(missing_ok=True)


# --- How far it is ------------------------------------------------------------------------------


def progress_file(job: ImportJob) -> Path:
    """Give the small file in which a worker says how far it is."""
    return folder() / f"{job.pk}.progress"


def tell(job: ImportJob, done: int, total: int) -> None:
    """Say how far the work is."""
    part = progress_file(job).with_suffix(f".{os.getpid()}")
    part.write_text(json.dumps({"done": done, "total": total, "process": os.getpid()}))
    part.replace(progress_file(job))


def progress_of(job: ImportJob) -> dict[str, int] | None:
    """Give how far the work is; nothing where no worker says so."""
    try:
        found: dict[str, int] = json.loads(progress_file(job).read_text())
    except (OSError, ValueError):
        return None
    return found


def settle(job: ImportJob) -> ImportJob:
    """Notice that a worker is gone: then nothing was imported, and one may try again."""
    if job.state not in (State.CHECKING, State.IMPORTING):
        return job
    told = progress_of(job)
    if told is not None and _is_alive(told["process"]):
        return job
    job.refresh_from_db()
    if job.state in (State.CHECKING, State.IMPORTING) and told is not None:
        job.message = _("The work was interrupted. Nothing was imported; you may try again.")
        job.state = State.FAILED
        job.save()
    return job


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def forget_old() -> None:
    """Drop jobs and files that nobody has come back to."""
    old = ImportJob.objects.filter(created_at__lt=timezone.now() - KEPT)
    for job in old:
        for path in (file_of(job), progress_file(job)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    old.delete()
