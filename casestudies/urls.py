"""Addresses of the case studies and of what they refer to."""

from django.urls import path

from casestudies import document_views, views

urlpatterns = [
    path("cases/", views.case_list, name="cases"),
    path("cases.json", views.case_list_json, name="cases-json"),
    path("cases/feed.atom", views.case_feed, name="cases-feed"),
    path("cases/export.pdf", document_views.booklet_pdf, name="cases-pdf"),
    path("cases/<slug:slug>.pdf", document_views.case_pdf, name="case-pdf"),
    path("verify/", document_views.verify, name="verify"),
    path("cases/<slug:slug>/", views.case_detail, name="case"),
    path("offline/", views.offline, name="offline"),
    path("cases/<slug:slug>/card.png", views.case_card_png, name="case-card"),
    path("countries/", views.country_list, name="countries"),
    path("countries/<slug:code>/", views.country_detail, name="country"),
    path("companies/", views.company_list, name="companies"),
    path("companies/<slug:slug>/", views.company_detail, name="company"),
    path("themes/", views.theme_list, name="themes"),
    path("themes/<slug:slug>/", views.theme_detail, name="theme"),
    path("sdg17/", views.sdg17, name="sdg17"),
    path("sdg17/<slug:slug>/", views.partnership_type_detail, name="partnership-type"),
]
