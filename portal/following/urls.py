"""Addresses of following by e-mail."""

from django.urls import path

from portal.following import views

urlpatterns = [
    path("", views.follow, name="follow"),
    path("asked/", views.asked, name="follow-asked"),
    path("confirm/<str:token>/", views.confirm, name="follow-confirm"),
    path("mine/<str:token>/", views.following, name="following"),
    path("mine/<str:token>/data/", views.my_data, name="following-data"),
]
