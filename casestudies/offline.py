"""A selection as one self-contained HTML file, to keep, forward and open without network."""

import base64
from hashlib import sha256

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from casestudies.models import CaseStudy
from portal.browse import BrowsePage
from portal.env import BASE

MOST_CASES = 300  # beyond this a file is no longer small enough to forward
SCRIPT = (BASE / "static/js/offline.js").read_text("utf-8")
STYLE = (BASE / "static/css/offline.css").read_text("utf-8")


def _hash(text: str) -> str:
    """Give the source expression that lets a policy allow exactly this inline text."""
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


# The file carries its script and style within itself: the policy allows these two and no other.
INLINE_POLICY = {"script-src": [_hash(SCRIPT)], "style-src": [_hash(STYLE)]}


def as_file(page: BrowsePage, address: str) -> str:
    """Give a selection as a file. `address` is where the living selection stands.

    Beyond MOST_CASES the file says so instead of holding a part.
    """
    keys = page.every_key() if page.total <= MOST_CASES else []
    rows = CaseStudy.objects.published().for_reading().in_bulk(keys)
    context = {
        "page": page,
        "cases": [rows[key] for key in keys if key in rows],
        "most": MOST_CASES,
        "address": address,
        "script": mark_safe(SCRIPT),  # noqa: S308  # our own files
        "style": mark_safe(STYLE),  # noqa: S308
    }
    return render_to_string("casestudies/offline.html", context)
