"""Tables to take away: text stays text, numbers stay numbers, and files open everywhere."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from portal.tabular import (
    LONGEST_CELL,
    LONGEST_NAME,
    PIECE,
    Column,
    Table,
    Workbook,
    csv_rows,
    file_name,
    in_pieces,
    inert,
    plain,
    size_in_words,
)

THINGS = Table(
    "things",
    "Things",
    "What there is.",
    (
        Column("name", "The name", "What it is called.", width=30),
        Column("number", "A number", "How many."),
        Column("day", "A day", "When."),
        Column("tags", "Tags", "What it is about.", is_list=True),
        Column("url", "Address", "Where.", is_address=True),
    ),
)


def thing(**values: Any) -> dict[str, Any]:
    """Give a record of a thing."""
    return {"name": "x", "number": None, "day": None, "tags": [], "url": "", **values}


def as_csv(*records: dict[str, Any]) -> list[list[str]]:
    """Write records as CSV and read them back, the heading left out."""
    text = "".join(csv_rows(THINGS, records)).removeprefix("\ufeff")
    return list(csv.reader(StringIO(text, newline="")))[1:]


def as_sheet(*records: dict[str, Any]) -> Any:
    """Write records into a workbook and read its sheet back."""
    book = Workbook("A book", "Somebody")
    sheet = book.add(THINGS)
    for record in records:
        sheet.append(record)
    return openpyxl.load_workbook(BytesIO(book.as_bytes())).worksheets[0]


FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"]
FORMULAS += ["＝1", "－1", "＋1", "＠1"]  # full-width


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert as_csv(thing(name=text))[0][0] == "'" + plain(text)
    cell = as_sheet(thing(name=text))["A2"]
    assert (cell.data_type, cell.value) == ("s", plain(text))
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ["a=1", "1-2", "#N/A", "TRUE", "1e5", "<b>", "it's", "x,y;z", '"'])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text
    assert as_csv(thing(name=text))[0][0] == text
    cell = as_sheet(thing(name=text))["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_numbers_and_days_stay_what_they_are() -> None:
    for number, written in ((-1.5, "-1.5"), (Decimal("-1.67"), "-1.67"), (0, "0"), (9000, "9000")):
        assert as_csv(thing(number=number))[0][1] == written
        cell = as_sheet(thing(number=number))["B2"]
        assert (cell.data_type, cell.value) == ("n", pytest.approx(float(number)))
    assert as_csv(thing(day=date(2026, 3, 1)))[0][2] == "2026-03-01"
    cell = as_sheet(thing(day=date(2026, 3, 1)))["C2"]
    assert cell.is_date
    assert cell.value.date() == date(2026, 3, 1)


def test_nothing_is_an_empty_cell() -> None:
    assert as_csv(thing())[0] == ["x", "", "", "", ""]
    assert [cell.value for cell in as_sheet(thing())[2]] == ["x", None, None, None, None]


def test_several_values_share_a_cell() -> None:
    assert as_csv(thing(tags=["one", "two"]))[0][3] == "one; two"
    assert as_sheet(thing(tags=["=one", "two"]))["D2"].data_type == "s"


def test_control_characters_go_and_lines_stay() -> None:
    assert plain("a\x00b\x08c\x0bd\x1be\x7ff\x9fg\ufffeh\uffff\ud800i") == "abcdefghi"
    assert plain("one\r\ntwo\rthree\nfour\tfive") == "one\ntwo\nthree\nfour\tfive"
    text = "a\x00\x01b\ufffe\n\U0001f600 كرامة 采矿"
    assert as_csv(thing(name=text))[0][0] == "ab\n\U0001f600 كرامة 采矿"
    assert as_sheet(thing(name=text))["A2"].value == "ab\n\U0001f600 كرامة 采矿"


def test_csv_is_as_its_standard_says_and_begins_with_a_mark() -> None:
    first, *others = csv_rows(THINGS, [thing(name='say "so", twice\nor more')])
    assert first == "\ufeffname,number,day,tags,url\r\n"
    assert others == ['"say ""so"", twice\nor more",,,,\r\n']


def test_csv_reads_no_record_before_it_is_asked_for() -> None:
    read = []

    def records() -> Iterator[dict[str, Any]]:
        for number in range(3):
            read.append(number)
            yield thing(number=number)

    rows = csv_rows(THINGS, records())
    next(rows)
    assert read == []
    next(rows)
    assert read == [0]


def test_pieces_are_of_moderate_size_and_lose_nothing() -> None:
    texts = ["é" * 1_000] * 100
    pieces = list(in_pieces(texts))
    assert b"".join(pieces).decode() == "".join(texts)
    assert len(pieces) == 4
    assert all(len(piece.decode()) <= PIECE + 1_000 for piece in pieces)
    assert list(in_pieces([])) == []


def test_a_cell_of_a_workbook_holds_no_more_than_it_can() -> None:
    assert len(as_sheet(thing(name="x" * 40_000))["A2"].value) == LONGEST_CELL
    signs = as_sheet(thing(name="😀" * 40_000))["A2"].value
    assert len(signs.encode("utf-16-le")) // 2 == LONGEST_CELL - 1


def test_a_sheet_can_be_read_filtered_and_scrolled() -> None:
    sheet = as_sheet(thing(), thing())
    assert sheet.title == "Things"
    assert [cell.value for cell in sheet[1]] == ["The name", "A number", "A day", "Tags", "Address"]
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet.column_dimensions["A"].width == 30
    assert sheet["A2"].alignment.wrap_text


@pytest.mark.parametrize(
    ("address", "is_linked"),
    [
        ("https://example.org/a?b=c&d=<e>", True),
        ("http://example.org/", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://example.org/" + "x" * 2_100, False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, is_linked: bool) -> None:
    cell = as_sheet(thing(url=address))["E2"]
    assert cell.value == address
    assert (cell.hyperlink is not None) == is_linked
    if is_linked:
        assert (cell.hyperlink.ref, cell.hyperlink.target) == ("E2", address)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], "cases.csv"),
        (["Côte d’Ivoire", "Gender & land"], "cases-cote-divoire-gender-land.csv"),
        (["../../etc/passwd", 'a"\r\nb: c'], "cases-etcpasswd-a-b-c.csv"),
        (["采矿", ""], "cases.csv"),
    ],
)
def test_a_file_name_says_what_is_inside(words: list[str], name: str) -> None:
    assert file_name("cases", words, "csv") == name


def test_a_file_name_is_bounded_and_cut_between_words() -> None:
    name = file_name("cases", ["mining"] * 40, "json")
    assert len(name) <= LONGEST_NAME
    assert name.endswith("-mining.json")
    assert len(file_name("cases", ["x" * 500], "json")) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (3, "about 1 KB"),
        (54_400, "about 54 KB"),
        (999_499, "about 999 KB"),
        (999_500, "about 1.0 MB"),
        (12_345_678, "about 12 MB"),
    ],
)
def test_sizes_are_told_roughly(size: int, words: str) -> None:
    assert size_in_words(size) == words
