"""The map of the world: shapes, projection, counts, and what pages make of them."""

import gzip
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from casestudies.facets import CASES
from casestudies.models import CaseStudy, Country
from casestudies.worldmap import (
    PLACES,
    Site,
    mini_map,
    project,
    shapes,
    sites_of,
    viewbox_around,
    world_map,
)
from portal.env import BASE
from portal.facets import current_snapshot
from tests.builders import make_case, make_country

pytestmark = pytest.mark.django_db

SHAPES = BASE / "static/img/world.svg"
COAST = 3.0  # units of the drawing, about a degree: outlines are coarse


@pytest.mark.parametrize(
    ("path", "raw", "packed"), [(PLACES, 20_000, 8_000), (SHAPES, 72_000, 22_000)]
)
def test_the_files_of_the_map_stay_small(path: Path, raw: int, packed: int) -> None:
    content = path.read_bytes()
    assert len(content) <= raw
    assert len(gzip.compress(content)) <= packed


def test_every_shape_lies_on_the_drawing_and_has_a_code_of_its_own() -> None:
    drawing = SHAPES.read_text()
    codes = re.findall(r'<path id="([A-Z]{2})" vector-effect="[a-z-]+" d="M[^"]+Z"/>', drawing)
    assert len(codes) == len(set(codes)) == drawing.count("<path") > 190
    assert set(codes) == shapes().keys()
    for code, shape in shapes().items():
        assert shape.box.left >= 0, code
        assert shape.box.right <= 960, code
        assert 0 <= shape.box.top <= shape.box.bottom <= 470, code
        assert shape.box.contains(shape.x, shape.y, 0.1), code


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("GH", 6.69, -1.62),  # Kumasi
        ("GF", 4.00, -53.0),
        ("ID", -6.20, 106.8),
        ("US", 39.1, -94.6),
        ("RU", 66.0, 180.0),
        ("RU", 66.0, -180.0),
        ("NZ", -38.7, 176.1),
        ("IS", 64.9, -18.6),
    ],
)
def test_a_place_is_drawn_in_its_country(code: str, latitude: float, longitude: float) -> None:
    assert shapes()[code].box.contains(*project(latitude, longitude), COAST)


def test_french_guiana_is_no_part_of_france_on_the_map() -> None:
    cayenne = project(4.92, -52.31)
    assert shapes()["GF"].box.contains(*cayenne, COAST)
    assert not shapes()["FR"].box.contains(*cayenne)


def drawn(page: str) -> dict[str, int]:
    """Give the count of each country's link on the map, by address."""
    links = re.findall(
        r'<a class="map__country"[^>]*href="([^"]+)" aria-label="[^"]*: (\d+) case stud', page
    )
    return {url: int(count) for url, count in links}


def listed(page: str) -> dict[str, int]:
    """Give the count of each country in the table, by address."""
    rows = re.findall(
        r'<tr><th scope="row"><a href="(/countries/[^"]+)">.*?</a></th>'
        r'<td class="number">(\d+)</td>',
        page,
    )
    return {url: int(count) for url, count in rows}


def test_drafts_are_never_counted(client: Client) -> None:
    make_case(countries=("GH",))
    make_case(countries=("GH", "ML"), state="draft")
    page = client.get("/").content.decode()
    assert drawn(page) == listed(page) == {"/countries/GH/": 1}


def test_an_empty_library_has_no_map(client: Client) -> None:
    assert 'class="map"' not in client.get("/").content.decode()


def test_shades_grow_with_the_counts_and_hold_them_all() -> None:
    counts = {"GH": 11, "CO": 6, "ML": 3, "CI": 1, "PE": 0}
    drawing = world_map(counts, dict.fromkeys(counts, "A country"), lambda code: f"/{code}/")
    assert [(c.code, c.level) for c in drawing.countries] == [
        ("GH", 4), ("CO", 3), ("ML", 2), ("CI", 1),
    ]  # fmt: skip
    assert [(s.level, s.first, s.last) for s in drawing.shades] == [
        (1, 1, 1), (2, 3, 3), (3, 6, 6), (4, 11, 11),
    ]  # fmt: skip


def test_a_country_without_a_shape_is_in_the_table_and_not_on_the_map() -> None:
    drawing = world_map({"ZZ": 2, "GH": 1}, {"ZZ": "Nowhere", "GH": "Ghana"}, lambda code: "/x/")
    page = render_to_string("casestudies/_world_map.html", {"map": drawing, "title": "A map"})
    assert page.count('class="map__country"') == 1
    assert ">Nowhere</a></th>" in page


def test_sites_on_one_spot_are_drawn_side_by_side() -> None:
    sites = [Site(f"Case {number}", f"/{number}/", 6.2, -1.67) for number in range(3)]
    drawing = world_map({}, {}, str, sites)
    assert len({(point.x, point.y) for point in drawing.points}) == 3
    left, top, width, height = map(float, drawing.viewbox.split())
    for point in drawing.points:
        assert left <= float(point.x) <= left + width
        assert top <= float(point.y) <= top + height


def test_dots_and_numbers_do_not_lie_on_each_other() -> None:
    site = Site("A case", "/a/", 6.2, -1.67)
    given = {"GH": 11}, {"GH": "Ghana"}, str
    assert world_map(*given).countries[0].shows_count
    assert not world_map(*given, sites=[site]).countries[0].shows_count


@pytest.mark.parametrize("codes", [(), ("GH",), ("CL", "RU"), ("FJ",), ("US", "AU", "NO")])
def test_a_window_shows_what_it_is_for_and_stays_on_the_drawing(codes: tuple[str, ...]) -> None:
    boxes = [shapes()[code].box for code in codes]
    left, top, width, height = map(float, viewbox_around(boxes).split())
    for box in boxes:
        assert left <= box.left
        assert box.right <= left + width
        assert top <= box.top
        assert box.bottom <= top + height
    assert width / height == pytest.approx(2.3, rel=0.02)


def test_a_case_has_a_small_map_that_says_in_words_what_it_shows() -> None:
    case = make_case(mine="Obuasi", place="Ashanti", latitude="6.20", longitude="-1.67")
    case = CaseStudy.objects.get(pk=case.pk)
    small = mini_map(case)
    assert small is not None
    assert small.point is not None
    assert small.label == "Map: Obuasi, Ashanti (Ghana). A dot marks roughly where."
    page = render_to_string("casestudies/_mini_map.html", {"mini_map": small})
    assert 'role="img"' in page
    assert "<a" not in page
    assert [site.url for site in sites_of([case])] == [case.get_absolute_url()]


def test_a_case_without_coordinates_marks_its_countries() -> None:
    small = mini_map(make_case(mine="Obuasi", countries=("GH", "CO")))
    assert small is not None
    assert small.point is None
    assert small.codes == ("CO", "GH")
    assert small.label == "Map: Colombia, Ghana. The record gives no coordinates of Obuasi."


def test_a_case_in_no_country_with_a_shape_has_no_small_map() -> None:
    case = make_case(countries=())
    case.countries.add(make_country("ZZ", "Nowhere"))
    assert mini_map(case) is None
    assert "svg" not in render_to_string("casestudies/_mini_map.html", {"mini_map": None})


# From here on the shipped library is there: the fixture lasts until the end of the module.


@pytest.mark.usefixtures("library")
def test_every_country_of_the_library_has_a_shape() -> None:
    assert set(Country.objects.values_list("code", flat=True)) <= shapes().keys()


@pytest.mark.usefixtures("library")
def test_every_site_of_the_library_is_drawn_in_one_of_its_countries() -> None:
    cases = CaseStudy.objects.published().exclude(latitude=None)
    assert cases
    for case in cases:
        place = project(float(case.latitude), float(case.longitude))
        boxes = [shapes()[country.code].box for country in case.countries.all()]
        assert any(box.contains(*place, COAST) for box in boxes), case.slug


@pytest.mark.usefixtures("library")
def test_map_and_table_of_the_home_page_tell_what_the_snapshot_counts(client: Client) -> None:
    page = client.get("/").content.decode()
    counts = current_snapshot(CASES).counts({})["country"]
    expected = {f"/countries/{code}/": count for code, count in counts.items() if count}
    assert len(expected) == 28
    assert drawn(page) == expected
    assert listed(page) == expected
    for address in expected:
        assert client.get(address).status_code == 200, address


@pytest.mark.usefixtures("library")
def test_the_home_page_with_its_map_stays_small(client: Client) -> None:
    page = client.get("/").content
    assert len(gzip.compress(page)) <= 15_000
