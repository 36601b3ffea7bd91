"""URLs of briefs and series."""

from django.urls import path

from . import views

app_name = "briefs"

# /briefs/ and /series/
urlpatterns = [
    path("briefs/", views.brief_list, name="brief_list"),
    path("briefs/<slug:brief_slug>/", views.brief_detail, name="brief_detail"),
    path("briefs/<slug:brief_slug>/changes/", views.brief_changes, name="brief_changes"),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/",
        views.section_detail,
        name="section_detail",
    ),
    path("briefs/<slug:brief_slug>/brief.pdf", views.brief_pdf, name="brief_pdf"),
    path("briefs/<slug:brief_slug>/guide/", views.guide_detail, name="guide_detail"),
    path("briefs/<slug:brief_slug>/guide.pdf", views.guide_pdf, name="guide_pdf"),
    path("briefs/<slug:brief_slug>/short/", views.brief_short, name="brief_short"),
    path("series/<slug:series_slug>/", views.series_detail, name="series_detail"),
]
