"""Addresses of what is sent in. What follows `mine/` is a private link."""

from django.urls import path

from contributions.sending import views

urlpatterns = [
    path("", views.start, name="contribute"),
    path("mine/<str:key>/", views.mine, name="contribution-mine"),
    path("mine/<str:key>/continue/", views.continue_, name="contribution-continue"),
    path("mine/<str:key>/withdraw/", views.withdraw, name="contribution-withdraw"),
    path("mine/<str:key>/answer/", views.say, {"what": "answer"}, name="contribution-answer"),
    path("mine/<str:key>/appeal/", views.say, {"what": "appeal"}, name="contribution-appeal"),
    path("mine/<str:key>/data.json", views.my_data, name="contribution-data"),
    path("mine/<str:key>/forget/", views.forget, name="contribution-forget"),
    path("confirm/<str:token>/", views.confirm, name="contribution-confirm"),
    path("vouch/<str:token>/", views.vouch, name="contribution-vouch"),
    path("<slug:kind>/", views.write, name="contribution-write"),
]
