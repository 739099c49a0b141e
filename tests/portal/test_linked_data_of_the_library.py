"""Every page of the shipped library tells machines what it is, and leanly."""

import gzip
import re

import pytest
from django.test import Client

from casestudies.models import CaseStudy
from tests.portal.test_linked_data import read
from tests.test_site import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

# Pages that search engines may know: not a missing one, no results of a text search, no answers.
LISTED = [
    page
    for page in PAGES
    if "no-such" not in page and not page.startswith(("/search/", "/follow/"))
]


@pytest.mark.parametrize("address", LISTED)
def test_every_page_tells_machines_what_it_is(client: Client, address: str) -> None:
    page = read(client, address)
    for image in (page.meta["og:image"], page.node.get("image", {}).get("url")):
        assert image is None or client.get(image)["Content-Type"] == "image/png"
    assert page.node["url"] == page.meta["og:url"]
    canonical = re.search(r'rel="canonical" href="([^"]*)"', client.get(address).content.decode())
    assert canonical is not None
    assert canonical[1].replace("&amp;", "&") == page.node["url"]
    assert page.alternates[0]["type"] == "application/atom+xml"


def test_the_head_of_a_page_is_lean(client: Client) -> None:
    """What machines are told may take a tenth of what a further page may weigh."""
    for case in CaseStudy.objects.published():
        html = client.get(case.get_absolute_url()).content.decode()
        start = html.index('<meta property="og:site_name"')
        bare = html[:start] + html[html.index("</head>") :]
        added = len(gzip.compress(html.encode(), 6)) - len(gzip.compress(bare.encode(), 6))
        assert added <= 1_500, f"{case.slug}: {added} bytes"
