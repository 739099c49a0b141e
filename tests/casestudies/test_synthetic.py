"""Synthetic cases: the same for the same seed, spread as real ones are, and refused on content."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.synthetic import Draw, Material
from lessons.models import GlossaryTerm, Lesson
from portal.corpus import current_state
from portal.facets import current_snapshot
from portal.search import all_indexes
from portal.search.upkeep import drift
from tests.builders import make_case
from tests.conftest import LIBRARY


@pytest.fixture(scope="module")
def material() -> Material:
    return Material.read(LIBRARY)


def test_the_same_seed_gives_the_same_cases(material: Material) -> None:
    first, second, other = Draw(material, 1), Draw(material, 1), Draw(material, 2)
    # Whatever was drawn before: a small corpus is the beginning of a large one.
    assert [first.case(number) for number in (1, 2, 3)][2] == second.case(3)
    assert first.case(3) != other.case(3)


def test_values_are_spread_as_real_ones_are(material: Material) -> None:
    draw = Draw(material, 1)
    cases = [draw.case(number) for number in range(1, 501)]
    countries = Counter(code for case in cases for code in case.countries)
    assert countries["GH"] > 60  # the commonest of the library, and far ahead
    assert len(countries) > 30  # but nearly all occur
    assert {len(case.themes) for case in cases} == {1, 2, 3, 4}
    assert {len(case.parties) for case in cases} == {1, 2, 3, 4, 5, 6}
    words = [len(f"{case.row['context']} {case.row['what_was_done']}".split()) for case in cases]
    assert min(words) >= 150
    assert max(words) < 500
    published = sum(case.row["state"] == "published" for case in cases)
    assert 450 < published < 500


@pytest.mark.django_db
def test_the_command_fills_an_empty_database_and_no_other() -> None:
    output = StringIO()
    call_command("make_corpus", 30, stdout=output)
    assert "30 cases and their index" in output.getvalue()
    assert CaseStudy.objects.count() == 30
    assert all(
        title.startswith("Synthetic case ")
        for title in CaseStudy.objects.values_list("title", flat=True)
    )
    assert Lesson.objects.count() == 18
    assert GlossaryTerm.objects.exists()
    assert current_snapshot(CASES).state == current_state()
    assert len(current_snapshot(CASES).keys) == CaseStudy.objects.published().count()
    assert not any(drift(index) for index in all_indexes())
    for case in CaseStudy.objects.published():
        case.full_clean()

    with pytest.raises(CommandError, match="holds 30 cases"):
        call_command("make_corpus", 5, stdout=output)
    make_case("a-real-one")
    call_command("make_corpus", 5, replace=True, stdout=output)
    assert CaseStudy.objects.count() == 5
