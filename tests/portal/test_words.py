"""Words that are renamed, merged and kept: every use moves, every old address leads on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseCompany, CaseTheme, Company, Theme
from portal.curation import workflow
from portal.models import FormerSlug
from portal.words import MergeError, merge
from tests.builders import (
    make_case,
    make_company,
    make_curator,
    make_lesson,
    make_perspective,
    make_theme,
)
from tests.curation.test_desk import enter

pytestmark = pytest.mark.django_db
__all__ = ["enter"]


def counts(client: Client, facet: str) -> dict[str, int]:
    """Give the counts of a facet of the cases."""
    values = client.get("/cases.json").json()["facets"][facet]
    return {value["value"]: value["count"] for value in values if value["count"]}


def test_all_uses_of_a_theme_move_and_the_counts_follow(client: Client) -> None:
    both = make_case(themes=("gender", "women"))
    one, draft = make_case(themes=("women",)), make_case(themes=("women",), state="draft")
    copy = workflow.start_change(one, make_curator())
    make_lesson(themes=("women",))
    make_perspective(themes=("women",))
    assert counts(client, "theme") == {"gender": 1, "women": 2}
    loser, winner = Theme.objects.get(slug="women"), Theme.objects.get(slug="gender")
    assert merge(loser, winner) == 6
    assert counts(client, "theme") == {"gender": 2}
    assert not Theme.objects.filter(slug="women").exists()
    for case in (both, one, draft, copy):
        assert [theme.slug for theme in case.themes.all()] == ["gender"]
    assert client.get("/lessons/?theme=gender").context["browse"].total == 1


def test_a_company_that_is_merged_is_found_by_its_old_name(client: Client) -> None:
    case = make_case(companies=(("old-gold", "operator"), ("new-gold", "operator")))
    make_case(companies=(("old-gold", "owner"),))
    loser = make_company("old-gold")
    Company.objects.filter(pk=loser.pk).update(aliases=["Older Gold"])
    loser.refresh_from_db()
    merge(loser, make_company("new-gold"))
    assert counts(client, "company") == {"new-gold": 2}
    assert CaseCompany.objects.filter(case=case).count() == 1
    assert make_company("new-gold").aliases == ["Old Gold", "Older Gold"]
    assert client.get("/cases.json?q=older").json()["total"] == 2


def test_old_addresses_and_filters_go_on_working_through_two_merges(client: Client) -> None:
    make_case(themes=("a",))
    make_case(themes=("b",))
    for old, new in (("a", "b"), ("b", "c")):
        merge(make_theme(old), make_theme(new))
    assert set(FormerSlug.objects.values_list("slug", "current")) == {("a", "c"), ("b", "c")}
    answer = client.get("/themes/a/?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/themes/c/?x=1")
    for address in ("/cases.json?theme=a", "/cases.json?theme=b&theme=c"):
        assert client.get(address).json()["total"] == 2
    page = client.get("/cases/?theme=a").context["browse"]
    assert (page.total, page.ignored) == (2, ())
    assert client.get("/cases/export.csv?theme=a").status_code == 200
    assert client.get("/themes/never/").status_code == 404


def test_a_slug_that_is_taken_again_leads_to_its_new_owner(client: Client) -> None:
    make_case(themes=("a",))
    merge(make_theme("a"), make_theme("b"))
    make_case(themes=("a",))
    assert client.get("/themes/a/").status_code == 200


def test_what_cannot_be_merged_is_refused() -> None:
    theme = make_theme("a")
    with pytest.raises(MergeError):
        merge(theme, theme)
    with pytest.raises(MergeError):
        merge(theme, make_company("b"))


def test_a_word_in_use_cannot_be_deleted(enter: Callable[[str], Client]) -> None:
    make_case(themes=("a",))
    theme = Theme.objects.get(slug="a")
    with pytest.raises(ProtectedError):
        theme.delete()
    publisher = enter("Publisher")
    address = reverse("admin:casestudies_theme_delete", args=[theme.pk])
    assert "would require deleting" in publisher.get(address).content.decode()
    publisher.post(address, {"post": "yes"})
    listed = reverse("admin:casestudies_theme_changelist")
    chosen: dict[str, Any] = {"action": "delete_selected", "_selected_action": [theme.pk]}
    publisher.post(listed, chosen | {"post": "yes"})
    assert CaseTheme.objects.filter(tag=theme).exists()


def test_a_publisher_renames_and_merges_at_the_desk_and_an_editor_cannot(
    enter: Callable[[str], Client], client: Client
) -> None:
    make_case(themes=("a",))
    theme, other = Theme.objects.get(slug="a"), make_theme("b")
    editor, publisher = enter("Editor"), enter("Publisher")
    form = reverse("admin:casestudies_theme_change", args=[theme.pk])
    assert "Case studies: 1" in publisher.get(form).content.decode()
    values = {"name": "A", "slug": "a-new", "definition": "d", "position": 0}
    assert editor.post(form, values).status_code == 403
    assert publisher.post(form, values).status_code == 302
    assert client.get("/themes/a/").headers["Location"] == "/themes/a-new/"
    page = reverse("admin:casestudies_theme_merge", args=[theme.pk])
    assert editor.get(page).status_code == 403
    assert editor.post(page, {"winner": other.pk}).status_code == 403
    assert publisher.post(page, {"winner": theme.pk}).status_code == 400
    assert publisher.post(page, {"winner": "x"}).status_code == 400
    assert publisher.post(page, {"winner": other.pk}).status_code == 302
    assert publisher.post(page, {"winner": other.pk}).status_code == 404  # pressed twice
    assert client.get("/themes/a/").headers["Location"] == "/themes/b/"
    assert client.get("/cases.json?theme=a").json()["total"] == 1
