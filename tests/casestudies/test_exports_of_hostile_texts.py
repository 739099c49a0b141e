"""Whatever a record says, no file takes it for a formula, for markup or for another record."""

import re
from urllib.parse import quote

import pytest
from django.test import Client

from casestudies.models import CaseStudy
from portal.tabular import inert, plain
from tests.builders import make_case, make_evidence, make_figure, make_lesson, make_source
from tests.exporting import FORMATS, browsed_titles, read_csv, read_xlsx, text_of, titles_of

pytestmark = pytest.mark.django_db

HOSTILE = [
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "</script><script>alert(1)</script><!-- & \u2028 'it' {{ x }}",
    "Control \x01\x08\x0b\x1b\x7f characters",
    "Emoji \U0001f600\U0001f468\u200d\U0001f469, Arabic كرامة عربية, Chinese 采矿业",
    "A brace { without its partner",
    "} and the other way round",
    'All of & % $ # _ { } ~ ^ \\ and "quotes" @misc{x, title = {y}}',
    "RIS\nER  - \n\nTY  - JOUR\nTI  - Another",
    "Lines\r\nof\rtext",
    "Hounde\u0301 and Houndé, na\u00efve\u00a0space",
]
LONG = "x" * 5_000


def make_hostile(text: str) -> None:
    """Make a case that says a hostile text wherever it can; a long word too, where that fits."""
    case = make_case(
        title=text,
        summary=text,
        mine=text,
        place=text,
        context=f"{text} {LONG}",
        what_was_done=text,
        outcome_note=f"{text} {LONG}",
    )
    for part in (case.outcomes, case.challenges, case.case_lessons):
        part.create(text=f"{text} {LONG}", position=0)
    case.company_roles.update(note=text)
    case.parties.create(name=text, kind="ngo", note=text, position=0)
    source = make_source(case, 1, title=text, publisher=text, url="javascript:alert(1)")
    make_figure(case, label=text, unit=text[:60], source=source)
    make_evidence(make_lesson(title=text), case)


def one_line(text: str) -> str:
    """Give a text as citations have it: on one line."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028]+", " ", text).strip()


@pytest.fixture
def hostile_cases() -> list[str]:
    """Give the titles of hostile cases, in the order of the list."""
    for text in HOSTILE:
        make_hostile(text)
    return [case.title for case in CaseStudy.objects.all()]


@pytest.mark.usefixtures("hostile_cases")
def test_hostile_texts_are_inert_in_every_format(client: Client) -> None:
    titles = browsed_titles(client, "")
    assert sorted(titles) == sorted(HOSTILE)
    assert titles_of(client.get("/cases/export.json"), "json") == titles
    lines = [one_line(title) for title in titles]
    assert titles_of(client.get("/cases/export.bib"), "bib") == lines
    # The format's own reader drops spaces at the ends, and none else.
    assert titles_of(client.get("/cases/export.ris"), "ris") == lines
    rows = read_csv(client.get("/cases/export.csv"))
    assert [row["title"] for row in rows] == [inert(plain(title)) for title in titles]
    for row in rows:
        for name, cell in row.items():
            assert not re.match(r"\s*[=+@]|[\t\r\n]", cell), (name, cell)
            assert not cell.startswith("-") or name in ("latitude", "longitude")
    assert LONG in rows[0]["outcome_note"]


@pytest.mark.usefixtures("hostile_cases")
def test_hostile_texts_are_inert_in_every_sheet(client: Client) -> None:
    titles = browsed_titles(client, "")
    book = read_xlsx(client.get("/cases/export.xlsx"))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink and "javascript" in cell.hyperlink.target for cell in cells)
    assert [row[1].value for row in book["Cases"].iter_rows(min_row=2)] == list(map(plain, titles))
    labels = [row[2].value for row in book["Figures"].iter_rows(min_row=2)]
    assert labels == list(map(plain, titles))


def test_hostile_addresses_name_no_hostile_file(client: Client) -> None:
    make_case(title="case")
    for text in HOSTILE:
        for extension in FORMATS:
            answer = client.get(f"/cases/export.{extension}?q={quote(text)}")
            assert answer.status_code in {200, 404}  # 404: a page says that nothing was found
            name = answer.get("Content-Disposition", 'attachment; filename="x"')
            assert re.fullmatch(r'attachment; filename="[\w.-]{1,80}"', name, re.ASCII), name
            assert "<script>alert" not in text_of(answer) or extension == "json"
