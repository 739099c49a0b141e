"""Selections and single records as PDF: the same set as on the pages, sourced and inert."""

from typing import Any

import pytest
from django.test import Client

from casestudies.documents.assembly import MOST
from casestudies.documents.case import Detail
from casestudies.models import CaseStudy
from portal.pdf import engine
from portal.typesetting import UNREADABLE
from tests.builders import (
    make_case,
    make_evidence,
    make_figure,
    make_lesson,
    make_source,
    make_term,
    one_change,
)
from tests.pdf.reading import assert_accessible, words_of

pytestmark = pytest.mark.django_db

EXPORT = "/cases/export.pdf"


def pdf_of(client: Client, address: str) -> bytes:
    """Give the PDF at an address; it must be one."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


@one_change
def make_full_case(slug: str = "a-case", **values: Any) -> CaseStudy:
    """Give a case with something in every part."""
    case = make_case(
        slug,
        countries=("GH",),
        parties=("ngo",),
        latitude="6.20",
        longitude="-1.68",
        year_from=2008,
        year_to=2012,
        outcome_status="held",
        outcome_as_of=2013,
        outcome_note="The agreement was kept.",
        **values,
    )
    make_source(case, 1, title="A second source", year=2014)
    make_figure(case, label="miners", value=1200, unit="people", year=2010)
    case.outcomes.create(text="An outcome.", position=0)
    case.challenges.create(text="A challenge.", position=0)
    case.case_lessons.create(text="A lesson of the case.", position=0)
    return case


def test_each_detail_tells_what_it_should(client: Client) -> None:
    case = make_full_case()
    make_evidence(make_lesson(title="A lesson of the library"), case)
    make_term("Galamsey")
    CaseStudy.objects.filter(pk=case.pk).update(context="Galamsey was common.")
    texts = {
        detail: words_of(pdf_of(client, f"{EXPORT}?detail={detail}"))
        for detail in ("brief", "summary", "full")
    }
    everywhere = ["Case1", "Held,asof2013", "Anoutcome.", "Alessonofthelibrary",
                  "publicsources", "http://testserver/cases/a-case/"]  # fmt: skip
    for words in texts.values():
        for expected in everywhere:
            assert expected in words
    for expected in (
        "Galamsey",
        "Achallenge.",
        "1,200people",
        "Company",
        "[2]",
        "Asecondsource",
        "References",
        f"Completenessofthisrecord:{CaseStudy.objects.get().completeness}of100points",
    ):
        assert expected in texts["summary"], expected
        assert expected in texts["full"], expected
    for expected in ("Thesetting.", "Alessonofthecase.", "Ango"):
        assert expected not in texts["summary"], expected
        assert expected in texts["full"], expected
    for expected in ("Achallenge.", "Galamsey"):
        assert expected not in texts["brief"]
    assert "References" not in texts["brief"]


def test_the_cover_says_what_was_asked_and_how_to_check_it(client: Client) -> None:
    make_full_case()
    make_case(countries=("CO",), themes=("formalisation",))
    words = words_of(pdf_of(client, f"{EXPORT}?country=GH&country=CO"))
    assert "CasestudiesinColombiaorGhana" in words
    assert "http://testserver/cases/?country=CO&country=GH" in words
    assert "Checksum" in words
    assert "NoneisthetextoftheWorldGoldCouncil" in words


def test_what_was_not_understood_is_told_on_the_cover(client: Client) -> None:
    make_full_case()
    words = words_of(pdf_of(client, f"{EXPORT}?country=XX"))
    assert "country" in words
    assert "Leftoutofthequestion:country" in words


def test_paper_and_file_name_follow_the_address(client: Client) -> None:
    make_full_case(title="Côte d’Ivoire: a test")
    answer = client.get(f"{EXPORT}?country=GH&paper=letter")
    assert answer["Content-Disposition"] == ('inline; filename="common-ground-cases-ghana.pdf"')
    assert "gzip" not in answer.get("Content-Encoding", "")
    for paper, width in (("a4", 595), ("letter", 612), ("nonsense", 595)):
        pdf = pdf_of(client, f"/cases/a-case.pdf?paper={paper}")
        assert f"[0 0 {width}".encode() in pdf.replace(b"  ", b" ") or page_width(pdf) == width


def page_width(pdf: bytes) -> int:
    """Give the width of the first page in points."""
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        return int(document.pages[0].MediaBox[2])


def test_an_empty_selection_is_a_page_that_says_so(client: Client) -> None:
    make_case()
    answer = client.get(f"{EXPORT}?q=nothingofthekind")
    assert answer.status_code == 404
    assert "Nothing to take away" in answer.content.decode()
    assert "/cases/?q=nothingofthekind" in answer.content.decode()


def test_too_many_cases_give_a_choice(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        make_case()
    monkeypatch.setitem(MOST, Detail.SUMMARY, 2)
    monkeypatch.setitem(MOST, Detail.BRIEF, 3)
    none = client.get(EXPORT)
    assert none.status_code == 400
    assert "holds 4 case studies" in none.content.decode()
    assert "detail=brief" not in none.content.decode()
    monkeypatch.setitem(MOST, Detail.BRIEF, 10)
    choice = client.get(EXPORT)
    assert choice.status_code == 400
    assert "/cases/export.pdf?detail=brief" in choice.content.decode()
    assert pdf_of(client, f"{EXPORT}?detail=brief")


def test_the_limits_are_those_that_are_promised() -> None:
    assert MOST == {Detail.SUMMARY: 200, Detail.FULL: 200, Detail.BRIEF: 500}


def test_a_document_is_made_once_and_again_after_an_edit(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_full_case()
    made = []
    real = engine.typeset

    def counted(*args: Any) -> bytes:
        made.append(args)
        return real(*args)

    monkeypatch.setattr("portal.pdf.answer.typeset", counted)
    first = client.get(EXPORT)
    assert client.get(EXPORT).content == first.content
    assert client.get(f"{EXPORT}?page=7&view=map").content == first.content
    assert len(made) == 1
    again = client.get(EXPORT, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    head = client.head(EXPORT, headers={"if-none-match": first["ETag"]})
    assert head.status_code == 304
    case.title = "Another title"
    case.save()
    after = client.get(EXPORT, headers={"if-none-match": first["ETag"]})
    assert "Anothertitle" in words_of(after.content)
    assert len(made) == 2


def test_what_means_nothing_fills_no_disk(client: Client, kept_in: Any) -> None:
    make_full_case()
    for number in range(3):
        answer = client.get(f"{EXPORT}?x{number}=1")
        assert "ETag" not in answer
        assert f"Leftoutofthequestion:x{number}" in words_of(answer.content)
    assert not list(kept_in.glob("*.pdf"))
    for query in ("detail=everything", "paper=a5"):
        words = words_of(pdf_of(client, f"{EXPORT}?{query}"))
        assert f"Leftoutofthequestion:{query.partition('=')[0]}" in words


def test_a_case_that_is_withdrawn_meanwhile_is_not_found(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_full_case()

    def gone(*args: object) -> bytes:
        raise CaseStudy.DoesNotExist

    monkeypatch.setattr("casestudies.document_views.single", gone)
    assert client.get("/cases/a-case.pdf").status_code == 404


def test_the_cases_stand_in_the_order_of_the_list(client: Client) -> None:
    for title in ("Beta", "Alpha", "Gamma"):
        make_full_case(title.lower(), title=f"{title} case")
    for sort, wanted in (("title", "Alpha Beta Gamma"), ("newest", "Alpha Beta Gamma")):
        titles = assert_accessible(pdf_of(client, f"{EXPORT}?sort={sort}"))["outline"]
        assert [t.split()[0] for t in titles if t.endswith(" case")] == wanted.split()
    case = CaseStudy.objects.get(slug="gamma")
    case.year_to, case.outcome_as_of = 2020, None
    case.save()
    titles = assert_accessible(pdf_of(client, EXPORT))["outline"]
    assert next(t for t in titles if t.endswith(" case")) == "Gamma case"


def test_a_huge_question_is_shortened_in_front_and_told_in_full(client: Client) -> None:
    codes = ["GH", "CO", "ML", "CI"]
    for number, code in enumerate(codes * 3):
        make_case(f"case-{number}", countries=(code,), companies=((f"company-{number}", "owner"),))
    query = "&".join(f"company=company-{number}" for number in range(12))
    pdf = pdf_of(client, f"{EXPORT}?{query}")
    words = words_of(pdf)
    assert "Casestudieswith12companies" in words
    assert "Infull:Casestudieswith" in words
    long = "&".join(f"company=company-{number}" for number in range(12)) + "&q=" + "case+" * 39
    assert client.get(f"{EXPORT}?{long}").status_code in (200, 404)


@pytest.mark.parametrize("title", ["\u2060", "\u200b\u00ad", "\ufe0f"])
def test_a_title_that_cannot_be_seen_stops_nothing(client: Client, title: str) -> None:
    make_full_case(title=title)
    for address in (EXPORT, "/cases/a-case.pdf"):
        assert_accessible(pdf_of(client, address))


def test_an_address_too_long_for_pdf_is_words(client: Client) -> None:
    case = make_full_case(what_was_done=f"[a link](https://example.org/{'x' * 9_000})")
    assert_accessible(pdf_of(client, f"/cases/{case.slug}.pdf"))


def test_headings_within_lists_and_quotes_keep_the_standard(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    make_full_case(what_was_done="> #### note\n\n- #### other\n\ntext")
    assert_accessible(pdf_of(client, "/cases/a-case.pdf"))
    assert not caplog.records


def test_a_case_longer_than_a_page_is_whole_in_brief(client: Client) -> None:
    case = make_full_case()
    for number in range(1, 90):
        case.outcomes.create(text=f"Outcome number {number} of many.", position=number)
    words = words_of(pdf_of(client, f"{EXPORT}?detail=brief"))
    assert all(f"Outcomenumber{number}ofmany." in words for number in range(1, 90))


@pytest.mark.parametrize("error", [engine.BusyError, engine.UnsettableError])
def test_what_goes_wrong_is_a_plain_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    make_case("a-case")

    def fail(*args: object) -> bytes:
        raise error

    monkeypatch.setattr("portal.pdf.answer.typeset", fail)
    answer = client.get("/cases/a-case.pdf")
    if error is engine.BusyError:
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "try again" in answer.content.decode().lower()
    else:
        assert answer.status_code == 500
        assert "could not be made" in answer.content.decode()
    assert "ETag" not in answer


def test_single_records_are_accessible(client: Client) -> None:
    case = make_full_case()
    lesson = make_lesson("a-lesson")
    make_evidence(lesson, case)
    for address, words in {
        "/cases/a-case.pdf": "Achallenge.",
        "/lessons/a-lesson.pdf": "Supports(1)",
    }.items():
        pdf = pdf_of(client, address)
        assert_accessible(pdf)
        assert words in words_of(pdf)


@pytest.mark.parametrize("state", ["draft", "in-review", "archived"])
def test_nothing_hidden_is_in_any_document(client: Client, state: str) -> None:
    case = make_full_case("open-case")
    lesson = make_lesson("open-lesson")
    make_evidence(lesson, case)
    hidden = make_full_case("hidden-case", title="Canary case", summary="Canary.", state=state)
    make_evidence(lesson, hidden, "challenges")
    make_evidence(make_lesson(title="Canary lesson", state=state), case)
    for address in (
        EXPORT, f"{EXPORT}?detail=full", f"{EXPORT}?detail=brief", "/cases/open-case.pdf",
        "/lessons/open-lesson.pdf",
    ):  # fmt: skip
        assert "canary" not in words_of(pdf_of(client, address)).lower(), address
    assert client.get("/cases/hidden-case.pdf").status_code == 404


HOSTILE = (
    '#read("/etc/passwd") [unbalanced ( { $x^2$ @ref <label> `code` // * _ \\ <b>bold</b> '
    "&amp; 😀 金矿 مناجم Houndé é \u202eturned"
)


def test_hostile_text_in_every_field_is_inert(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    case = make_full_case(
        title=HOSTILE[:160],
        summary=HOSTILE[:280],
        mine=HOSTILE[:120],
        place=HOSTILE[:120],
        context=f"{HOSTILE}\n\n{'x' * 5_000}",
        what_was_done=f"# {HOSTILE}\n\n###### deep\n\n- {HOSTILE}\n\n> {HOSTILE}",
    )
    with_text = {"outcomes": "text", "challenges": "text", "case_lessons": "text"}
    for related, field in with_text.items():
        getattr(case, related).create(position=9, **{field: HOSTILE})
    case.parties.create(position=9, name=HOSTILE[:150], kind="ngo", note=HOSTILE[:200])
    case.outcome_note = HOSTILE
    case.save()
    make_source(case, 2, title=HOSTILE, publisher=HOSTILE[:200], url="javascript:alert(1)")
    make_figure(case, 5, label=HOSTILE[:200], unit=HOSTILE[:60])
    make_evidence(make_lesson(title=HOSTILE[:160]), case)
    for address in (EXPORT, f"{EXPORT}?detail=full", f"{EXPORT}?detail=brief", "/cases/a-case.pdf"):
        pdf = pdf_of(client, address)
        assert_accessible(pdf)
        words = words_of(pdf)
        assert '#read("/etc/passwd")' in words
        assert "root:x:" not in words
        assert UNREADABLE in words
        assert b"javascript:" not in pdf
    assert not [record for record in caplog.records if record.name.startswith("portal.pdf")]


def test_writing_to_these_addresses_is_refused(client: Client) -> None:
    make_case("a-case")
    for address in (EXPORT, "/cases/a-case.pdf", "/baseline.pdf", "/verify/"):
        assert client.post(address).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_cases(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    make_full_case()
    client.get("/cases/")
    with django_assert_max_num_queries(22):
        client.get(EXPORT)
    for number in range(8):
        make_full_case(f"more-{number}")
    client.get("/cases/")
    with django_assert_max_num_queries(22):
        client.get(EXPORT)
