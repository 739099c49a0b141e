"""The merge page: two people on one record, and neither loses what they wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudy, Outcome
from tests.builders import make_case, make_figure, make_source
from tests.curation.test_desk import enter, url
from tests.test_admin import form_of, save

# Rows are locked: PostgreSQL refuses that outside of the page's own transaction.
pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["enter"]


@pytest.fixture
def draft() -> CaseStudy:
    """A draft with a figure."""
    case = make_case("a-case", title="Base", state="draft", year_from=2000, year_to=2010)
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    return case


Clash = Callable[..., tuple[Client, Any]]


@pytest.fixture
def clash(enter: Callable[[str], Client], draft: CaseStudy) -> Clash:
    """Give the second person's browser and the merge page: both changed the same draft."""

    def send(theirs: dict[str, Any], mine: dict[str, Any]) -> tuple[Client, Any]:
        first, second = enter("Editor"), enter("Editor")
        their_form, my_form = form_of(first, draft), form_of(second, draft)
        save(first, draft, their_form | theirs)
        answer = second.post(url("change", draft.pk), my_form | mine)
        assert answer.status_code == 409
        return second, answer

    return send


def choose(browser: Client, page: Any, **choices: str) -> Any:
    """Send the merge page; what is not named goes as the page has it."""
    data = {clash.key: clash.choice for clash in page.context["clashes"]} | choices
    record = page.context["record"]
    return browser.post(
        reverse("admin:casestudies_casestudy_merge", args=[record.pk]),
        {
            "seen_edition": page.context["edition"],
            "base_edition": page.context["base_edition"],
            "mine": page.context["signed"],
            **{f"choice-{key}": choice for key, choice in data.items()},
        },
    )


def test_a_fault_keeps_the_other_texts_and_the_choices_made(clash: Clash, draft: CaseStudy) -> None:
    browser, page = clash(
        {"place": "Theirs", "title": "Theirs"}, {"title": "My title", "mine": "M", "year_from": "x"}
    )
    page = choose(browser, page, mine="theirs")
    assert page.status_code == 409
    assert any(fault.startswith("From year: ") for fault in page.context["faults"])
    shown = {each.key: (each.choice, each.is_open) for each in page.context["clashes"]}
    assert shown == {
        "title": ("mine", True),
        "place": ("theirs", False),
        "mine": ("theirs", False),
        "year_from": ("mine", False),
    }
    assert choose(browser, page, year_from="theirs").status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.place, draft.mine) == ("My title", "Theirs", "Mine")


def test_figures_stay_with_their_sources(clash: Clash, draft: CaseStudy) -> None:
    make_source(draft, 1, title="B")
    figure = draft.figures.get()
    figure.source = draft.sources.get(title="B")
    figure.save()
    browser, page = clash(
        {"figures-0-value": "1"}, {"sources-0-order": "2", "sources-1-order": "1"}
    )
    (only,) = page.context["clashes"]
    assert (only.key, only.is_open) == ("sources", True)
    assert [difference.key for difference in only.differences] == ["sources", "figures"]
    assert choose(browser, page, figures="theirs").status_code == 302
    assert draft.figures.get().source.title == "B"
