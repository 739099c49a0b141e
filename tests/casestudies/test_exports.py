"""Selections to take away: every format holds what its address selects, whole and in order."""

import re
from typing import Any

import pytest
from django.test import Client

from casestudies.exports import record
from casestudies.exports.columns import CASES_TABLE
from casestudies.exports.dictionary import as_markdown
from casestudies.exports.parts import JSON_ALONE, TABLES
from casestudies.models import CaseStudy
from portal import tabular
from portal.env import BASE
from tests.builders import (
    make_case,
    make_evidence,
    make_figure,
    make_lesson,
    make_source,
    one_change,
)
from tests.exporting import (
    FORMATS,
    body_of,
    browsed_titles,
    read_bibtex,
    read_csv,
    read_json,
    read_ris,
    read_xlsx,
    text_of,
    titles_of,
)
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db


@one_change
def full_case(slug: str = "a-case", **values: Any) -> CaseStudy:
    """Give a case with something in every part."""
    case = make_case(
        slug,
        countries=("GH", "CI"),
        companies=(("partner-gold", "partner"), ("acme-gold", "operator")),
        themes=("gender", "land"),
        parties=("ngo", "government", "ngo"),
        **{
            "title": "Relocating & returning",
            "latitude": "6.20",
            "longitude": "-1.67",
            "year_from": 2012,
            "outcome_status": "partly-held",
            "outcome_as_of": 2022,
            "outcome_note": "Part of it lasted.",
            "status_drivers": ["conflict", "court-or-arbitration"],
            "mercury_use": "yes",
            "last_checked": "2026-03-01",
            **values,
        },
    )
    case.outcomes.create(text="The mine resumed.", position=0)
    case.challenges.create(text="Progress was slow.", position=0)
    case.case_lessons.create(text="Ask early.", position=0)
    second = make_source(case, 1, title="The second source", year=2016)
    make_figure(case, label="miners", value="9000.5000", year=2012, source=second)
    make_evidence(make_lesson("a-lesson", title="Talk first"), case, "challenges")
    return case


# --- What stands in the files ---------------------------------------------------------------------


def test_csv_has_a_row_a_case_with_every_column(client: Client) -> None:
    full_case()
    answer = client.get("/cases/export.csv")
    assert body_of(answer).startswith(b"\xef\xbb\xbfslug,title,url,")
    [row] = read_csv(client.get("/cases/export.csv"))
    assert list(row) == [column.name for column in CASES_TABLE.columns]
    said = {
        "slug": "a-case",
        "title": "Relocating & returning",
        "url": "http://testserver/cases/a-case/",
        "collection": "core",
        "countries": "CI; GH",
        "country_names": "Côte d’Ivoire; Ghana",
        "companies": "Partner Gold (partner); Acme Gold (operator)",
        "main_operator": "Acme Gold",
        "latitude": "6.20",
        "longitude": "-1.67",
        "year_from": "2012",
        "year_to": "",
        "outcome_status": "partly-held",
        "outcome_as_of": "2022",
        "outcome_note": "Part of it lasted.",
        "status_drivers": "conflict; court-or-arbitration",
        "themes": "gender; land",
        "sdg17": "finance",
        "approaches": "dialogue",
        "party_kinds": "government; ngo",
        "mercury_use": "yes",
        "in_migration": "unknown",
        "figure_count": "1",
        "source_count": "2",
        "last_checked": "2026-03-01",
    }
    assert {name: row[name] for name in said} == said
    assert row["provenance"].startswith("Compiled from the public sources")


def test_json_has_the_full_record_and_tells_what_it_is(client: Client) -> None:
    full_case()
    data = read_json(client.get("/cases/export.json?country=GH&sort=title"))
    about = data["about"]
    assert about["question"] == "Case studies in Ghana"
    assert (about["order"], about["cases"], about["ignored"]) == ("Title", 1, [])
    assert about["address"] == "http://testserver/cases/?country=GH&sort=title"
    assert about["corpus_version"] == client.get("/cases.json").json()["corpus_version"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", about["generated_at"])
    assert "Not the text of the World Gold Council report" in about["provenance"]
    [case] = data["cases"]
    assert case["figures"] == [
        {
            "label": "miners",
            "value": 9000.5,
            "unit": "people",
            "year": 2012,
            "claimed_by": "company",
            "source": 2,
            "source_title": "The second source",
            "source_url": "https://example.org/a-case/1",
        }
    ]
    assert [source["number"] for source in case["sources"]] == [1, 2]
    assert case["outcomes"] == ["The mine resumed."]
    assert case["challenges"] == ["Progress was slow."]
    assert case["case_lessons"] == ["Ask early."]
    assert case["parties"][1] == {"name": "A government", "kind": "government", "note": ""}
    assert case["companies"][0]["role"] == "partner"
    assert (case["latitude"], case["longitude"]) == (6.2, -1.67)
    assert case["themes"] == ["gender", "land"]
    assert case["context"] == "The setting."
    assert case["lessons"] == [
        {
            "slug": "a-lesson",
            "title": "Talk first",
            "url": "http://testserver/lessons/a-lesson/",
            "stance": "challenges",
            "note": "Relocating & returning speaks to Talk first.",
        }
    ]


def test_one_case_has_the_same_record_by_itself(client: Client) -> None:
    full_case()
    make_case("another-case")
    cases = read_json(client.get("/cases/export.json"))["cases"]
    [whole] = [case for case in cases if case["slug"] == "a-case"]
    answer = client.get("/cases/a-case.json")
    assert answer["Content-Disposition"] == 'attachment; filename="common-ground-a-case.json"'
    assert read_json(answer) == whole


def test_a_record_holds_what_lists_show_of_it(client: Client) -> None:
    full_case()
    [listed] = client.get("/cases.json").json()["results"]
    case = read_json(client.get("/cases/a-case.json"))
    for company in case["companies"]:
        del company["note"]
    assert {name: case[name] for name in listed} == listed


def test_the_workbook_has_a_sheet_a_table(client: Client) -> None:
    full_case()
    book = read_xlsx(client.get("/cases/export.xlsx?country=GH&nonsense=1"))
    assert book.sheetnames == [
        *(table.label for table in TABLES),
        "Data dictionary",
        "Values",
        "About this export",
    ]
    rows = {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for sheet in book.worksheets
    }
    assert rows["Figures"][0][2:7] == ["miners", 9000.5, "people", 2012, "company"]
    assert [row[3] for row in rows["Companies"]] == ["Partner Gold", "Acme Gold"]
    assert [row[3] for row in rows["Sources"]] == ["A source", "The second source"]
    assert [row[3] for row in rows["Other parties"]] == ["ngo", "government", "ngo"]
    for name in ("Companies", "Figures", "Sources", "Other parties"):
        assert {(row[0], row[1]) for row in rows[name]} == {("a-case", "Relocating & returning")}
    assert book["Cases"]["C2"].hyperlink.target == "http://testserver/cases/a-case/"
    assert book["Sources"]["G2"].hyperlink.target == "https://example.org/a-case/0"
    assert book["Cases"].freeze_panes == "B2"
    about = dict(rows["About this export"])
    assert about["What was asked for"] == "Case studies in Ghana"
    assert about["Number of cases"] == 1
    assert about["Address of the selection"] == "http://testserver/cases/?country=GH"
    assert "public sources" in about["Provenance"]
    assert "nonsense" in about["Left out of the address"]
    columns = sum(len(table.columns) for table in TABLES)
    assert len(rows["Data dictionary"]) == columns
    # The lists that curators keep stand among the values, too.
    assert ["Themes", "gender", "Gender", "About gender."] in rows["Values"]


def test_citations_parse_and_lead_to_the_case(client: Client) -> None:
    make_case("a-case", title="Où & comment", summary="What was tried.")
    for address in ("/cases/export", "/cases/a-case"):
        [entry] = read_bibtex(client.get(f"{address}.bib"))
        assert (entry["ID"], entry["ENTRYTYPE"]) == ("commonground-a-case", "misc")
        assert entry["url"] == "http://testserver/cases/a-case/"
        [cited] = read_ris(client.get(f"{address}.ris"))
        assert cited["urls"] == ["http://testserver/cases/a-case/"]
        assert cited["authors"] == ["Common Ground"]
        assert entry["title"] == cited["title"] == "Où & comment"
    assert b"\r\nER  - \r\n" in body_of(client.get("/cases/a-case.ris"))


# --- The data dictionary --------------------------------------------------------------------------


def test_the_data_dictionary_in_the_documents_is_true() -> None:
    written = (BASE / "docs/data-dictionary.md").read_text()
    assert written == as_markdown(), "run: manage.py data_dictionary > docs/data-dictionary.md"


def test_every_key_of_a_record_is_in_the_data_dictionary(client: Client) -> None:
    full_case()
    case = read_json(client.get("/cases/a-case.json"))
    tables = {table.name: table for table in TABLES}
    declared = {column.name for column in (*CASES_TABLE.columns, *JSON_ALONE)}
    follow = {"main_operator", "party_kinds", "figure_count", "source_count"}
    assert case.keys() == (declared | tables.keys()) - follow - {"cases"}
    for name in ("companies", "figures", "sources", "parties"):
        own = {column.name for column in tables[name].columns} - {"case_slug", "case_title"}
        assert case[name][0].keys() == own


# --- The same address means the same set ----------------------------------------------------------


@one_change
def make_cases(number: int, **values: Any) -> None:
    """Make that many cases."""
    for place in range(number):
        make_case(title=f"Case {place:03}", **values)


def test_a_file_holds_the_whole_selection_and_not_a_page(client: Client) -> None:
    make_cases(43)
    make_case(countries=("ML",), title="Elsewhere")
    titles = browsed_titles(client, "country=GH&sort=title")
    assert len(titles) == 43
    for extension in FORMATS:
        for more in ("", "&page=2", "&page=99", "&view=map", "&nonsense=1"):
            answer = client.get(f"/cases/export.{extension}?country=GH&sort=title{more}")
            assert titles_of(answer, extension) == titles, (extension, more)


@pytest.mark.parametrize("extension", FORMATS)
def test_drafts_are_in_no_file(client: Client, extension: str) -> None:
    make_case("open", title="Open")
    for state in ("draft", "in-review", "archived"):
        make_case(f"hidden-{state}", title="Hidden", state=state)
        if extension not in ("csv", "xlsx"):
            assert client.get(f"/cases/hidden-{state}.{extension}").status_code == 404
    assert titles_of(client.get(f"/cases/export.{extension}"), extension) == ["Open"]
    assert client.get("/cases/no-such-case.json").status_code == 404


def test_what_was_left_out_of_the_address_is_told(client: Client) -> None:
    make_case()
    about = read_json(client.get("/cases/export.json?country=XX&nonsense=1&page=7"))["about"]
    assert {item["parameter"] for item in about["ignored"]} == {"country", "nonsense"}


# --- What comes of a selection without cases, or with too many ------------------------------------


@pytest.mark.parametrize("extension", ["bib", "ris", "xlsx"])
def test_an_empty_selection_gives_a_page_that_leads_back(client: Client, extension: str) -> None:
    make_case()
    answer = client.get(f"/cases/export.{extension}?stage=closure")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert "Content-Disposition" not in answer
    page = answer.content.decode()
    assert "Nothing to take away" in page
    assert "at a mine in the stage closure" in page
    assert 'href="/cases/?stage=closure"' in page


def test_an_empty_selection_gives_scripts_an_empty_document(client: Client) -> None:
    make_case()
    assert read_csv(client.get("/cases/export.csv?stage=closure")) == []
    assert client.get("/cases/export.csv?stage=closure").getvalue().count(b"\r\n") == 1
    data = read_json(client.get("/cases/export.json?stage=closure"))
    assert (data["cases"], data["about"]["cases"]) == ([], 0)


def test_a_workbook_of_too_many_cases_is_not_made(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casestudies.export_views.MOST_IN_WORKBOOK", 1)
    make_cases(2)
    page = client.get("/cases/export.xlsx?country=GH").content.decode()
    assert "Too many for one file" in page
    assert 'href="/cases/?country=GH"' in page
    assert read_xlsx(client.get("/cases/export.xlsx?q=001"))


# --- How files are sent ---------------------------------------------------------------------------

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}


@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_has_a_name_a_type_and_nothing_personal(client: Client, extension: str) -> None:
    make_case(countries=("CI",))
    query = "country=CI&theme=gender&q=what+tried"
    answer = client.get(f"/cases/export.{extension}?{query}")
    assert answer["Content-Type"] == TYPES[extension]
    name = f"common-ground-cases-what-tried-cote-divoire-gender.{extension}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("address", [f"export.{extension}" for extension in FORMATS] + ["a.json"])
def test_a_file_that_did_not_change_is_not_sent_again(client: Client, address: str) -> None:
    case = make_case("a")
    first = client.get(f"/cases/{address}")
    with queries_within(1, "304"):
        again = client.get(f"/cases/{address}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    case.title = "Another title"
    case.save()
    later = client.get(f"/cases/{address}", headers={"if-none-match": first["ETag"]})
    assert later.status_code == 200
    assert "Another title" in text_of(later)


def test_addresses_that_mean_nothing_fill_no_cache(client: Client) -> None:
    make_case()
    for extension in FORMATS:
        assert "ETag" not in client.get(f"/cases/export.{extension}?nonsense=1")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", ["export", "a"])
def test_files_accept_no_writing(client: Client, name: str, method: str) -> None:
    make_case("a")
    for extension in FORMATS:
        if name == "export" or extension not in ("csv", "xlsx"):
            assert getattr(client, method)(f"/cases/{name}.{extension}").status_code == 405


def test_large_files_are_sent_while_they_are_made(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BATCH", 2)
    monkeypatch.setattr(tabular, "PIECE", 1)
    make_cases(5)
    for extension, fetch in (("csv", 14), ("json", 14), ("bib", 1), ("ris", 1)):
        client.get("/cases/")
        with queries_within(1, "nothing is read before it is sent"):
            answer: Any = client.get(f"/cases/export.{extension}")
        assert answer.streaming
        pieces = iter(answer)
        with queries_within(fetch, "the first batch alone"):
            sent = b""
            while b"Case 00" not in sent:
                sent += next(pieces)
        with queries_within(2 * fetch, "the other two batches") as queries:
            sent += b"".join(pieces)
        assert len(queries) == 2 * fetch
        assert len(set(re.findall(rb"Case 00\d", sent))) == 5


def test_a_compressed_file_is_the_same_file(client: Client) -> None:
    make_cases(30)
    plain_file = body_of(client.get("/cases/export.csv"))
    packed = client.get("/cases/export.csv", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(body_of(packed)) < len(plain_file) / 3


# --- The menu -------------------------------------------------------------------------------------


def test_the_menu_offers_every_format_of_the_selection(client: Client) -> None:
    make_cases(30)
    page = client.get("/cases/?country=GH&q=case&page=2&view=timeline").content.decode()
    menu = page[page.index('id="share"') :].partition("</details>")[0]
    assert "Export this selection" in menu
    assert "All 30 case studies, in this order, not only this page." in menu
    for extension in FORMATS:
        assert f'<a href="/cases/export.{extension}?q=case&amp;country=GH" rel="nofollow">' in menu
    assert menu.count("about ") == len(FORMATS) + 4  # and four kinds of PDF
    # A script that swaps results must leave downloads to the browser.
    assert 'id="share" data-hx-boost="false"' in page


def test_the_menu_offers_no_file_of_nothing_and_no_workbook_of_too_much(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_case()
    assert "Export this selection" not in client.get("/cases/?stage=closure").content.decode()
    page = client.get("/cases/").content.decode()
    assert "The one case study found." in page
    assert "/cases/export.xlsx" in page


def test_a_case_offers_its_citation_and_its_record(client: Client) -> None:
    make_case("a-case")
    page = client.get("/cases/a-case/").content.decode()
    for extension in ("bib", "ris", "json"):
        assert f'href="/cases/a-case.{extension}"' in page
