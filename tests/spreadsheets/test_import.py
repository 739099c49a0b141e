"""Importing: all or nothing, by slug, into drafts and working copies, once."""

import fcntl
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from casestudies.models import CaseStudy, Collection, Theme
from lessons.models import Evidence, Lesson
from portal.curation import workflow
from portal.curation.history import steps_of
from portal.env import BASE
from portal.models import ImportJob
from portal.safety.models import AuditAction, AuditEntry
from portal.spreadsheets import jobs, running
from portal.spreadsheets.layout import layout_of
from portal.spreadsheets.running import NotSoundError, carry_out, check
from portal.spreadsheets.template import template
from portal.spreadsheets.writing import as_archive, as_workbook
from tests.builders import (
    make_approach,
    make_case,
    make_company,
    make_curator,
    make_evidence,
    make_figure,
    make_lesson,
    make_theme,
)
from tests.curation.test_desk import enter
from tests.spreadsheets.making import good, with_cell, workbook
from tests.test_processes import database_url

pytestmark = pytest.mark.django_db
__all__ = ["enter"]


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


@pytest.fixture
def owner() -> User:
    """What the good sheets refer to, and somebody who may import."""
    make_case("there")
    make_company("acme-gold")
    make_approach("dialogue")
    return make_curator()


def bring(owner: User, content: bytes, name: str = "sent.xlsx", collection: str = "") -> Any:
    """Import a file of cases and give what was done."""
    return carry_out(CaseStudy, name, content, collection, owner, quiet)


def test_new_cases_are_drafts_with_all_their_rows_and_a_step(owner: User) -> None:
    bring(owner, workbook(good()))
    case = CaseStudy.objects.get(slug="first-case")
    assert case.state == "draft"
    assert [country.code for country in case.countries.all()] == ["GH"]
    assert [theme.slug for theme in case.themes.all()] == ["gender"]
    assert case.company_roles.get().company.slug == "acme-gold"
    assert case.figures.get().source == case.sources.get()
    assert case.context_html == "<p>The setting.</p>"
    assert str(case.latitude) == "6.25"
    assert case.completeness > 0
    (step,) = steps_of(case)
    assert (step.action, step.reason) == ("imported", "Imported from sent.xlsx")


def test_a_second_import_of_the_same_file_changes_nothing(owner: User) -> None:
    bring(owner, workbook(good()))
    plan = bring(owner, workbook(good()))
    assert plan.shown()["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "faulty": 0}
    assert steps_of(CaseStudy.objects.get(slug="first-case")).count() == 1


def test_what_is_public_changes_in_a_working_copy(owner: User) -> None:
    public = make_case("public", title="Old")
    plan = bring(owner, b"slug,title\npublic,New\n", "cases.csv")
    (change,) = plan.records[0].differences
    assert "Old" in change["before"]
    public.refresh_from_db()
    assert public.title == "Old"
    assert workflow.working_copy_of(public).title == "New"  # type: ignore[union-attr]
    again = bring(owner, b"slug,title\npublic,New\n", "cases.csv")
    assert again.records[0].status == "unchanged"


def test_columns_and_sheets_that_are_left_out_stay_as_they_are(owner: User) -> None:
    case = make_case("draft", state="draft", place="Here", parties=("ngo",))
    make_figure(case)
    bring(owner, b"slug;title\ndraft;New\n", "cases.csv")
    case.refresh_from_db()
    assert (case.title, case.place) == ("New", "Here")
    assert (case.figures.count(), case.parties.count(), case.sources.count()) == (1, 1, 1)


def test_an_empty_cell_empties_what_may_be_empty(owner: User) -> None:
    case = make_case("draft", state="draft", year_from=2015, outcome_note="Why.")
    bring(owner, b"slug,year_from,outcome_note\ndraft,,\n", "cases.csv")
    case.refresh_from_db()
    assert (case.year_from, case.outcome_note) == (None, "")


def test_new_cases_go_to_the_chosen_collection(owner: User) -> None:
    Collection.objects.create(slug="wgc", name="World Gold Council 2022", description="d")
    sheets = good()
    place = sheets["case_studies"][0].index("collection")
    for row in sheets["case_studies"]:
        del row[place]
    bring(owner, workbook(sheets), collection="wgc")
    assert set(CaseStudy.objects.filter(collection__slug="wgc").values_list("slug", flat=True)) == {
        "first-case",
        "second-case",
    }


def test_one_fault_keeps_everything_out(owner: User) -> None:
    sheets = with_cell("case_studies", "themes", "xyzzy", row=2)
    with pytest.raises(NotSoundError):
        bring(owner, workbook(sheets))
    assert CaseStudy.objects.count() == 1


def test_a_failure_half_way_leaves_nothing(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError("full disk")

    monkeypatch.setattr(running, "record_steps", fail)
    with pytest.raises(OSError, match="full disk"):
        bring(owner, workbook(good()))
    assert CaseStudy.objects.count() == 1


def test_evidence_comes_alone_or_with_its_lesson(owner: User) -> None:
    lesson, case = make_lesson("a-lesson", state="draft"), make_case("a-case")
    make_evidence(lesson, make_case("old-case"))
    sheet = "slug,case,stance,note\na-lesson,a-case,challenges,It did not hold.\n"
    carry_out(Lesson, "evidence.csv", sheet.encode(), "", owner, quiet)
    link = Evidence.objects.get(lesson=lesson)  # what the file does not name is gone
    assert (link.case, link.stance) == (case, "challenges")


def test_the_template_is_accepted_as_it_is_and_offers_the_vocabulary(owner: User) -> None:
    make_theme("mercury")
    content = template(layout_of(CaseStudy))
    assert template(layout_of(CaseStudy)) == content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == "case_studies"
    assert book["lists"].sheet_state == "hidden"
    assert len(book["case_studies"].data_validations.dataValidation) > 10
    assert book["case_studies"].max_row == 4
    words = {cell.value for row in book["lists"].iter_rows() for cell in row}
    assert {"mercury", "GH", "acme-gold", "operation"} <= words
    columns = {(row[0].value, row[1].value) for row in book["dictionary"].iter_rows(min_row=2)}
    assert ("figures", "claimed_by") in columns
    heads, *rows = book["dictionary"].iter_rows(values_only=True)
    examples = {(row[0], row[1]): row[heads.index("Example")] for row in rows if row[1]}
    assert all(example is not None for example in examples.values())
    assert examples["case_studies", "countries"] == "GH"
    assert examples["sources", "url"] == "https://example.org/1"
    with pytest.raises(running.FileRefusedError, match="other than examples"):
        check(CaseStudy, "template.xlsx", content, "", quiet)


def test_hidden_rows_columns_and_sheets_are_read_and_the_dry_run_says_so(owner: User) -> None:
    def hide(book: Any) -> None:
        page = book["case_studies"]
        for number in (1, 3, 9):  # the headings, a case, and a row that holds nothing
            page.row_dimensions[number].hidden = True
        page.column_dimensions["C"].hidden = page.column_dimensions["ZZ"].hidden = True
        book["sources"].sheet_state = "hidden"
        book["figures"].row_dimensions[2].hidden = True

    shown = check(CaseStudy, "sent.xlsx", workbook(good(), hide), "", quiet).shown()
    assert shown["is_sound"]
    assert shown["counts"]["new"] == 2
    assert shown["notes"] == [
        "case_studies: 1 hidden row is read too: 3",
        "case_studies: 1 hidden column is read too: C",
        "sources: this sheet is hidden, and read too.",
        "figures: 1 hidden row is read too: 2",
    ]


# --- At the desk --------------------------------------------------------------------------------


def url(name: str, *args: Any) -> str:
    """Give an address of the admin of cases."""
    return reverse(f"admin:casestudies_casestudy_{name}", args=args)


def send(client: Client, content: bytes, name: str = "sent.xlsx") -> Any:
    """Send a file and give the page that shows what it would do."""
    return client.post(url("sheets"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def _hide_a_row(book: Any) -> None:
    book["case_studies"].row_dimensions[3].hidden = True


def test_an_editor_sends_sees_confirms_and_a_second_press_does_nothing(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    page = send(editor, workbook(good(), _hide_a_row))
    assert "2 new, 0 changed" in page.content.decode()
    assert "1 hidden row is read too: 3" in page.content.decode()
    assert CaseStudy.objects.count() == 1
    job = ImportJob.objects.get()
    editor.post(url("job", job.pk))
    editor.post(url("job", job.pk))
    assert CaseStudy.objects.count() == 3
    job.refresh_from_db()
    assert job.state == "imported"
    assert not jobs.file_of(job).exists()
    assert AuditEntry.objects.filter(action=AuditAction.IMPORTED).count() == 1
    assert "3" not in str(steps_of(CaseStudy.objects.get(slug="first-case")).count())


def without_collection() -> bytes:
    """Give the good workbook without the column that says where its cases go."""
    sheets = good()
    place = sheets["case_studies"][0].index("collection")
    for row in sheets["case_studies"]:
        del row[place]
    return workbook(sheets)


def name_collection(client: Client, name: str, **more: str) -> Any:
    """Send a file with the name of a new collection."""
    file = SimpleUploadedFile("sent.xlsx", without_collection())
    return client.post(url("sheets"), {"file": file, "new_collection": name, **more}, follow=True)


def test_a_new_collection_is_made_with_the_import_and_not_before(
    enter: Callable[[str], Client], owner: User
) -> None:
    publisher = enter("Publisher")
    Collection.objects.create(slug="new-report", name="Another", description="d")
    page = name_collection(publisher, "  New  report ")
    assert "The collection “New report” is made with the import." in page.content.decode()
    assert not Collection.objects.filter(name="New report").exists()
    publisher.post(url("job", ImportJob.objects.get().pk))
    made = Collection.objects.get(name="New report")
    assert made.slug == "new-report-2"  # the other name's slug was taken
    assert set(made.cases.values_list("slug", flat=True)) == {"first-case", "second-case"}


def test_an_import_that_stops_leaves_no_collection(
    enter: Callable[[str], Client], owner: User
) -> None:
    publisher = enter("Publisher")
    name_collection(publisher, "New report")
    CaseStudy.objects.get(slug="there").theme_items.all().delete()
    Theme.objects.get(slug="gender").delete()
    publisher.post(url("job", ImportJob.objects.get().pk))
    assert not Collection.objects.filter(name="New report").exists()


def test_a_collection_that_somebody_made_meanwhile_stops_the_import(
    enter: Callable[[str], Client], owner: User
) -> None:
    publisher = enter("Publisher")
    name_collection(publisher, "New report")
    Collection.objects.create(slug="theirs", name="new report", description="d")
    page = publisher.post(url("job", ImportJob.objects.get().pk), follow=True)
    assert "Somebody has made a collection “New report” meanwhile." in page.content.decode()
    assert CaseStudy.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "more", "reason"),
    [
        ("core", {}, "There is a collection “Core” already."),
        ("???", {}, "needs letters or digits"),
        ("x" * 151, {}, "at most 150 characters"),
        ("New", {"collection": "core"}, "not both"),
    ],
)
def test_a_name_that_cannot_be_a_new_collection_is_refused(
    enter: Callable[[str], Client], owner: User, name: str, more: dict[str, str], reason: str
) -> None:
    page = name_collection(enter("Publisher"), name, **more)
    assert reason in page.content.decode()
    assert not ImportJob.objects.exists()


def test_only_who_may_add_collections_can_name_a_new_one(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    assert "new_collection" not in editor.get(url("sheets")).content.decode()
    name_collection(editor, "New report", collection="core")
    assert ImportJob.objects.get().new_collection == ""


def test_a_page_of_work_in_progress_tells_scripts_how_far_it_is_and_reloads_without_them(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    send(editor, workbook(good()))
    job = ImportJob.objects.get()
    assert editor.get(url("job", job.pk), {"progress": "json"}).json()["is_working"] is False
    ImportJob.objects.update(state=ImportJob.State.IMPORTING)
    jobs.tell(job, 40, 200)
    with jobs.lock_file(job).open("w") as lock:  # as a worker that lives
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = editor.get(url("job", job.pk), {"progress": "json"}).json()
        page = editor.get(url("job", job.pk)).content.decode()
    assert told == {"state": "Being imported", "is_working": True, "done": 40, "total": 200}
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert "desk/progress.js" in page
    assert 'aria-live="polite"' in page
    assert "40 / 200" in page


def test_a_file_with_faults_cannot_be_confirmed(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    sheets = with_cell("case_studies", "countries", "Gahna")
    page = send(editor, workbook(sheets)).content.decode()
    assert "case_studies F2" in page
    assert "Did you mean “GH”?" in page
    job = ImportJob.objects.get()
    editor.post(url("job", job.pk))
    job.refresh_from_db()
    assert job.state == "checked"
    assert CaseStudy.objects.count() == 1


def test_what_changed_since_the_dry_run_stops_the_import(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    send(editor, workbook(good()))
    CaseStudy.objects.get(slug="there").theme_items.all().delete()
    Theme.objects.get(slug="gender").delete()
    job = ImportJob.objects.get()
    answer = editor.post(url("job", job.pk), follow=True).content.decode()
    assert "Something has changed since the dry run" in answer
    assert CaseStudy.objects.count() == 1


def test_an_edit_after_the_dry_run_is_not_overwritten(
    enter: Callable[[str], Client], owner: User
) -> None:
    editor = enter("Editor")
    draft = make_case("draft", state="draft", title="Old", place="Here")
    send(editor, b"slug,title\ndraft,New\n", "cases.csv")
    CaseStudy.objects.filter(pk=draft.pk).update(title="Theirs")
    job = ImportJob.objects.get()
    answer = editor.post(url("job", job.pk), follow=True).content.decode()
    assert "Something has changed since the dry run" in answer
    draft.refresh_from_db()
    assert draft.title == "Theirs"
    editor.post(url("job", job.pk))  # now seen
    draft.refresh_from_db()
    assert draft.title == "New"


def test_what_nobody_foresaw_is_told_and_may_be_tried_again(
    enter: Callable[[str], Client], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError("full disk")

    editor = enter("Editor")
    send(editor, workbook(good()))
    job = ImportJob.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(running, "record_steps", fail)
        answer = editor.post(url("job", job.pk), follow=True).content.decode()
    assert "Something went wrong here" in answer
    assert CaseStudy.objects.count() == 1
    editor.post(url("job", job.pk))
    assert CaseStudy.objects.count() == 3


def test_texts_typed_in_a_browser_and_odd_ones_come_back_the_same(owner: User) -> None:
    for number, text in enumerate(["a\r\nb", "  - code", "'=1", "=1", "''", "+1"]):
        case = make_case(f"odd-{number}", state="draft", context=text, outcome_note=text)
        make_evidence(make_lesson(), case)
    for write, name in ((as_workbook, "a.xlsx"), (as_archive, "a.zip")):
        content = write(layout_of(CaseStudy), CaseStudy.objects.order_by("slug"))
        plan = check(CaseStudy, name, content, "", quiet)
        assert [each.shown() for each in plan.records if each.status != "unchanged"] == []


def test_evidence_in_any_order_is_the_same(owner: User) -> None:
    lesson = make_lesson("a-lesson", state="draft")
    for slug in ("b-case", "a-case"):
        make_evidence(lesson, make_case(slug))
    rows = [f"a-lesson,{s}-case,supports,N\n" for s in "ba"]
    sheet = "slug,case,stance,note\n" + "".join(rows)
    carry_out(Lesson, "evidence.csv", sheet.encode(), "", owner, quiet)
    again = carry_out(Lesson, "evidence.csv", sheet.encode(), "", owner, quiet)
    assert again.records[0].status == "unchanged"


def test_an_import_is_seen_by_nobody_else(enter: Callable[[str], Client], owner: User) -> None:
    send(enter("Editor"), workbook(good()))
    job = ImportJob.objects.get()
    other = enter("Publisher")
    assert other.get(url("job", job.pk)).status_code == 404
    assert other.post(url("job", job.pk)).status_code == 404


def test_a_file_that_cannot_be_read_is_refused_with_a_message(
    enter: Callable[[str], Client], owner: User
) -> None:
    page = send(enter("Editor"), b"\xff\xfeslug", "cases.csv").content.decode()
    assert "UTF-16" in page


def test_everything_is_exported_and_noted(enter: Callable[[str], Client], owner: User) -> None:
    editor = enter("Editor")
    make_case("a-draft", state="draft")
    assert editor.get(url("export")).status_code == 405
    answer = editor.post(url("export"), {"format": "xlsx"})
    book = load_workbook(io.BytesIO(answer.content))
    slugs = [row[0].value for row in book["case_studies"].iter_rows(min_row=2)]
    assert slugs == ["a-draft", "there"]
    assert AuditEntry.objects.filter(action=AuditAction.EXPORTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_nothing_and_one_may_try_again(tmp_path: Path) -> None:
    make_case("there")
    make_company("acme-gold")
    make_approach("dialogue")
    owner = make_curator()
    sheets = good()
    row = sheets["case_studies"][1]
    sheets["case_studies"] += [[f"case-{n}", *row[1:]] for n in range(400)]
    job = ImportJob.objects.create(
        model="casestudies.casestudy", person=owner, file_name="sent.xlsx",
        state=ImportJob.State.IMPORTING,
    )  # fmt: skip
    jobs.file_of(job).write_bytes(workbook(sheets))
    job.report = check(CaseStudy, "sent.xlsx", workbook(sheets), "", quiet).shown()
    job.save()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(),
        "STATE_FOLDER": str(settings.STATE_FOLDER),
    }
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "run_import", str(job.pk), "import"],
        cwd=BASE, env=environment, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while (jobs.progress_of(job) or {}).get("done", 0) < 500 and time.monotonic() < deadline:
        assert worker.poll() is None
        time.sleep(0.02)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert CaseStudy.objects.count() == 1
    job = jobs.settled(ImportJob.objects.get(pk=job.pk))
    assert job.state == "failed"
    assert "Nothing was imported" in job.message
    assert jobs.confirm(ImportJob.objects.get(pk=job.pk))
    assert CaseStudy.objects.count() == 403
