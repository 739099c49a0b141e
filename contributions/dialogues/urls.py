"""Addresses of the dialogues."""

from django.urls import path

from contributions.dialogues import views

urlpatterns = [
    path("", views.dialogue_list, name="dialogues"),
    path("<slug:slug>.json", views.dialogue_json, name="dialogue-json"),
    path("<slug:slug>.csv", views.dialogue_csv, name="dialogue-csv"),
    path("<slug:slug>/", views.dialogue_detail, name="dialogue"),
    path("<slug:slug>/respond/", views.respond, name="dialogue-respond"),
    path("<slug:slug>/changes/", views.dialogue_changes, name="dialogue-changes"),
    path("mine/<str:key>/", views.mine, name="dialogue-mine"),
]
