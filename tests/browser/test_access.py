"""Every type of page: no barrier that a machine can find, at any width, in both schemes."""

import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PICTURES

PAGES = {
    "home": "/",
    "browse": "/cases/?country=GH&theme=security-and-human-rights",
    "browse-empty": "/cases/?country=GH&theme=gender&stage=closure",
    "browse-ignored": "/cases/?nonsense=1",
    "browse-text": "/cases/?q=mercury",
    "view-map": "/cases/?view=map",
    "view-matrix": "/cases/?view=matrix",
    "view-countries": "/cases/?view=countries&theme=gender",
    "view-timeline": "/cases/?view=timeline",
    "case": "/cases/obuasi-lease-relinquishment-and-miner-relocation/",
    "lessons": "/lessons/",
    "lesson": "/lessons/open-market-access/",
    "perspectives": "/perspectives/",
    "perspective": "/perspectives/world-gold-council/",
    "countries": "/countries/",
    "country": "/countries/GH/",
    "company": "/companies/barrick-gold/",
    "theme": "/themes/gender/",
    "sdg17": "/sdg17/",
    "partnership-type": "/sdg17/finance/",
    "baseline": "/baseline/",
    "baseline-sources": "/baseline/sources/",
    "glossary": "/glossary/",
    "glossary-sources": "/glossary/sources/",
    "search": "/search/?q=mercury",
    "search-nothing": "/search/?q=relocaton+minrs",
    "about": "/about/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "offline": "/offline/?country=GH",
    "follow": "/follow/?what=cases:country=GH",
    "follow-choose": "/follow/",
    "follow-asked": "/follow/asked/",
    "missing": "/no/such-page/",
}
STANDARD = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# What is in order fills megabytes on a long page, and nobody reads it.
RUN = "options => axe.run(document, options).then(found => found.violations)"

# Two looks differ most. EVERY_LOOK=1 adds the others, with pictures of all: that takes minutes.
EVERY_LOOK = "EVERY_LOOK" in os.environ
LOOKS = [(320, "light"), (1440, "dark")]
if EVERY_LOOK:
    LOOKS = [(width, scheme) for width in (320, 768, 1440) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_barrier_on_any_page(pages: Any, width: int, scheme: str) -> None:
    page = pages(width, scheme=scheme)
    axe = Axe().axe_script
    faults = []
    for name, address in PAGES.items():
        page.goto(address)
        page.evaluate(axe)
        for violation in page.evaluate(RUN, STANDARD):
            nodes = [node["html"][:160] for node in violation["nodes"][:2]]
            faults.append(f"{name}: {violation['id']}: {nodes}")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if overflow > 0:
            faults.append(f"{name}: {overflow} pixels wider than the screen")
        if EVERY_LOOK:
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
    assert not faults, "\n".join(faults)
