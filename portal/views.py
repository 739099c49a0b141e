"""Pages of the frame: home, about, errors and what machines ask for."""

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import feeds
from portal.corpus import current_state
from portal.curation.public import ArchivedError, tombstone
from portal.facets import Ignored
from portal.facets.selection import read_text
from portal.images import as_png, site_card
from portal.linked_data import Head, about_page, absolute_for, library, small_print
from portal.pagecache import not_kept, public_page
from portal.panels import panels_for
from portal.search.overview import overview
from portal.security_txt import security_text
from portal.sending.logs import without_secrets
from portal.text import without_controls
from portal.words import MovedError


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is, and what each app has to show first."""
    absolute = absolute_for(request)
    context = {
        "hero": panels_for("hero"),
        "panels": panels_for("home"),
        "head": Head(library(absolute), absolute),
    }
    return render(request, "portal/home.html", context)


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
    absolute = absolute_for(request)
    context = {
        "panels": panels_for("about"),
        "contact": settings.CONTACT_EMAIL,
        "head": Head(about_page(absolute), absolute),
    }
    return render(request, "portal/about.html", context)


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the site is, and what is not."""
    says = _("How accessible this site is, what is checked, and what falls short.")
    return _small_print(request, "portal/accessibility.html", _("Accessibility"), says)


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept of visitors."""
    says = _("What this site keeps of its visitors, and what it does not.")
    return _small_print(request, "portal/privacy.html", _("Privacy"), says)


def _small_print(request: HttpRequest, template: str, name: str, says: str) -> HttpResponse:
    """Show a page about the site itself."""
    absolute = absolute_for(request)
    node = small_print(name, says, request.path, absolute)
    context = {"contact": settings.CONTACT_EMAIL, "head": Head(node, absolute)}
    return render(request, template, context)


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
    """Tell crawlers where the sitemap is and to keep out of the facet space.

    An admin that was moved was moved to be out of sight: its path is not told.
    """
    context = {"default_admin": settings.ADMIN_PATH == "admin/"}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """Give what is new or changed on the whole site, as an Atom feed."""
    return feeds.site_feed(request)


@require_safe
@public_page
def card_png(request: HttpRequest) -> HttpResponse:
    """Give the image that goes with a shared link to a page that has none of its own."""
    return as_png(site_card())


@require_safe
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Lead those who ask for the icon without reading the page to it."""
    return redirect(static("favicon.ico"))


@require_safe
@public_page
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116), if the deployment says it."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    text = security_text(settings.SECURITY_CONTACT, request.build_absolute_uri(request.path))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show a page that helps: a search filled with the words of the address, or a tombstone."""
    if isinstance(exception, MovedError):
        query = request.META.get("QUERY_STRING", "")
        address = f"{exception.address}?{query}" if query else exception.address
        return redirect(address, permanent=True)
    if isinstance(exception, ArchivedError):
        return tombstone(request, exception.record)
    is_private = without_secrets(request.path) != request.path
    words = request.path.strip("/").rpartition("/")[2].replace("-", " ").replace("_", " ")
    context = {
        "words": "" if is_private else without_controls(words)[:100],
        "is_private": is_private,
    }
    response = render(request, "404.html", context, status=404)
    if is_private:  # mistyped by a letter, perhaps: nobody needs to learn the rest
        response["Referrer-Policy"] = "no-referrer"
    return response
