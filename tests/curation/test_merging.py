"""The merge page: two people on one record, and neither loses what they wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudy, Outcome
from portal.curation.history import record_step, steps_of
from portal.models import Step
from tests.builders import make_case, make_company, make_figure, make_source
from tests.curation.test_desk import enter, url
from tests.test_admin import form_of, save, take_step

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
            "change_reason": page.context["reason"],
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


def shown_beside(page: Any) -> dict[str, tuple[Any, Any]]:
    """Give what a page shows side by side: what stands now, and what was typed."""
    return {each.key: (each.before, each.after) for each in page.context["differences"]}


def test_what_was_typed_is_shown_where_the_record_went_to_review_meanwhile(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    first, second = enter("Editor"), enter("Editor")
    typed = form_of(second, draft) | {"title": "Long work", "outcomes-0-text": "It fell."}
    take_step(first, draft, "submit")
    page = second.post(url("change", draft.pk), typed)
    assert page.status_code == 409
    sides = shown_beside(page)
    assert sides["title"] == ("Base", "Long work")
    assert sides["outcomes"] == ([{"text": "It held."}], [{"text": "It fell."}])
    assert "Long" in page.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Base"


@pytest.mark.parametrize("is_merging", [False, True])
def test_what_was_typed_in_a_copy_that_was_published_is_shown_beside_the_record(
    enter: Callable[[str], Client], is_merging: bool
) -> None:
    case = make_case(title="Base")
    Outcome.objects.create(case=case, text="It held.")
    editor, reviewer, publisher = enter("Editor"), enter("Reviewer"), enter("Publisher")
    take_step(editor, case, "change")
    copy = CaseStudy.objects.get(working_copy_of=case)
    typed = form_of(reviewer, copy) | {"title": "Long work"}
    save(editor, copy, form_of(editor, copy) | {"title": "New", "outcomes-0-text": "It stood."})
    page = reviewer.post(url("change", copy.pk), typed) if is_merging else None
    take_step(editor, copy, "submit")
    take_step(publisher, copy, "publish")
    page = choose(reviewer, page) if page else reviewer.post(url("change", copy.pk), typed)
    assert page.status_code == 409
    assert page.context["is_gone"]
    assert "Change it" in page.content.decode()
    assert page.context["record"] == case
    sides = shown_beside(page)
    assert sides["title"] == ("New", "Long work")
    assert sides["outcomes"] == ([{"text": "It stood."}], [{"text": "It held."}])


def test_a_new_address_and_the_reason_survive_a_merge(clash: Clash, draft: CaseStudy) -> None:
    browser, page = clash({"place": "Theirs"}, {"slug": "better", "change_reason": "My reason"})
    assert choose(browser, page).status_code == 302
    draft.refresh_from_db()
    assert (draft.slug, draft.place) == ("better", "Theirs")
    assert steps_of(draft)[0].reason == "My reason"


def test_an_address_that_is_taken_is_a_fault_of_the_merge(clash: Clash, draft: CaseStudy) -> None:
    browser, page = clash({"place": "Theirs"}, {"slug": "taken"})
    make_case("taken")
    page = choose(browser, page)
    assert page.status_code == 409
    assert page.context["faults"] == ["This address is taken by another record."]


def test_what_is_valid_alone_but_not_together_is_a_fault(clash: Clash, draft: CaseStudy) -> None:
    browser, page = clash({"year_to": "2003"}, {"year_from": "2007"})
    page = choose(browser, page)
    assert page.status_code == 409
    assert page.context["faults"] == ["The first year is after the last."]


def test_a_number_that_no_database_holds_is_a_fault(clash: Clash, draft: CaseStudy) -> None:
    browser, page = clash({"place": "Theirs"}, {"year_to": "99999", "sources-0-year": "99999999"})
    page = choose(browser, page)
    assert page.status_code == 409
    assert any(fault.startswith("To year: ") for fault in page.context["faults"])


def test_rows_that_are_twins_are_a_fault(clash: Clash, draft: CaseStudy) -> None:
    company = make_company("other-gold").pk
    rows: dict[str, Any] = {"company_roles-TOTAL_FORMS": 3}
    for number in (1, 2):
        rows[f"company_roles-{number}-company"] = company
        rows[f"company_roles-{number}-role"] = "operator"
    browser, page = clash({"place": "Theirs"}, rows)
    page = choose(browser, page)
    assert page.status_code == 409
    assert "two rows say the same" in page.context["faults"][0]
    draft.refresh_from_db()
    assert (draft.place, draft.companies.count()) == ("Theirs", 1)


def test_only_what_was_done_since_the_form_was_opened_is_named(
    enter: Callable[[str], Client],
) -> None:
    case = make_case()
    first, second = enter("Editor"), enter("Editor")
    for number in range(4):
        record_step(case, Step.Action.PUBLISHED, None, f"Old {number}")
    take_step(first, case, "change")
    copy = CaseStudy.objects.get(working_copy_of=case)
    mine = form_of(second, copy)
    save(first, copy, form_of(first, copy) | {"title": "Theirs"})
    page = second.post(url("change", copy.pk), mine | {"title": "Mine"})
    assert [step.action for step in page.context["others"]] == [Step.Action.CHANGED]
