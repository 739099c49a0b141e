"""What must outlive a merge or a new name: revisions, places in a list, filters, history."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casestudies.models import CaseCompany, Company, Theme
from contributions.models import Organisation
from portal.curation import workflow
from portal.curation.document import write
from portal.curation.history import document_of, steps_of
from portal.words import merge
from tests.builders import make_case, make_company, make_perspective, make_theme
from tests.curation.test_desk import enter
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db
__all__ = ["enter"]


def test_a_revision_from_before_a_merge_is_restored_with_its_words() -> None:
    case = make_case(themes=("a",), companies=(("old-gold", "operator"),), state="draft")
    workflow.store_once(case)
    merge(make_theme("a"), make_theme("b"))
    merge(make_company("old-gold"), make_company("new-gold"))
    case.themes.set([])
    case.company_roles.all().delete()
    lost = write(case, document_of(steps_of(case)[0]))
    assert lost == []
    assert [theme.slug for theme in case.themes.all()] == ["b"]
    assert case.company_roles.get().company.slug == "new-gold"


def test_a_slug_taken_again_is_what_filters_mean(client: Client) -> None:
    make_case(themes=("a",))
    merge(make_theme("a"), make_theme("b"))
    make_case(themes=("a", "b"))
    assert client.get("/cases.json?theme=a").json()["total"] == 1


def test_companies_stay_numbered_and_keep_their_notes(client: Client) -> None:
    roles = (("old-gold", "operator"), ("new-gold", "operator"), ("third", "partner"))
    case = make_case(companies=roles)
    CaseCompany.objects.filter(case=case, position=0).update(note="40 % until 2014")
    merge(make_company("old-gold"), make_company("new-gold"))
    rows = list(case.company_roles.values_list("position", "company__slug", "note"))
    assert rows == [(0, "new-gold", "40 % until 2014"), (1, "third", "")]


def test_every_format_and_feed_understands_a_former_slug(client: Client) -> None:
    make_case("kept", themes=("a",))
    make_case("other", themes=("c",))
    merge(make_theme("a"), make_theme("b"))
    for name in ("export.csv", "export.json", "feed.atom"):
        answer = client.get(f"/cases/{name}?theme=a")
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"kept" in body, name
        assert b"/cases/other/" not in body, name


def test_a_new_name_of_a_draft_company_is_nobodys_business(client: Client) -> None:
    make_case(companies=(("old-gold", "operator"),), state="draft")
    merge(make_company("old-gold"), make_company("secret-gold"))
    assert client.get("/companies/old-gold/").status_code == 404


def test_the_form_of_a_word_needs_as_many_queries_for_many_uses(
    enter: Callable[[str], Client],
) -> None:
    for _number in range(8):
        make_case(themes=("a",))
    publisher = enter("Publisher")
    address = reverse("admin:casestudies_theme_change", args=[make_theme("a").pk])
    with queries_within(14, address):
        page = publisher.get(address).content.decode()
    assert page.count("/admin/casestudies/casestudy/") >= 8


def test_organisations_are_merged_too(enter: Callable[[str], Client]) -> None:
    view = make_perspective()
    loser = view.organisation
    winner = Organisation.objects.create(name="The one that stays", kind=loser.kind)
    page = reverse("admin:contributions_organisation_merge", args=[loser.pk])
    publisher = enter("Publisher")
    assert publisher.post(page, {"winner": winner.pk}).status_code == 302
    view.refresh_from_db()
    assert view.organisation == winner


def test_a_merge_is_written_down(enter: Callable[[str], Client]) -> None:
    loser, winner = make_theme("a"), make_theme("b")
    page = reverse("admin:casestudies_theme_merge", args=[loser.pk])
    enter("Publisher").post(page, {"winner": winner.pk})
    assert LogEntry.objects.filter(object_id=str(winner.pk)).exists()


def test_aliases_typed_at_the_desk_are_found(
    enter: Callable[[str], Client], client: Client
) -> None:
    make_case()
    company = Company.objects.get(slug="acme-gold")
    values = {"name": "Acme Gold", "slug": "acme-gold", "aliases": "Zephyr Mining\nAGC"}
    form = reverse("admin:casestudies_company_change", args=[company.pk])
    assert enter("Publisher").post(form, values).status_code == 302
    assert client.get("/cases.json?q=zephyr").json()["total"] == 1


def test_deleting_a_used_word_offers_to_merge(enter: Callable[[str], Client]) -> None:
    make_case(themes=("a",))
    theme = Theme.objects.get(slug="a")
    page = enter("Publisher").get(reverse("admin:casestudies_theme_delete", args=[theme.pk]))
    assert reverse("admin:casestudies_theme_merge", args=[theme.pk]) in page.content.decode()


def test_places_are_saved_together_without_gaps(enter: Callable[[str], Client]) -> None:
    keys = {slug: make_theme(slug).pk for slug in ("a", "b", "c")}
    listed = reverse("admin:casestudies_theme_changelist")
    values = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3", "_save": "Save"}
    shown = sorted(keys, key=lambda slug: slug)
    for place, slug in enumerate(shown):
        values |= {f"form-{place}-id": str(keys[slug])}
        values |= {f"form-{place}-position": {"a": "7", "b": "0", "c": "3"}[slug]}
    assert enter("Publisher").post(listed, values).status_code == 302
    rows = list(Theme.objects.values_list("slug", "position"))
    assert rows == [("b", 0), ("c", 1), ("a", 2)]
    assert enter("Editor").post(listed, values | {"form-0-position": "9"}).status_code in (302, 403)
    assert list(Theme.objects.values_list("slug", "position")) == rows


def test_a_merge_needs_as_many_queries_for_many_uses() -> None:
    asked = []
    for number in (2, 12):
        for _number in range(number):
            make_case(themes=("a",))
        with CaptureQueriesContext(connection) as queries:
            merge(make_theme("a"), make_theme("b"))
        asked.append(len(queries))
    assert asked[1] <= asked[0] + 3


def test_who_may_only_add_words_cannot_take_a_key_that_leads_elsewhere(
    enter: Callable[[str], Client], client: Client
) -> None:
    for slug in ("old-gold", "new-gold"):
        make_case(companies=((slug, "operator"),))
    merge(make_company("old-gold"), make_company("new-gold"))
    values = {"name": "Old Gold again", "slug": "old-gold"}
    address = reverse("admin:casestudies_company_add")
    answer = enter("Editor").post(address, values)
    assert "is now called “new-gold”" in answer.content.decode()
    assert client.get("/companies/old-gold/").status_code == 301
    # Who keeps the vocabulary may.
    assert enter("Publisher").post(address, values).status_code == 302
