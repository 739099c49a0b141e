"""The admin: every model is there, forms keep what they were given, and edits show at once."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudy, Outcome, Source
from tests.builders import (
    make_case,
    make_curator,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
    make_theme,
)

pytestmark = pytest.mark.django_db

# Rows that are edited as part of another record.
INLINE_ONLY = {
    "CaseApproach", "CaseCompany", "CaseLesson", "CasePartnershipType", "CaseTheme", "Challenge",
    "Figure", "GoalSource", "Outcome", "Party", "Source", "BaselineSource", "GlossaryName",
    "LessonPartnershipType", "LessonSource", "LessonTheme", "PracticePointer",
    "PerspectivePartnershipType", "PerspectiveSource", "PerspectiveTheme",
    "Attachment", "Contact", "ContributionStep", "ReplyInvitation",
    "DialogueTheme", "ResponseStep", "Statement", "Vote",
}  # fmt: skip
# On the lesson, which is reviewed; or by whoever sends something in.
ADDED_ELSEWHERE = {"Evidence", "Contribution", "Flag", "Response"}
MODELS = [
    model
    for label in ("casestudies", "lessons", "contributions")
    for model in apps.get_app_config(label).get_models()
    if model.__name__ not in INLINE_ONLY
]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_list_a_search_and_a_form(
    curator_client: Client, model: type[Model]
) -> None:
    case = make_case(parties=("ngo",))
    make_figure(case)
    make_evidence(make_lesson(), case)
    make_perspective()
    assert admin.site.is_registered(model)
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert curator_client.get(reverse(f"{base}_changelist")).status_code == 200
    assert curator_client.get(reverse(f"{base}_changelist"), {"q": "a"}).status_code == 200
    expected = 403 if model.__name__ in ADDED_ELSEWHERE else 200
    assert curator_client.get(reverse(f"{base}_add")).status_code == expected
    row = model._default_manager.first()
    if row is not None:
        assert curator_client.get(reverse(f"{base}_change", args=[row.pk])).status_code == 200


def test_the_list_of_cases_counts_its_filters(curator_client: Client) -> None:
    make_case(state="draft")
    make_case()
    page = curator_client.get(reverse("admin:casestudies_casestudy_changelist")).content.decode()
    assert "Draft (1)" in page
    assert "Published (1)" in page
    assert "Gender (2)" in page


def form_of(client: Client, record: Model) -> dict[str, Any]:
    """Give what the browser would send if a curator pressed save without a change."""
    name = record._meta.label_lower.replace(".", "_")
    page = client.get(reverse(f"admin:{name}_change", args=[record.pk]))
    form = page.context["adminform"].form
    data: dict[str, Any] = {}
    forms = [form]
    for wrapped in page.context["inline_admin_formsets"]:
        forms += [wrapped.formset.management_form, *wrapped.formset.forms]
    for each in forms:
        for bound in each:
            value = bound.value()
            if value is None or value is False:
                continue
            if isinstance(value, list):
                value = [getattr(item, "pk", item) for item in value]
            data[bound.html_name] = value
    return data


def save(client: Client, case: CaseStudy, data: dict[str, Any]) -> None:
    """Send the form; fail with its errors if it is refused."""
    answer = client.post(reverse("admin:casestudies_casestudy_change", args=[case.pk]), data)
    if answer.status_code != 302:
        errors = [answer.context["adminform"].form.errors]
        errors += [f.formset.errors for f in answer.context["inline_admin_formsets"]]
        pytest.fail(str(errors))


def take_step(client: Client, case: CaseStudy, task: str, reason: str = "") -> None:
    """Take a step of the workflow; fail with its reasons if it is refused."""
    address = reverse("admin:casestudies_casestudy_step", args=[case.pk, task])
    answer = client.post(address, {"reason": reason})
    if answer.status_code != 302:
        pytest.fail(str(answer.context["refused"]))


@pytest.fixture
def full_case() -> CaseStudy:
    """A draft with several rows of each kind."""
    case = make_case("full", themes=("gender",), parties=("ngo", "donor"), state="draft")
    make_theme("exploration")
    make_source(case, 1)
    for place, text in enumerate(["first", "second", "third"]):
        case.outcomes.create(text=text, position=place)
    make_figure(case)
    return case


def test_saving_without_a_change_changes_nothing(
    curator_client: Client, full_case: CaseStudy
) -> None:
    outcomes = list(full_case.outcomes.values())
    figures = list(full_case.figures.values())
    save(curator_client, full_case, form_of(curator_client, full_case))
    assert list(full_case.outcomes.values()) == outcomes
    assert list(full_case.figures.values()) == figures
    assert [theme.slug for theme in full_case.themes.all()] == ["gender"]
    assert [country.code for country in full_case.countries.all()] == ["GH"]


def test_an_edit_shows_at_the_next_request_with_its_counts(
    curator_client: Client, client: Client, full_case: CaseStudy
) -> None:
    assert client.get("/cases.json?theme=exploration").json()["total"] == 0
    data = form_of(curator_client, full_case)
    data |= {"title": "A title from the admin", "themes": [make_theme("exploration").pk]}
    save(curator_client, full_case, data)
    take_step(curator_client, full_case, "submit")
    assert client.get("/cases.json?theme=exploration").json()["total"] == 0
    other = Client()
    other.force_login(make_curator())
    take_step(other, full_case, "publish")
    answer = client.get("/cases.json?theme=exploration").json()
    assert answer["total"] == 1
    assert answer["results"][0]["title"] == "A title from the admin"
    take_step(curator_client, full_case, "archive", "Superseded")
    assert client.get("/cases.json").json()["total"] == 0


def test_rows_are_put_in_the_order_that_the_curator_gives(
    curator_client: Client, full_case: CaseStudy
) -> None:
    data = form_of(curator_client, full_case)
    data |= {"outcomes-0-order": 3, "outcomes-1-order": 1, "outcomes-2-order": 2}
    save(curator_client, full_case, data)
    texts = list(full_case.outcomes.values_list("position", "text"))
    assert texts == [(0, "second"), (1, "third"), (2, "first")]


def test_a_new_row_without_a_place_comes_last_and_a_gap_closes(
    curator_client: Client, full_case: CaseStudy
) -> None:
    data = form_of(curator_client, full_case)
    data |= {
        "outcomes-TOTAL_FORMS": 4,
        "outcomes-0-DELETE": "on",
        "outcomes-3-text": "new",
        "outcomes-3-case": full_case.pk,
    }
    save(curator_client, full_case, data)
    texts = list(full_case.outcomes.values_list("position", "text"))
    assert texts == [(0, "second"), (1, "third"), (2, "new")]
    assert Outcome.objects.count() == 3


def test_a_source_under_a_figure_cannot_be_deleted_by_mistake(
    curator_client: Client, full_case: CaseStudy
) -> None:
    data = form_of(curator_client, full_case) | {"sources-0-DELETE": "on"}
    answer = curator_client.post(
        reverse("admin:casestudies_casestudy_change", args=[full_case.pk]), data
    )
    assert answer.status_code == 200
    assert "would require deleting the following protected related objects" in (
        answer.content.decode().replace("&#x27;", "'")
    )
    assert Source.objects.filter(case=full_case).count() == 2


def test_a_figure_is_offered_the_sources_of_its_own_case_only(
    curator_client: Client, full_case: CaseStudy
) -> None:
    foreign = make_source(make_case("other"), 5, title="A foreign source")
    page = curator_client.get(
        reverse("admin:casestudies_casestudy_change", args=[full_case.pk])
    ).content.decode()
    assert "A foreign source" not in page
    data = form_of(curator_client, full_case) | {"figures-0-source": foreign.pk}
    answer = curator_client.post(
        reverse("admin:casestudies_casestudy_change", args=[full_case.pk]), data
    )
    assert "Select a valid choice" in answer.content.decode()


def test_a_faulty_form_keeps_what_was_typed(curator_client: Client, full_case: CaseStudy) -> None:
    data = form_of(curator_client, full_case) | {"title": "Typed with care", "year_from": "soon"}
    answer = curator_client.post(
        reverse("admin:casestudies_casestudy_change", args=[full_case.pk]), data
    )
    assert 'value="Typed with care"' in answer.content.decode()
    assert "Enter a whole number." in answer.content.decode()


def test_the_admin_is_for_staff_only(client: Client) -> None:
    answer = client.get(reverse("admin:casestudies_casestudy_changelist"))
    assert answer.status_code == 302
    assert "/admin/login/" in answer.headers["Location"]
