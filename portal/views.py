"""Pages of the frame: home, about, errors and what machines ask for."""

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.corpus import current_state
from portal.facets import Ignored
from portal.facets.selection import read_text
from portal.pagecache import not_kept, public_page
from portal.panels import panels_for
from portal.search.overview import overview


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is, and what each app has to show first."""
    return render(request, "portal/home.html", {"panels": panels_for("home")})


@require_safe
@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Show what a text finds, grouped by kind of record."""
    ignored: list[Ignored] = []
    text = read_text(request.GET, ignored)
    others = set(request.GET) - {"q"}
    context = {"found": overview(text) if text else None, "ignored": ignored}
    return not_kept(render(request, "portal/search.html", context), when=others or ignored)


@require_safe
@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Tell where the library comes from, and its limits."""
    context = {"panels": panels_for("about"), "contact": settings.CONTACT_EMAIL}
    return render(request, "portal/about.html", context)


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the site is, and what is not."""
    return render(request, "portal/accessibility.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of visitors."""
    return render(request, "portal/privacy.html", {"contact": settings.CONTACT_EMAIL})


@require_safe
@staff_member_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every piece of the design, for those who work on it."""
    return render(request, "portal/styleguide.html")


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the application answers and reaches its database."""
    return JsonResponse({"status": "ok", "corpus_version": current_state().number})


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is and to keep out of the facet space."""
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show a 404 page that helps: a search already filled with the words of the address."""
    words = request.path.strip("/").rpartition("/")[2].replace("-", " ").replace("_", " ")
    return render(request, "404.html", {"words": words[:100]}, status=404)
