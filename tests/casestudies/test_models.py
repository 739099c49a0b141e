"""What the database itself refuses, and what the models say."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from casestudies.models import CaseStudy, Figure
from casestudies.vocabulary import OutcomeStatus
from tests.builders import make_case, make_figure, make_source, make_theme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "values",
    [
        {"year_from": 2022, "year_to": 2012},
        {"latitude": 6},
        {"longitude": 6},
        {"latitude": 91, "longitude": 0},
        {"mine_stage": "finished"},
        {"asgm_status": "happy"},
        {"outcome_status": "fine"},
        {"state": "secret"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(values: dict[str, object]) -> None:
    case = make_case()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(**values)


def test_no_case_takes_the_address_of_the_files_of_a_selection() -> None:
    case = make_case()
    case.slug = "export"
    with pytest.raises(ValidationError, match="taken by an address"):
        case.clean_fields()


def test_a_point_has_a_place_of_its_own() -> None:
    case = make_case()
    case.outcomes.create(text="One", position=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        case.outcomes.create(text="Two", position=0)


def test_a_source_under_a_figure_stays_while_its_case_stays() -> None:
    figure = make_figure(make_case())
    with pytest.raises(IntegrityError):
        figure.source.delete()
    figure.case.delete()
    assert not Figure.objects.exists()


def test_a_figure_rests_on_a_source_of_its_own_case() -> None:
    other = make_source(make_case(), 1)
    figure = make_figure(make_case())
    figure.source = other
    with pytest.raises(ValidationError, match="another case"):
        figure.full_clean()


@pytest.mark.parametrize(
    ("value", "shown"),
    [("9000", "9,000"), ("532.34", "532.34"), ("0.5", "0.5"), ("800000", "800,000"), ("10", "10")],
)
def test_figures_are_shown_without_idle_zeros(value: str, shown: str) -> None:
    assert Figure(value=Decimal(value).quantize(Decimal("0.0001"))).shown_value == shown


def test_the_vocabulary_is_closed() -> None:
    case = make_case(themes=("gender",))
    with pytest.raises(ValueError, match="Not in the vocabulary of themes: Nonsense"):
        case.themes.add("Nonsense")
    with pytest.raises(ValueError, match="Not in the vocabulary"):
        case.themes.set(["Gender", "Nonsense"])
    case.themes.add(make_theme("exploration"), "Gender")
    assert set(case.themes.names()) == {"Gender", "Exploration"}


def test_the_first_publication_is_remembered() -> None:
    case = make_case(state="draft")
    assert case.published_at is None
    case.state = "published"
    case.save(update_fields=["state"])
    case.refresh_from_db()
    first = case.published_at
    assert first is not None
    case.state = "archived"
    case.save()
    case.state = "published"
    case.save()
    assert case.published_at == first


def test_closed_lists_carry_definitions() -> None:
    assert OutcomeStatus.HELD.label == "Held"
    assert "still in place" in str(OutcomeStatus.HELD.definition)


def test_status_drivers_are_a_closed_list() -> None:
    case = make_case(status_drivers=["weather"])
    with pytest.raises(ValidationError, match="Not in the list"):
        case.full_clean()
    case.status_drivers = ["conflict", "conflict"]
    with pytest.raises(ValidationError, match="twice"):
        case.full_clean()
    case.status_drivers = ["conflict"]
    case.full_clean()
