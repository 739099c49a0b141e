"""The images that go with shared links: rendered from words, never photographs.

The templates stand in templates/typst/.
"""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.linked_data import site_card_words
from portal.typesetting import legible, png


def site_card() -> bytes:
    """Give the image of pages that have none of their own."""
    data = {
        "eyebrow": legible(_("Case studies, lessons and perspectives")),
        # Large type: a line must not end within “large-scale”.
        "title": legible(site_card_words()).replace("-", "\N{NON-BREAKING HYPHEN}"),
    }
    return png("portal/site.typ", data)


def as_png(image: bytes) -> HttpResponse:
    """Give an image as an answer."""
    return HttpResponse(image, content_type="image/png")
