"""Two addresses, two views."""

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

WORDS = json.loads((settings.FOLDER / "words.json").read_text())
HEADERS = json.loads((settings.FOLDER / "headers.json").read_text())
BYTES = (settings.FOLDER / "static" / "page.html.gz").read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    """Render the one template."""
    return render(request, "page.html", WORDS)


def fixed(request: HttpRequest) -> HttpResponse:
    """Give the same bytes each time."""
    return HttpResponse(BYTES, headers=HEADERS)


urlpatterns = [path("page/", page), path("fixed/", fixed)]
