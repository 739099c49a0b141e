"""The numbers of a dialogue: counted by kind, and so that nobody can be found in them."""

import csv
from io import StringIO
from itertools import product
from typing import Any

import pytest
from django.test import Client

from contributions.dialogues.models import Dialogue
from contributions.dialogues.report import Group, Number, Result, Row, report_of
from contributions.vocabulary import StakeholderKind
from tests.builders import make_dialogue, make_response
from tests.test_query_budget import queries_within

COMPANY, COMMUNITY = StakeholderKind.COMPANY, StakeholderKind.COMMUNITY
NGO = StakeholderKind.NGO


def result(*rows: tuple[int, int, int]) -> Result:
    """Give a statement with what several kinds said: agree, disagree, pass."""
    made = (
        Row(Group(kind, sum(row), True), *(Number(number) for number in row))
        for kind, row in zip(StakeholderKind, rows, strict=False)
    )
    return Result("A statement", tuple(made))


@pytest.mark.parametrize(
    ("rows", "is_shared"),
    [
        ([(60, 20, 20), (6, 4, 0)], True),  # just enough in both
        ([(59, 21, 20), (60, 20, 20)], False),
        ([(5, 0, 0), (5, 0, 0)], True),
        ([(60, 20, 20), (60, 20, 20), (0, 4, 0)], True),  # four cannot speak against it
        ([(10, 0, 0)], False),  # one kind shares nothing with anybody
        ([(60, 20, 20), (6, 5, 5)], False),  # who passes has answered
        ([], False),
    ],
)
def test_a_statement_is_shared_if_most_agree_in_every_kind_that_can_be_compared(
    rows: list[tuple[int, int, int]], is_shared: bool
) -> None:
    assert result(*rows).is_shared is is_shared


@pytest.mark.parametrize(
    ("rows", "is_dividing"),
    [
        ([(52, 40, 8), (40, 52, 8)], True),  # opposite majorities, 12 points apart
        ([(50, 40, 10), (40, 50, 10)], False),  # halves are no majorities
        ([(80, 10, 10), (40, 10, 50)], True),  # 40 points apart, without one majority against
        ([(79, 11, 10), (40, 10, 50)], False),  # 39 points
        ([(9, 1, 0), (0, 4, 0)], False),  # too few on the other side
        ([(10, 0, 0)], False),
    ],
)
def test_a_statement_divides_if_majorities_are_opposite_or_shares_lie_apart(
    rows: list[tuple[int, int, int]], is_dividing: bool
) -> None:
    assert result(*rows).is_dividing is is_dividing


def told(number: int, *answers: int) -> tuple[Any, ...]:
    """Give all that is told of one kind: numbers, what most said, whether it shares a statement."""
    group = Group(COMPANY, number, True)
    row = Row(group, *(Number(each) for each in answers))
    others = Row(Group(COMMUNITY, 100, True), Number(100), Number(0), Number(0))
    both = Result("A statement", (row, others))
    numbers = (group.in_words, *(cell.in_words for _name, cell in row.cells))
    return (*numbers, row.tendency, both.is_shared, both.is_dividing, both.kinds)


def test_no_small_number_can_be_found_by_subtracting_or_from_words() -> None:
    """Whatever is told of a kind, a number that is held back may be one of several, or nought.

    Tried for every way in which 5 to 19 people can answer, or not answer, a statement. That it must
    be nought, where the others said all that the whole allows, singles nobody out.
    """
    possible: dict[tuple[Any, ...], list[tuple[int, ...]]] = {}
    for answers in product(range(20), repeat=3):
        for number in range(max(5, sum(answers)), 20):
            possible.setdefault(told(number, *answers), []).append(answers)
    assert len(possible) > 300
    for words, truths in possible.items():
        for place in range(3):
            if words[place + 1] == "fewer than 5":
                values = {truth[place] for truth in truths}
                assert len(values) > 1 or values == {0}, words


def test_a_small_kind_has_no_number_and_is_in_no_sum() -> None:
    assert [Group(NGO, number, True).in_words for number in (0, 1, 4, 5, 9, 23)] == [
        "nobody", "fewer than 5", "fewer than 5", "at least 5", "at least 5", "at least 20",
    ]  # fmt: skip


# --- With a database ----------------------------------------------------------------------------


def answered(**values: Any) -> Dialogue:
    """Give a dialogue that is over: 7 of companies, 6 of communities, 4 of NGOs, no miners."""
    dialogue = make_dialogue("ended", closes_in=-1, **values)
    for _ in range(6):
        make_response(dialogue, "company", {0: "agree", 1: "agree"})
        make_response(dialogue, "community", {0: "agree", 1: "disagree"})
    make_response(dialogue, "company", {0: "pass"})
    for _ in range(4):
        make_response(dialogue, "ngo", {0: "disagree", 1: "disagree"})
    return dialogue


@pytest.mark.django_db
def test_the_report_counts_by_kind_what_counts_and_nothing_else() -> None:
    dialogue = answered()
    one = dialogue.responses.filter(kind="company").first()
    for values in ({"standing": "held"}, {"standing": "shut-out"}, {"reply_to": one}):
        for _ in range(5):
            make_response(dialogue, "company", {0: "disagree"}, **values)
    report = report_of(dialogue)
    assert {group.kind: group.in_words for group in report.groups} == {
        "asgm-association": "nobody",
        "community": "at least 5",
        "company": "at least 5",
        "ngo": "fewer than 5",
    }
    assert report.at_least == 10
    numbers = [
        [(row.kind, *(number.exact for _choice, number in row.cells)) for row in result.rows]
        for result in report.results
    ]
    assert numbers == [
        [("community", 6, 0, 0), ("company", 6, 0, 1)],
        [("community", 0, 6, 0), ("company", 6, 0, 0)],
    ]
    assert [each.text for each in report.shared] == ["Buying posts help."]
    assert [each.text for each in report.dividing] == ["Licences come first."]
    assert [group.kind for group in report.unheard] == ["asgm-association"]


@pytest.mark.django_db
def test_counting_takes_three_queries_however_many_answered() -> None:
    dialogue = answered()
    with queries_within(3, "a report"):
        report_of(dialogue)


@pytest.mark.django_db
def test_the_page_after_the_end_says_who_has_not_spoken_and_what_is_shared(client: Client) -> None:
    dialogue = answered(we_asked="We *asked*.", you_said="You said.", we_did="We did.")
    page = client.get(dialogue.get_absolute_url()).content.decode()
    for words in (
        "organisation</strong>: nobody",
        "At least 10 people in all.",
        "<td>at least 5</td>",
        '<td class="muted">fewer than 5</td>',
        "most disagree",
        "(2 kinds could be compared)",
        "<em>asked</em>",
        "Reported",
    ):
        assert words in page, words
    assert ">7<" not in page


@pytest.mark.django_db
def test_while_it_is_open_nobody_reads_numbers(client: Client) -> None:
    dialogue = answered()
    Dialogue.objects.update(closes_on="2999-01-01")
    page = client.get(dialogue.get_absolute_url()).content.decode()
    assert "3 of 12 kinds" in page
    assert "fewer than" not in page
    assert "at least" not in page.lower()
    for extension in ("json", "csv"):
        assert client.get(f"/dialogues/ended.{extension}").status_code == 404


@pytest.mark.django_db
def test_the_files_hold_back_what_the_page_holds_back(client: Client) -> None:
    answered()
    data = client.get("/dialogues/ended.json").json()
    assert data["respondents_at_least"] == 10
    assert {group["kind"]: group for group in data["groups"]} == {
        "asgm-association": {
            "kind": "asgm-association",
            "label": "Small-scale miners' organisation",
            "was_asked": True,
            "respondents": 0,
        },
        "community": {
            "kind": "community",
            "label": "Community",
            "was_asked": True,
            "respondents_at_least": 5,
        },
        "company": {
            "kind": "company",
            "label": "Mining company",
            "was_asked": True,
            "respondents_at_least": 5,
        },
        "ngo": {
            "kind": "ngo",
            "label": "Non-governmental organisation",
            "was_asked": False,
            "respondents_fewer_than": 5,
        },
    }
    assert data["statements"][0]["groups"][1] == {
        "kind": "company",
        "tendency": "most agree",
        "agree": 6,
        "disagree": None,
        "pass": None,
    }
    text = client.get("/dialogues/ended.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[1] == ["Buying posts help.", "Community", "6", "<5", "<5", "most agree"]
    assert len(rows) == 5


@pytest.mark.django_db
def test_a_response_that_is_withdrawn_after_the_end_leaves_the_numbers_at_once(
    client: Client,
) -> None:
    from contributions.dialogues import services

    dialogue = answered()
    address = "/dialogues/ended.json"
    before = client.get(address).json()["statements"][1]["groups"][0]["disagree"]
    found = dialogue.responses.filter(kind="community").first()
    assert found is not None
    services.withdraw(found)
    after = client.get(address).json()["statements"][1]["groups"][0]["disagree"]
    assert (before, after) == (6, 5)
