"""The map in the form of a case: a click sets the coordinates, typing moves the mark."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from casestudies import worldmap
from casestudies.models import CaseStudy


def position_map(case: CaseStudy | None) -> SafeString:
    """Give the map with the site that is stored, around the countries that are stored.

    The projection's numbers go along as attributes: the script has none of its own.
    """
    boxes: list[Any] = []
    if case is not None and case.pk:
        codes = [country.pk for country in case.countries.all()]
        boxes = [worldmap.shapes()[code].box for code in codes if code in worldmap.shapes()]
    place = None
    if case is not None and case.latitude is not None and case.longitude is not None:
        place = worldmap.project(float(case.latitude), float(case.longitude))
    return render_to_string(
        "casestudies/desk_map.html",
        {
            "viewbox": worldmap.viewbox_around(boxes),
            "world": worldmap.viewbox_around([]),
            "x": f"{place[0]:.2f}" if place else "",
            "y": f"{place[1]:.2f}" if place else "",
            "width": worldmap.WIDTH,
            "height": worldmap.HEIGHT,
            "turn": worldmap.TURN,
            "scale": f"{worldmap.WIDTH / (2 * worldmap.EDGE):.10f}",
            "polynomial": ",".join(str(number) for number in worldmap.POLYNOMIAL),
        },
    )
