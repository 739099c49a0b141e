"""Cases ticked in the list of the admin, as files of every format that the public site gives."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from casestudies.desk import export
from casestudies.exports.formats import FORMATS, Format
from casestudies.models import CaseStudy
from portal.curation import workflow
from portal.safety.models import AuditEntry
from portal.spreadsheets import reading
from tests.builders import make_case, make_figure
from tests.curation.test_desk import enter, working_copy
from tests.exporting import (
    body_of,
    read_bibtex,
    read_csv,
    read_json,
    read_ris,
    read_xlsx,
    text_of,
    titles_of,
)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:casestudies_casestudy_changelist")
PICKED = reverse("admin:casestudies_casestudy_picked")
TABLES = ("csv", "xlsx", "json", "bib", "ris")
__all__ = ["enter"]


@pytest.fixture
def editor(enter: Callable[[str], Client]) -> Client:
    """A browser of somebody who may look at cases."""
    return enter("Editor")


@pytest.fixture
def three() -> list[CaseStudy]:
    """A published case, its working copy and a draft, in the order of their titles."""
    public = make_case("a-case", title="A public one", parties=("ngo",))
    make_figure(public)
    workflow.start_change(public, User.objects.create_superuser("owner"))
    copy = working_copy(public)
    CaseStudy.objects.filter(pk=copy.pk).update(title="B its change")
    draft = make_case("a-draft", title="C a draft", state="draft", companies=())
    return [public, CaseStudy.objects.get(pk=copy.pk), draft]


def ask(client: Client, cases: list[CaseStudy], query: str = "", **more: Any) -> Any:
    """Tick cases in the list, and choose the export."""
    ticked = {"action": "export_action", "_selected_action": [case.pk for case in cases]}
    return client.post(f"{LIST}?{query}", ticked | more)


def send(client: Client, cases: list[CaseStudy], form: str) -> Any:
    """Send the page with the formats."""
    keys = ",".join(str(case.pk) for case in cases)
    return client.post(PICKED, {"keys": keys, "format": form})


def test_the_page_offers_every_format_of_the_public_and_keeps_the_order_of_the_list(
    editor: Client, three: list[CaseStudy]
) -> None:
    page = ask(editor, three, "o=-1")  # by title, the last one first
    offered = {form.name for form, _obstacle in page.context["formats"]}
    assert offered == {form.name for form in FORMATS} | {"xlsx-import"}
    assert page.context["keys"] == ",".join(str(case.pk) for case in reversed(three))
    text = page.content.decode()
    assert "working copy, draft" in text
    assert "Holds 2 unpublished records" in text


def test_all_of_a_list_may_be_chosen_at_once(editor: Client, three: list[CaseStudy]) -> None:
    page = ask(editor, three[:1], "state=draft", select_across="1")
    assert page.context["number"] == 2


@pytest.mark.parametrize("extension", TABLES)
def test_a_file_holds_the_picked_cases_in_their_order(
    editor: Client, three: list[CaseStudy], extension: str
) -> None:
    make_case(title="Not picked")
    answer = send(editor, three[::-1], extension)
    titles = ["C a draft", "B its change", "A public one"]
    if extension == "xlsx":
        sheet = read_xlsx(answer).worksheets[0]
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == titles
    else:
        assert titles_of(answer, extension) == titles
    assert answer["Content-Disposition"] == (
        f'attachment; filename="common-ground-cases-picked-unpublished.{extension}"'
    )


def test_every_file_says_which_records_are_not_public(
    editor: Client, three: list[CaseStudy]
) -> None:
    states = [("published", "no"), ("draft", "yes"), ("draft", "no")]
    rows = read_csv(send(editor, three, "csv"))
    assert [(row["state"], row["working_copy"]) for row in rows] == states
    data = read_json(send(editor, three, "json"))
    assert [(case["state"], case["working_copy"]) for case in data["cases"]] == states
    assert "Holds 2 unpublished records" in data["about"]["notice"]
    book = read_xlsx(send(editor, three, "xlsx"))
    head, *body = list(book.worksheets[0].iter_rows(values_only=True))
    place = head.index("Publication state")
    assert [row[place : place + 2] for row in body] == states
    assert "Holds 2 unpublished records" in str(list(book["About this export"].values))
    entries = read_bibtex(send(editor, three, "bib"))
    assert [entry.get("note", "") for entry in entries] == [
        "",
        "Unpublished record (Working copy, draft): not to be cited",
        "Unpublished record (Draft): not to be cited",
    ]
    assert len({entry["ID"] for entry in entries}) == 3
    notes = [record["notes"] for record in read_ris(send(editor, three, "ris"))]
    assert [len(each) for each in notes] == [1, 2, 2]


@pytest.mark.parametrize("form", ["pdf-brief", "pdf", "pdf-full"])
def test_a_booklet_holds_a_case_beside_its_working_copy_and_says_so_on_every_page(
    editor: Client, three: list[CaseStudy], form: str
) -> None:
    words = text_of(send(editor, three, form))
    for title in ("Apublicone", "Bitschange", "Cadraft"):
        assert title in words
    assert "Notpublic:workingcopy,draft" in words
    assert words.count("Holds2unpublishedrecords") > 3
    assert "Checksum" not in words  # nothing of the public could be compared with it


def test_what_is_all_public_is_called_so(editor: Client, three: list[CaseStudy]) -> None:
    answer = send(editor, three[:1], "json")
    assert "unpublished" not in answer["Content-Disposition"]
    assert "notice" not in read_json(answer)["about"]


def test_the_workbook_for_the_import_reads_back_and_leaves_working_copies_out(
    editor: Client, three: list[CaseStudy]
) -> None:
    body = body_of(send(editor, three[::-1], "xlsx-import"))
    cases = reading.read_file("back.xlsx", body)[0]
    assert [row.cells["slug"] for row in cases.rows] == ["a-draft", "a-case"]
    assert load_workbook(BytesIO(body)).sheetnames[0] == "case_studies"


def test_more_cases_than_a_format_holds_are_refused_with_its_number_and_nothing_is_lost(
    editor: Client, three: list[CaseStudy], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Format("Small book", "", "cases-export-xlsx", 0, 0, most=2)
    monkeypatch.setitem(export.OFFERED, "xlsx", small)
    page = send(editor, three, "xlsx")
    assert page.status_code == 400
    text = page.content.decode()
    assert "Small book: Holds at most 2 cases; 3 are chosen." in text
    assert page.context["keys"] == ",".join(str(case.pk) for case in three)
    assert not AuditEntry.objects.filter(action="exported").exists()


@pytest.mark.parametrize("keys", ["", "x,,-1", "9" * 30, "999999"])
def test_keys_of_nothing_lead_back_to_the_list(editor: Client, keys: str) -> None:
    answer = editor.post(PICKED, {"keys": keys, "format": "csv"}, follow=True)
    assert "None of the chosen cases is there any more." in answer.content.decode()


def test_a_format_that_is_unknown_is_asked_for_again(
    editor: Client, three: list[CaseStudy]
) -> None:
    assert "Choose a format." in send(editor, three, "docx").content.decode()


def test_the_export_stands_in_the_audit_log(editor: Client, three: list[CaseStudy]) -> None:
    send(editor, three, "csv")
    entry = AuditEntry.objects.get(action="exported")
    assert (entry.subject, entry.detail) == ("case studies", "3 picked (2 not public), csv")
    assert entry.actor_name


def test_only_who_may_see_cases_can_take_them_away_and_only_by_sending(
    editor: Client, three: list[CaseStudy]
) -> None:
    person = User.objects.create_user("clerk", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_lesson"))
    clerk = Client()
    clerk.force_login(person)
    assert send(clerk, three, "csv").status_code == 403
    assert ask(clerk, three).status_code == 403
    person.user_permissions.add(Permission.objects.get(codename="view_casestudy"))
    assert "a-draft" in text_of(send(clerk, three, "csv"))
    assert editor.get(PICKED).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_cases(
    editor: Client, django_assert_num_queries: Any
) -> None:
    cases = [make_case(state="draft") for _number in range(12)]
    for some in (cases[:2], cases):
        with django_assert_num_queries(21):
            assert len(read_json(send(editor, some, "json"))["cases"]) == len(some)
