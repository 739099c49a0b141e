"""Addresses of the lessons, the baseline checklist and the glossary."""

from django.urls import path

from lessons import document_views, views

urlpatterns = [
    path("lessons/", views.lesson_list, name="lessons"),
    path("lessons/<slug:slug>/", views.lesson_detail, name="lesson"),
    path("lessons/<slug:slug>/changes/", views.lesson_changes, name="lesson-changes"),
    path("lessons/<slug:slug>/card.png", views.lesson_card_png, name="lesson-card"),
    path("lessons/<slug:slug>.pdf", document_views.lesson_pdf, name="lesson-pdf"),
    path("baseline.pdf", document_views.baseline_pdf, name="baseline-pdf"),
    path("baseline/", views.baseline, name="baseline"),
    path("baseline/sources/", views.baseline_sources, name="baseline-sources"),
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/sources/", views.glossary_sources, name="glossary-sources"),
]
