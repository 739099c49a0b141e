"""The curation desk: counted filters, its form and its first page."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casestudies.desk import filters
from casestudies.models import CaseStudy, Figure
from portal.desk.dashboard import cards_for
from portal.models import SavedFilter
from tests.builders import (
    make_case,
    make_company,
    make_curator,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
    make_theme,
    one_change,
)
from tests.test_admin import form_of, save
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db

LIST = "/admin/casestudies/casestudy/"
STALE = timezone.localdate() - timedelta(days=400)
LATELY = timezone.localdate() - timedelta(days=4)


@one_change
def fill(number: int) -> None:
    """Add that many cases of every kind, each with several rows of everything."""
    for place in range(number):
        case = make_case(
            state=["draft", "in-review", "published"][place % 3],
            countries=[("GH",), ("GH", "CO"), ("ML",), ()][place % 4],
            companies=(("acme-gold", "operator"), ("acme-gold", "partner"), ("b-gold", "partner"))[
                : place % 4
            ],
            themes=[("gender",), ("gender", "exploration")][place % 2],
            parties=("ngo", "donor"),
            collection=["core", "extended"][place % 2],
            mine_stage=["operation", "closure"][place % 2],
            outcome_status=["held", "ongoing", "unknown"][place % 3],
            last_checked=[None, STALE, LATELY][place % 3],
        )
        for row in range(2):
            make_source(case, row + 1)
            make_figure(case, row)
            case.outcomes.create(text="An outcome", position=row)


def counts_on(client: Client, query: str) -> dict[str, int]:
    """Give how many records every link of the filters promises, by its address."""
    page = client.get(f"{LIST}{query}")
    promised = {}
    for spec in page.context["cl"].filter_specs:
        for choice in spec.choices(page.context["cl"]):
            if number := re.search(r"\(([\d,]+)\)$", str(choice["display"])):
                promised[choice["query_string"]] = int(number[1])
    return promised


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?company=acme-gold&theme=gender&collection=core",
        "?q=what&stage=closure",
        "?outcome=no-such&sdg17=finance",
    ],
)
def test_every_filter_promises_what_its_link_then_shows(curator_client: Client, query: str) -> None:
    fill(12)
    promised = counts_on(curator_client, query)
    assert len(promised) > 25
    for address, number in promised.items():
        shown = curator_client.get(f"{LIST}{address}").context["cl"].result_count
        assert shown == number, address


def test_checked_filters_put_every_case_in_one_of_three(curator_client: Client) -> None:
    today = timezone.localdate()
    a_year_ago = filters.a_year_ago()
    assert 365 <= (today - a_year_ago).days <= 366
    for day in (None, a_year_ago - timedelta(days=1), a_year_ago, today):
        make_case(last_checked=day)
    promised = counts_on(curator_client, "")
    assert promised["?checked=never"] == 1
    assert promised["?checked=over-12-months"] == 1
    assert promised["?checked=within-12-months"] == 2


def test_a_year_ago_exists_on_leap_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters.timezone, "localdate", lambda: date(2028, 2, 29))
    assert filters.a_year_ago() == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("address", "budget"),
    [
        (LIST, 8),
        (f"{LIST}?country=GH&theme=gender&state=draft&checked=never", 8),
        (f"{LIST}?q=what&theme=gender", 12),
        (f"{LIST}?q=what&theme=gender&company=acme-gold&collection=extended", 12),
        (f"{LIST}{{key}}/change/", 12),
        (f"{LIST}{{key}}/change/?plain=1", 13),
        (f"{LIST}add/", 4),
        ("/admin/lessons/lesson/", 8),
        ("/admin/lessons/lesson/{lesson}/change/", 14),
        ("/admin/", 20),  # two of them for what stakeholders send in
    ],
)
@pytest.mark.parametrize("state", ["draft", "published"])
def test_pages_of_the_desk_keep_their_budget_however_many_rows_there_are(
    curator_client: Client, state: str, address: str, budget: int
) -> None:
    case = make_case(countries=("GH", "CO"), state=state)
    lesson = make_lesson(state=state)
    make_evidence(lesson, case)
    address = address.format(key=case.pk, lesson=lesson.pk)
    fill(3)
    curator_client.get(address)
    with queries_within(budget, address) as few:
        curator_client.get(address)
    fill(12)
    for place, company in enumerate(["c-gold", "d-gold", "e-gold"], start=1):
        case.company_roles.create(company=make_company(company), role="partner", position=place)
        make_source(case, place)
        make_figure(case, place)
        make_evidence(lesson, make_case())
    curator_client.get(address)
    with queries_within(budget, address) as many:
        curator_client.get(address)
    assert len(many) == len(few)


@pytest.mark.parametrize("state", ["draft", "published"])
@pytest.mark.parametrize(
    "text", ["mercury vapour", "subsidiary-of-acme", "annual report", "HOUNDE", "\"'%_"]
)
def test_search_finds_words_in_text_companies_and_sources_in_every_state(
    curator_client: Client, state: str, text: str
) -> None:
    make_company("acme-gold", aliases=["Subsidiary-of-Acme"])
    case = make_case(state=state, context="Retorts catch mercury and its vapour.", mine="Hounde")
    make_source(case, 1, title="Annual report")
    make_case(companies=())
    found = curator_client.get(LIST, {"q": text}).context["cl"]
    expected = [] if text == "\"'%_" else [case.pk]
    if state == "draft" or expected:
        assert [row.pk for row in found.result_list] == expected


def test_a_person_finds_their_own_saved_filters_and_nobody_elses(curator_client: Client) -> None:
    make_case()
    keep = reverse("admin:casestudies_casestudy_save_filter")
    query = "state=draft&q=gold"
    answer = curator_client.post(keep, {"name": "My drafts", "query": query})
    assert answer.headers["Location"] == f"{LIST}?{query}"
    curator_client.post(keep, {"name": "My drafts", "query": query})
    kept = SavedFilter.objects.get()
    page = curator_client.get(LIST).content.decode()
    assert 'href="?state=draft&amp;q=gold"' in page
    assert "My drafts" in page

    other = Client()
    other.force_login(make_curator())
    assert "My drafts" not in other.get(LIST).content.decode()
    drop = reverse("admin:casestudies_casestudy_delete_filter", args=[kept.pk])
    assert other.post(drop).status_code == 404
    assert curator_client.get(drop).status_code == 405
    curator_client.post(drop)
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "values", [{"name": "", "query": "state=draft"}, {"name": "n", "query": "q=" + "x" * 3000}]
)
def test_a_filter_without_name_or_end_is_refused_with_a_message(
    curator_client: Client, values: dict[str, str]
) -> None:
    keep = reverse("admin:casestudies_casestudy_save_filter")
    page = curator_client.post(keep, values, follow=True)
    assert not SavedFilter.objects.exists()
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_the_form_is_in_the_order_of_the_public_page(curator_client: Client) -> None:
    case = make_case(state="draft")
    page = curator_client.get(f"{LIST}{case.pk}/change/").content.decode()
    headings = re.findall(r'<h2 id="([\w-]+-heading)"[^>]*>\s*([^<]+?)\s*</h2>', page)
    assert [name for _place, name in headings] == [
        "Title and summary", "Where and when", "Companies", "Parties", "Context", "What was done",
        "Outcomes", "Challenges", "Lessons of the case", "What became of it", "Figures",
        "The setting", "What it is about", "Sources", "Provenance", "How complete the record is",
        "Publication",
    ]  # fmt: skip
    for place, _name in headings:
        assert f'href="#{place}"' in page
    assert "<details" in page
    assert "About gender." in page  # the definition of a theme


@pytest.fixture
def case() -> CaseStudy:
    """A case with two sources and one figure."""
    case = make_case("full", state="draft")
    make_source(case, 1, title="The second")
    make_figure(case)
    return case


def test_a_figure_can_rest_on_a_source_typed_into_the_same_form(
    curator_client: Client, case: CaseStudy
) -> None:
    data = form_of(curator_client, case) | {
        "sources-TOTAL_FORMS": 3,
        "sources-2-case": case.pk,
        "sources-2-title": "Just typed",
        "sources-2-publisher": "A publisher",
        "sources-2-url": "https://example.org/typed",
        # It comes first, and the figures still mean the row that it had.
        "sources-0-order": 2,
        "sources-1-order": 3,
        "sources-2-order": 1,
        "figures-TOTAL_FORMS": 2,
        "figures-0-source": 3,
        "figures-1-case": case.pk,
        "figures-1-label": "households",
        "figures-1-value": 5,
        "figures-1-unit": "households",
        "figures-1-claimed_by": "company",
        "figures-1-source": 2,
    }
    save(curator_client, case, data)
    titles = list(case.figures.values_list("label", "source__title"))
    assert titles == [("people", "Just typed"), ("households", "The second")]
    sources = list(case.sources.values_list("title", flat=True))
    assert sources == ["Just typed", "A source", "The second"]


def test_a_new_case_is_saved_at_once_with_sources_and_figures(
    curator_client: Client, case: CaseStudy
) -> None:
    data = form_of(curator_client, case) | {"title": "Another", "slug": "another"}
    for name in list(data):
        if name.endswith(("-id", "-case")):
            del data[name]
        elif name.endswith("-INITIAL_FORMS"):
            data[name] = 0
    answer = curator_client.post(f"{LIST}add/", data)
    assert answer.status_code == 302
    figure = Figure.objects.get(case__slug="another")
    assert figure.source.case_id == figure.case_id


@pytest.mark.parametrize(
    ("posted", "message"),
    [
        ({"figures-0-source": 2, "sources-1-DELETE": "on"}, "Source 2 is marked to be deleted"),
        ({"figures-0-source": 3, "sources-TOTAL_FORMS": 3}, "Source 3 is empty"),
        ({"figures-0-source": 4}, "Select a valid choice"),
        ({"figures-0-source": "-1"}, "Select a valid choice"),
        ({"figures-0-source": ""}, "Say which source gives this figure."),
    ],
)
def test_a_figure_without_a_usable_source_is_refused(
    curator_client: Client, case: CaseStudy, posted: dict[str, Any], message: str
) -> None:
    data = form_of(curator_client, case) | posted
    answer = curator_client.post(f"{LIST}{case.pk}/change/", data)
    assert message in answer.content.decode()
    assert case.figures.get().source.position == 0
    assert case.sources.count() == 2


def test_a_source_row_of_another_case_cannot_be_smuggled_in(
    curator_client: Client, case: CaseStudy
) -> None:
    foreign = make_source(make_case("other"), 5, title="Foreign")
    data = form_of(curator_client, case) | {"sources-1-id": foreign.pk, "figures-0-source": 2}
    curator_client.post(f"{LIST}{case.pk}/change/", data)
    assert case.figures.get().source.case_id == case.pk
    foreign.refresh_from_db()
    assert (foreign.case.slug, foreign.title) == ("other", "Foreign")


def test_the_plain_form_needs_no_scripts(curator_client: Client, case: CaseStudy) -> None:
    page = curator_client.get(f"{LIST}{case.pk}/change/").content.decode()
    assert '<noscript><p class="desk-note"><a href="?plain=1">' in page
    plain = curator_client.get(f"{LIST}{case.pk}/change/?plain=1").content.decode()
    assert "admin-autocomplete" not in plain
    assert 'name="sources-3-title"' in plain  # two rows more than there are sources
    assert '<option value="3">3. new source</option>' in plain


def test_a_preview_shows_what_saving_would_and_nothing_else(curator_client: Client) -> None:
    address = reverse("admin:casestudies_casestudy_preview")
    sent = {"_preview": "context", "context": "A *word*\n\n<script>alert(1)</script>"}
    page = curator_client.post(address, sent)
    assert "<em>word</em>" in page.content.decode()
    assert "alert(1)" not in page.content.decode()
    assert "<html" in page.content.decode()
    part = curator_client.post(address, sent | {"_fragment": "1"}).content.decode()
    assert "<em>word</em>" in part
    assert "<html" not in part
    long = curator_client.post(address, {"_preview": "context", "context": "x" * 100_001})
    assert long.status_code == 413
    assert curator_client.get(address).status_code == 405


def test_previews_are_for_staff_who_may_see_cases_and_want_a_token(client: Client) -> None:
    address = reverse("admin:casestudies_casestudy_preview")
    assert "/login/" in client.post(address).headers["Location"]
    client.force_login(User.objects.create_user("staff", is_staff=True))
    assert client.post(address).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_curator())
    assert strict.post(address).status_code == 403


def test_fields_say_how_long_their_texts_are(curator_client: Client) -> None:
    case = make_case(summary="12345", context="three words here", state="draft")
    page = curator_client.get(f"{LIST}{case.pk}/change/").content.decode()
    assert "5 of 280 characters" in page
    assert "3 words" in page


def test_the_first_page_says_what_waits(curator_client: Client) -> None:
    make_case(title="A case in review", state="in-review")
    make_case(title="A stale case", last_checked=STALE)
    make_case(title="A fresh case", last_checked=LATELY)
    make_lesson(title="A lesson in the making", state="draft")
    page = curator_client.get("/admin/")
    cards = {str(card.title): card for card in cards_for(page.wsgi_request)}
    assert [row.label for row in cards["Waiting for review"].rows] == ["A case in review"]
    assert [row.label for row in cards["All drafts"].rows] == ["A lesson in the making"]
    (link,) = cards["All drafts"].links
    assert link.address == "/admin/lessons/lesson/?state=draft"
    stale = cards["To be checked against their sources"]
    assert [row.label for row in stale.rows] == ["A stale case"]
    assert len(cards["Changed last"].rows) == 4
    for name in ("Library", "Words", "People and safety"):
        assert f"<caption>{name}</caption>" in page.content.decode()
    for card in cards.values():
        for link in card.links:
            answer = curator_client.get(link.address)
            assert answer.status_code == 200
            assert "cl" not in answer.context or answer.context["cl"].result_count <= 2
        for row in card.rows:
            assert curator_client.get(row.address).status_code == 200


def test_the_first_page_shows_only_what_a_person_may_see(client: Client) -> None:
    make_case(title="A hidden case", state="in-review")
    make_lesson(title="A lesson in review", state="in-review")
    staff = User.objects.create_user("staff", is_staff=True)
    client.force_login(staff)
    assert "A hidden case" not in client.get("/admin/").content.decode()
    staff.user_permissions.add(Permission.objects.get(codename="view_lesson"))
    page = client.get("/admin/").content.decode()
    assert "A lesson in review" in page
    assert "A hidden case" not in page


def test_who_may_only_look_sees_the_form_without_fields(client: Client, case: CaseStudy) -> None:
    make_theme()
    staff = User.objects.create_user("staff", is_staff=True)
    names = ["casestudy", "casecompany", "source", "figure", "outcome"]
    staff.user_permissions.set(
        Permission.objects.filter(codename__in=[f"view_{name}" for name in names])
    )
    client.force_login(staff)
    page = client.get(f"{LIST}{case.pk}/change/").content.decode()
    assert "The second" in page
    assert "<textarea" not in page


def test_a_list_is_searched_with_many_words(curator_client: Client) -> None:
    case = make_case(state="draft", context=" ".join(f"w{number}" for number in range(150)))
    page = curator_client.get(LIST, {"q": case.context})
    assert list(page.context["cl"].queryset) == [case]


def test_lessons_and_perspectives_are_found_by_their_sources_and_counted_once(
    curator_client: Client,
) -> None:
    lesson, view = make_lesson(), make_perspective()
    make_lesson()
    for position, title in enumerate(["Zephyr report", "Zephyr annex"]):
        values = {"position": position, "title": title, "publisher": "P", "url": "https://e.org"}
        lesson.sources.create(**values)
        view.sources.create(**values)
    for name in ("lessons_lesson", "contributions_perspective"):
        address = reverse(f"admin:{name}_changelist")
        page = curator_client.get(address, {"q": "zephyr"})
        assert page.context["cl"].result_count == 1
        assert "Gender (1)" in page.content.decode()
