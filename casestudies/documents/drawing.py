"""The map of a booklet: the same shapes and shades as on the site, as one drawing in SVG."""

from casestudies.worldmap import WorldMap, outlines

SEA, LAND, EDGE, SITE = "#eef3f1", "#dcd8ca", "#fff", "#c8901a"
SHADES = {1: "#a9cdc4", 2: "#6aa89b", 3: "#2f7d6f", 4: "#0f5348"}


def as_svg(drawn: WorldMap) -> str:
    """Draw a map: all land, the countries with cases in their shades, and the sites."""
    paths = outlines()
    land = "".join(f'<path d="{path}"/>' for path in paths.values())
    countries = "".join(
        f'<path fill="{SHADES[country.level]}" d="{paths[country.code]}"/>'
        for country in drawn.countries
        if country.code in paths
    )
    specks = "".join(
        f'<circle cx="{country.x}" cy="{country.y}" r="4" fill="{SHADES[country.level]}"/>'
        for country in drawn.countries
        if country.is_speck
    )
    sites = "".join(f'<circle cx="{point.x}" cy="{point.y}" r="2.2"/>' for point in drawn.points)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{drawn.viewbox}">'
        f'<rect width="960" height="470" fill="{SEA}"/>'
        f'<g stroke="{EDGE}" stroke-width=".5"><g fill="{LAND}">{land}</g>{countries}{specks}</g>'
        f'<g stroke="{EDGE}" stroke-width=".6" fill="{SITE}">{sites}</g></svg>'
    )
