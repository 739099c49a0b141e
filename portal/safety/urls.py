"""The addresses of the second factor, under the admin's path."""

from django.urls import path

from portal.safety import views

app_name = "second_factor"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("set-up/", views.set_up, name="set-up"),
    path("recovery-codes/", views.recovery_codes, name="recovery-codes"),
    path("off/", views.off, name="off"),
]
