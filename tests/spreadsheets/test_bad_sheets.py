"""Spreadsheets as people send them: each fault is named with its place, and nothing is written."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from casestudies.models import CaseStudy, Country, Theme
from portal.models import CorpusVersion, FormerSlug
from portal.spreadsheets import reading
from portal.spreadsheets.running import check
from portal.spreadsheets.scanning import FileRefusedError
from tests.builders import make_approach, make_case, make_company, make_lesson, make_theme
from tests.spreadsheets.making import Sheets, good, repacked, with_cell, without_column, workbook

pytestmark = pytest.mark.django_db
CASES = "case_studies"


def spoiled(change: Callable[[Sheets], object]) -> Sheets:
    """Give the good sheets after a change."""
    sheets = good()
    change(sheets)
    return sheets


def book(spoil: Callable[[Any], None]) -> bytes:
    """Give the good workbook after a change that only a workbook knows."""
    return workbook(good(), spoil)


def zipped(files: dict[str, bytes]) -> bytes:
    """Give files in a ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _merge(page: Any) -> None:
    page.merge_cells("B2:C2")


def _set(cell: str, value: Any) -> Callable[[Any], None]:
    def spoil(made: Any) -> None:
        made[CASES][cell] = value

    return spoil


def _error(made: Any) -> None:
    made[CASES]["B2"].value = "#REF!"
    made[CASES]["B2"].data_type = "e"


FIRST = "xl/worksheets/sheet1.xml"


def _added(piece: bytes, before: bytes = b"</sheetData>") -> bytes:
    """Give the good workbook with something written into its first sheet by hand."""
    put = {FIRST: lambda part: part.replace(before, piece + before, 1)}
    return repacked(workbook(good()), put)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
# Small files that would take much memory: refused before anything is built of them.
BOMBS: list[tuple[str, bytes, str]] = [
    ("unpacks to much", zipped({"xl/workbook.xml": b" " * 100_000_001}), "unpacks to far more"),
    ("entities", _added(ENTITIES, b"<worksheet"), "declares entities"),
    ("empty cells with a look", _added(b'<row r="9">' + b'<c s="1"/>' * 500_001 + b"</row>"),
     "more than 500000 cells"),
    ("columns of one row", _added(b'<row r="9"><c r="XFD9"><v>1</v></c></row>'),
     "more than 200 columns"),
    ("styles", repacked(workbook(good()), {"xl/styles.xml": lambda part: part.replace(
        b"<cellXfs", b"<x>" + b"<y/>" * 200_001 + b"</x><cellXfs")}), "unpacks to far more"),
    ("elements of no sheet", repacked(workbook(good()), {"any": lambda part: b"<x>" + b"<y/>"
        * 200_001}), "unpacks to far more"),
]  # fmt: skip

# name, the sheets or the file, what is said, and where (nothing where the whole file is refused)
BAD: list[tuple[str, Sheets | bytes, str, str]] = [
    ("formula", book(_set("B2", "=A2")), "formula", "B2"),
    ("array formula", book(_set("B2", ArrayFormula("B2", "=A2"))), "formula", "B2"),
    ("merged cells", book(lambda made: _merge(made[CASES])), "merged", "B2:C2"),
    ("error cell", book(_error), "#REF!", "B2"),
    ("text for a year", with_cell(CASES, "year_from", "soon"), "no number", "O2"),
    ("half a year", with_cell(CASES, "year_from", 2015.5), "no whole number", "O2"),
    ("year out of range", with_cell(CASES, "year_from", 99), "greater than", "O2"),
    ("years out of order", with_cell(CASES, "year_from", 2021), "after the last", "A2"),
    ("true for a year", with_cell(CASES, "year_from", True), "no number", "O2"),
    ("date as text", with_cell(CASES, "last_checked", "31/05/2024"), "year-month-day", "S2"),
    ("no such day", with_cell(CASES, "last_checked", "2024-02-31"), "no day", "S2"),
    ("long summary", with_cell(CASES, "summary", "x" * 5000), "at most 280", "C2"),
    ("long title", with_cell(CASES, "title", "x" * 161), "at most 160", "B2"),
    ("true for a title", with_cell(CASES, "title", True), "not true or false", "B2"),
    ("duplicate slug", with_cell(CASES, "slug", "first-case", 2), "row 2 already", "A3"),
    ("odd slug", with_cell(CASES, "slug", "First Case!"), "is no slug", "A2"),
    ("slug too long", with_cell(CASES, "slug", "a" * 81), "is no slug", "A2"),
    ("no slug", with_cell(CASES, "slug", None), "slug is missing", "A2"),
    ("unknown theme", with_cell(CASES, "themes", "gende"), "Did you mean “gender”", "J2"),
    ("one of two themes unknown", with_cell(CASES, "themes", "gender; xyzzy"), "xyzzy", "J2"),
    ("wrong country", with_cell(CASES, "countries", "Gahna"), "Did you mean “GH”", "F2"),
    ("no country", with_cell(CASES, "countries", None), "is needed", "F2"),
    ("unknown collection", with_cell(CASES, "collection", "nowhere"), "no collection", "G2"),
    ("unknown stage", with_cell(CASES, "mine_stage", "operations"), "“operation”", "H2"),
    ("title needed", with_cell(CASES, "title", None), "is needed", "B2"),
    ("half coordinates", with_cell(CASES, "latitude", None), "both coordinates", "A2"),
    ("coordinates too fine", with_cell(CASES, "latitude", 6.12345), "more than 2 decimals", "Q2"),
    ("coordinates out of range", with_cell(CASES, "latitude", 99), "within range", "A2"),
    ("comma decimals", with_cell(CASES, "latitude", "6,25"), "with digits and a point", "Q2"),
    ("infinite", with_cell(CASES, "latitude", "Infinity"), "no number", "Q2"),
    ("unknown column", spoiled(lambda s: s[CASES][0].__setitem__(1, "titel")), "“title”", "B1"),
    ("column twice", spoiled(lambda s: s[CASES][0].__setitem__(2, "title")), "twice", "C1"),
    ("column needed", without_column(CASES, "mine"), "needs the column “mine”", "A2"),
    ("no slug column", without_column(CASES, "slug"), "column “slug” is missing", "A1"),
    ("cell without heading", spoiled(lambda s: s[CASES][1].append("what")), "no heading", "U2"),
    ("unknown sheet", spoiled(lambda s: s.update(figgures=[["slug"]])), "no sheet", ""),
    ("unknown company", with_cell("company_roles", "company", "acme"), "acme-gold", "B2"),
    ("unknown role", with_cell("company_roles", "role", "owns"), "not in the list", "C2"),
    ("no address", with_cell("sources", "url", "see report"), "valid URL", "D2"),
    ("script address", with_cell("sources", "url", "javascript:alert(1)"), "valid URL", "D2"),
    ("figure without source", with_cell("figures", "source", None), "is needed", "G2"),
    ("figure with no such source", with_cell("figures", "source", 2), "names no. 2", ""),
    ("figure with source 0", with_cell("figures", "source", 0), "counted from 1", "G2"),
    ("figure in words", with_cell("figures", "value", "nine thousand"), "no number", "C2"),
    ("figure too long", with_cell("figures", "value", 10**20), "digits", "C2"),
    ("row of no record", with_cell("figures", "slug", "third-case"), "does not stand", "A2"),
    ("part without a column", without_column("figures", "unit"), "“unit” is missing", "A2"),
    ("record in review", with_cell(CASES, "slug", "waiting"), "in review", "A2"),
    ("archived record", with_cell(CASES, "slug", "gone"), "archived", "A2"),
    ("UTF-16", "slug,title\nx,y\n".encode("utf-16"), "UTF-16", ""),
    ("Latin-1", "slug,title\nx,Houndé\n".encode("latin-1"), "not UTF-8 (line 2)", ""),
    ("NUL", b"slug,title\nx,\x00y\n", "NUL", ""),
    ("broken quotes", b'slug,title\nx,"y\n', "quotes are broken", ""),
    ("empty", b" \n", "empty", ""),
    ("headings alone", b"slug,title\n", "no row", ""),
    ("examples alone", b"slug,title\nexample-1,x\n", "no row", ""),
    ("old Excel", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "old Excel", ""),
    ("picture", b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "picture", ""),
    ("damaged", workbook(good())[:900], "damaged", ""),
    ("workbook of nothing", zipped({"xl/workbook.xml": b"<x/>"}), "damaged", ""),
    ("macros", zipped({"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"}), "macros", ""),
    ("other archive", zipped({"readme.txt": b"x"}), "neither", ""),
    ("archive bomb", zipped({"a.csv": b"0" * 160_000_000}), "unpacks", ""),
    ("too large", b"slug\n" + b"x" * 10_000_001, "more than 10 MB", ""),
    ("too many rows", b"slug,title\n" + b"x,y\n" * 30_001, "more than 30000 rows", ""),
    ("too many records", b"slug\n" + b"".join(b"r-%d\n" % n for n in range(5_001)),
     "more than 5000 records", ""),
    ("control characters", b"slug,title\nx,a\x07b\n", "control characters", "B2"),
    ("role twice", spoiled(lambda s: s["company_roles"].append(s["company_roles"][1])),
     "two rows with acme-gold, operator", ""),
    ("huge exponent", with_cell(CASES, "year_from", "1e30000000"), "no number", "O2"),
    ("far corner", book(_set("XFD1048576", "x")), "more than 30000 rows", ""),
    ("broken archive", zipped({"cases.csv": b"slug,title\nx,y\n" * 50})[:60]
     + b"\x00" * 8 + zipped({"cases.csv": b"slug,title\nx,y\n" * 50})[68:], "damaged", ""),
    ("too few headings", b"slug\nx,y\n", "beyond the headings", "B2"),
    ("16,384 headings", spoiled(lambda s: s[CASES][0].extend(["x"] * 16_364)),
     "more than 200 columns", ""),
    ("everything merged", _added(b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
     b"<pageMargins"), "merged", "A1:XFD1048576"),
    ("a name of two companies", with_cell("company_roles", "company", "Twin Gold"),
     "several: “acme-gold”, “other-company”", "B2"),
    ("a name of two themes", with_cell(CASES, "themes", "old-word; gender"),
     "several: “gender”, “mercury”", "J2"),
    *((name, file, reason, "") for name, file, reason in BOMBS),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _corpus() -> None:
    """What the good sheets refer to."""
    make_company("acme-gold", aliases=["Twin Gold"])
    make_company("other-company", aliases=["TWIN gold"])
    make_case("there")
    # A theme that was called so before, and one that is.
    make_theme("mercury")
    Theme.objects.filter(slug="mercury").update(name="Old-word")
    FormerSlug.objects.create(model="casestudies.theme", slug="old-word", current="gender")
    make_approach("dialogue")
    make_case("waiting", state="in-review")
    make_case("gone", state="archived")
    assert Country.objects.filter(code="GH").exists()


def faults_of(name: str, content: bytes) -> list[tuple[str, str]]:
    """Give place and reason of everything that is wrong with a file."""
    try:
        plan = check(CaseStudy, name, content, "", lambda done, total: None)
    except FileRefusedError as refused:
        return [("", str(refused))]
    assert not plan.is_sound
    faults = [*plan.faults, *(fault for each in plan.records for fault in each.faults)]
    return [(fault.cell, fault.reason) for fault in faults]


def test_the_good_sheets_are_good() -> None:
    plan = check(CaseStudy, "good.xlsx", workbook(good()), "", lambda done, total: None)
    assert plan.is_sound, plan.shown()
    assert plan.shown()["counts"]["new"] == 2


@pytest.mark.parametrize(("content", "reason"), [bomb[1:] for bomb in BOMBS])
def test_what_would_take_much_memory_is_refused_before_the_reader_sees_it(
    content: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "200 columns" not in reason:  # that is known from the look over the file as well
        monkeypatch.setattr(reading, "load_workbook", lambda *_given, **_named: pytest.fail("read"))
    assert len(content) < 200_000
    assert reason in faults_of("bomb.xlsx", content)[0][1]


def test_many_empty_cells_and_wide_links_of_an_honest_file_do_no_harm() -> None:
    row = b'<row r="900">' + b'<c s="1"/>' * 16_384 + b"</row>"
    link = b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    content = repacked(
        workbook(good()),
        {FIRST: lambda part: part.replace(b"</sheetData>", row + b"</sheetData>" + link, 1)},
    )
    plan = check(CaseStudy, "wide.xlsx", content, "", lambda done, total: None)
    assert plan.is_sound
    assert plan.shown()["counts"]["new"] == 2


def test_a_slug_means_its_own_row_whoever_else_is_called_so() -> None:
    make_company("other", aliases=["acme-gold"])
    plan = check(CaseStudy, "good.xlsx", workbook(good()), "", lambda done, total: None)
    (role,) = plan.records[0].document["parts"]["company_roles"]
    assert role["company"] == "acme-gold"


def test_there_are_many_of_them() -> None:
    assert len(BAD) >= 60
    assert len({name for name, *_rest in BAD}) == len(BAD)


@pytest.mark.parametrize(
    ("sheets", "reason", "cell"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_a_bad_spreadsheet_says_what_and_where_and_leaves_no_trace(
    sheets: Sheets | bytes, reason: str, cell: str
) -> None:
    before = list(CaseStudy.objects.values()), list(CorpusVersion.objects.values())
    content = sheets if isinstance(sheets, bytes) else workbook(sheets)
    name = "sent.xlsx" if content.startswith(b"PK") else "case_studies.csv"
    told = {place for place, said in faults_of(name, content) if reason in said}
    assert cell in told, faults_of(name, content)
    assert (list(CaseStudy.objects.values()), list(CorpusVersion.objects.values())) == before


def test_two_lessons_cannot_have_one_number() -> None:
    from lessons.models import Lesson

    make_lesson("old", number=7)
    rows = "slug,number,title\nnew,7,A lesson\n"
    plan = check(Lesson, "lessons.csv", rows.encode(), "", lambda done, total: None)
    (planned,) = plan.records
    assert any("belongs to “old”" in fault.reason for fault in planned.faults)
