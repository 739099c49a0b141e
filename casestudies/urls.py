"""Addresses of the case studies and of what they refer to."""

from django.urls import path

from casestudies import document_views, export_views, views

urlpatterns = [
    path("cases/", views.case_list, name="cases"),
    path("cases.json", views.case_list_json, name="cases-json"),
    path("cases/feed.atom", views.case_feed, name="cases-feed"),
    # Before the files of one case: no case may be named “export”.
    path("cases/export.csv", export_views.export_csv, name="cases-export-csv"),
    path("cases/export.xlsx", export_views.export_xlsx, name="cases-export-xlsx"),
    path("cases/export.json", export_views.export_json, name="cases-export-json"),
    path(
        "cases/export.bib",
        export_views.export_citations,
        {"extension": "bib"},
        name="cases-export-bib",
    ),
    path(
        "cases/export.ris",
        export_views.export_citations,
        {"extension": "ris"},
        name="cases-export-ris",
    ),
    path("cases/export.pdf", document_views.booklet_pdf, name="cases-export-pdf"),
    path("cases/<slug:slug>.pdf", document_views.case_pdf, name="case-pdf"),
    path("cases/<slug:slug>.json", export_views.case_json, name="case-json"),
    path(
        "cases/<slug:slug>.bib", export_views.case_citation, {"extension": "bib"}, name="case-bib"
    ),
    path(
        "cases/<slug:slug>.ris", export_views.case_citation, {"extension": "ris"}, name="case-ris"
    ),
    path("verify/", document_views.verify, name="verify"),
    path("cases/<slug:slug>/changes/", views.case_changes, name="case-changes"),
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
