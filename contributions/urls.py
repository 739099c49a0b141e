"""Addresses of the contributions."""

from django.urls import include, path

from contributions import views
from contributions.moderation import public

urlpatterns = [
    path("contribute/", include("contributions.sending.urls")),
    path("dialogues/", include("contributions.dialogues.urls")),
    path("perspectives/", views.perspective_list, name="perspectives"),
    path(
        "perspectives/<slug:slug>/changes/",
        views.perspective_changes,
        name="perspective-changes",
    ),
    path("perspectives/<slug:slug>/flag/", public.flag, name="perspective-flag"),
    path("dialogues/<slug:slug>/flag/<slug:code>/", public.flag_response, name="response-flag"),
    path("moderation/", public.numbers, name="moderation"),
    path("perspectives/<slug:slug>/", views.perspective_detail, name="perspective"),
]
