"""Every address of the portal. Names and parameters are a contract: scripts rely on them."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from portal import views
from portal.curation.public import preview
from portal.pagecache import public_page
from portal.sitemaps import SITEMAPS

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("casestudies.urls")),
    path("", include("lessons.urls")),
    path("", include("contributions.urls")),
    path("search/", views.search, name="search"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("feed.atom", views.feed, name="feed"),
    path("card.png", views.card_png, name="card"),
    path("favicon.ico", views.favicon),
    path("sitemap.xml", public_page(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("follow/", include("portal.following.urls")),
    path("preview/<str:token>/", preview, name="preview"),
    path("healthz", views.healthz, name="healthz"),
    path(f"{settings.ADMIN_PATH}second-factor/", include("portal.safety.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler404 = "portal.views.not_found"
