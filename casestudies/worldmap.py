"""Cases on the map of the world: shapes of countries, their shades and labels, and single sites.

The shapes are made beforehand (casestudies/data/README.md) and stand in one static picture,
static/img/world.svg, which a browser fetches once. It is the land behind every map, and a page
draws of it, by their codes, the countries that have cases. Here is only known where each one lies.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.models import CaseStudy
from portal.env import BASE

PLACES = Path(__file__).parent / "data/world.json"
DRAWING = BASE / "static/img/world.svg"

# The drawing, and the Equal Earth projection on it; the same numbers stand in build_world.mjs.
WIDTH, HEIGHT = 960, 470
TURN = 11  # degrees east, so that the map is cut in the Bering Strait
SOUTH = 420  # where the inhabited world ends on the drawing
POLYNOMIAL = (1.340264, -0.081106, 0.000893, 0.003796)
EDGE = 2.7066299836  # how far east the projection reaches at scale 1

LEVELS = 4  # shades
MARGIN = 12  # free space around what is shown
WORLD_LEAST, WORLD_RATIO = 240, 2.3  # smallest width of a map's window, and width to height
MINI_LEAST, MINI_RATIO = 130, 1.5
LABELS_ACROSS = 76  # a label is this part of the window's width high
DIGIT = 0.55  # width of a digit, as a part of its height
SPECK = 1.5  # room below which a country is marked with a dot as well
BESIDE = 2.5  # how far sites on the same spot are drawn apart


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def contains(self, x: float, y: float, tolerance: float = 0) -> bool:
        """Say whether a place lies within, or not further outside than the tolerance."""
        return (
            self.left - tolerance <= x <= self.right + tolerance
            and self.top - tolerance <= y <= self.bottom + tolerance
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a country's outline lies: its box, and the largest circle within, for a label."""

    box: Box
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Site:
    """A place to be shown, with what it is called and where it leads."""

    title: str
    url: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A site on the drawing. Numbers of a drawing are text: no language may write them anew."""

    title: str
    url: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class MapCountry:
    """A country with cases. Without a shape only the table has it."""

    code: str
    name: str
    count: int
    url: str
    label: str
    level: int
    has_shape: bool = False
    x: str = ""
    y: str = ""
    is_speck: bool = False
    shows_count: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """A class of counts, from the first to the last number that it holds."""

    level: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WorldMap:
    """Countries with cases, most cases first; single sites; the window that shows them all.

    `label_size` is the height of a label in units of the drawing.
    """

    viewbox: str
    countries: tuple[MapCountry, ...]
    points: tuple[MapPoint, ...]
    shades: tuple[Shade, ...]
    label_size: str


@dataclass(frozen=True, slots=True)
class MiniMap:
    """Where one case is: its countries' codes, its site if known, and both in words."""

    viewbox: str
    codes: tuple[str, ...]
    point: MapPoint | None
    label: str


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Give the place of a coordinate on the drawing in the Equal Earth projection."""
    turned = math.radians((longitude - TURN + 180) % 360 - 180)
    one, two, three, four = POLYNOMIAL
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square, sixth = angle**2, angle**6
    slope = one + 3 * two * square + sixth * (7 * three + 9 * four * square)
    x = 2 * math.sqrt(3) / 3 * turned * math.cos(angle) / slope
    y = angle * (one + two * square + sixth * (three + four * square))
    scale = WIDTH / (2 * EDGE)
    return WIDTH / 2 + scale * x, HEIGHT / 2 - scale * y


@cache
def shapes() -> Mapping[str, Shape]:
    """Give the shape of every country by its code. Read once in a process."""
    rows = json.loads(PLACES.read_text("utf-8"))
    return {row["code"]: Shape(Box(*row["box"]), *row["room"]) for row in rows}


@cache
def outlines() -> Mapping[str, str]:
    """Give the path of every country by its code, as the kept picture draws it. Read once."""
    return dict(re.findall(r'<path id="([A-Z]{2})"[^>]* d="([^"]*)"', DRAWING.read_text("utf-8")))


def window_around(boxes: Iterable[Box], least: float, ratio: float) -> Box:
    """Give the part of the drawing that shows some boxes: at least so wide, in a fixed ratio.

    Without boxes it is the whole world.
    """
    shown = list(boxes) or [Box(MARGIN, MARGIN, WIDTH - MARGIN, SOUTH)]
    left = min(box.left for box in shown) - MARGIN
    right = max(box.right for box in shown) + MARGIN
    top = min(box.top for box in shown) - MARGIN
    bottom = max(box.bottom for box in shown) + MARGIN
    width = max(right - left, least, (bottom - top) * ratio)
    height = width / ratio
    # Around the middle of what is shown, but not over the edge of the world.
    left = min(max((left + right - width) / 2, 0), max(WIDTH - width, (WIDTH - width) / 2))
    top = max(min((top + bottom - height) / 2, SOUTH - height), 0)
    return Box(left, top, left + width, top + height)


def viewbox_around(
    boxes: Iterable[Box], least: float = WORLD_LEAST, ratio: float = WORLD_RATIO
) -> str:
    """Give the window around some boxes as a viewBox."""
    window = window_around(boxes, least, ratio)
    return _viewbox(window)


def _viewbox(window: Box) -> str:
    size = (window.left, window.top, window.right - window.left, window.bottom - window.top)
    return " ".join(f"{number:.0f}" for number in size)


def world_map(
    counts: Mapping[str, int],
    names: Mapping[str, str],
    link: Callable[[str], str],
    sites: Sequence[Site] = (),
) -> WorldMap:
    """Give the countries that have cases, shaded by how many, and single sites, as a map.

    Counts and names are by country code; `link` gives the address of a country.
    """
    counted = {code: count for code, count in counts.items() if count}
    points = _points(sites)
    boxes = [shapes()[code].box for code in counted if code in shapes()]
    boxes += [Box(float(p.x), float(p.y), float(p.x), float(p.y)) for p in points]
    window = window_around(boxes, WORLD_LEAST, WORLD_RATIO)
    label_size = (window.right - window.left) / LABELS_ACROSS
    most = max(counted.values(), default=0)
    countries = [
        _country(code, names[code], count, link(code), most, label_size)
        for code, count in counted.items()
    ]
    if points:  # numbers would lie under the dots
        countries = [replace(country, shows_count=False) for country in countries]
    return WorldMap(
        viewbox=_viewbox(window),
        countries=tuple(sorted(countries, key=lambda country: -country.count)),
        points=points,
        shades=_shades(counted.values(), most),
        label_size=f"{label_size:.1f}",
    )


def _country(
    code: str, name: str, count: int, url: str, most: int, label_size: float
) -> MapCountry:
    words = ngettext("%(name)s: %(count)d case study", "%(name)s: %(count)d case studies", count)
    label = words % {"name": name, "count": count}
    level = _level(count, most)
    shape = shapes().get(code)
    if shape is None:
        return MapCountry(code, name, count, url, label, level)
    return MapCountry(
        code=code,
        name=name,
        count=count,
        url=url,
        label=label,
        level=level,
        has_shape=True,
        x=f"{shape.x:.1f}",
        y=f"{shape.y:.1f}",
        is_speck=shape.radius < SPECK,
        shows_count=shape.radius >= len(str(count)) * label_size * DIGIT / 2,
    )


def _level(count: int, most: int) -> int:
    """Give the shade of a count: the steps between shades grow with the numbers."""
    return min(LEVELS, 1 + int(LEVELS * math.log(count) / math.log(most + 1)))


def _shades(counts: Iterable[int], most: int) -> tuple[Shade, ...]:
    """Give the classes that occur, each with the smallest and largest count in it."""
    by_level = groupby(sorted(counts), key=lambda count: _level(count, most))
    classes = [(level, list(members)) for level, members in by_level]
    return tuple(Shade(level, members[0], members[-1]) for level, members in classes)


def _points(sites: Sequence[Site]) -> tuple[MapPoint, ...]:
    """Give sites on the drawing; those on one spot side by side, so that each can be reached."""
    seen: dict[tuple[float, float], int] = {}
    points = []
    for site in sites:
        spot = (site.latitude, site.longitude)
        beside = seen[spot] = seen.get(spot, -1) + 1
        x, y = project(*spot)
        points.append(MapPoint(site.title, site.url, f"{x + beside * BESIDE:.1f}", f"{y:.1f}"))
    return tuple(points)


def sites_of(cases: Iterable[CaseStudy]) -> list[Site]:
    """Give the sites of the cases whose coordinates are known."""
    return [
        Site(case.title, case.get_absolute_url(), float(case.latitude), float(case.longitude))
        for case in cases
        if case.latitude is not None and case.longitude is not None
    ]


def mini_map(case: CaseStudy) -> MiniMap | None:
    """Give a small map of where a case is; nothing where none of its countries has a shape."""
    countries = [country for country in case.countries.all() if country.code in shapes()]
    if not countries:
        return None
    boxes = [shapes()[country.code].box for country in countries]
    names = ", ".join(str(country.name) for country in countries)
    points = _points(sites_of([case]))
    if points:
        words = _("Map: %(mine)s, %(place)s (%(countries)s). A dot marks roughly where.")
    else:
        words = _("Map: %(countries)s. The record gives no coordinates of %(mine)s.")
    return MiniMap(
        viewbox=viewbox_around(boxes, MINI_LEAST, MINI_RATIO),
        codes=tuple(country.code for country in countries),
        point=points[0] if points else None,
        label=words % {"mine": case.mine, "place": case.place, "countries": names},
    )
