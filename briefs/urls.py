"""URLs of briefs and series."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from . import views
from .mistakes import views as mistakes
from .models import Section


class SectionSlug(SlugConverter):
    """A section's slug, but for those that name other pages of a brief."""

    regex = f"(?!(?:{'|'.join(sorted(Section.RESERVED_SLUGS))})/){SlugConverter.regex}"


register_converter(SectionSlug, "section_slug")

app_name = "briefs"

# /briefs/ and /series/
urlpatterns = [
    path("briefs/", views.brief_list, name="brief_list"),
    path("briefs/<slug:brief_slug>/", views.brief_detail, name="brief_detail"),
    path("briefs/<slug:brief_slug>/all/", views.brief_all, name="brief_all"),
    path("briefs/<slug:brief_slug>/changes/", views.brief_changes, name="brief_changes"),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/",
        views.section_detail,
        name="section_detail",
    ),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/mistake/",
        mistakes.mistake_create,
        name="mistake_create",
    ),
    path(
        "briefs/<slug:brief_slug>/sections/<slug:section_slug>/mistake/sent/",
        mistakes.mistake_sent,
        name="mistake_sent",
    ),
    path("briefs/<slug:brief_slug>/brief.pdf", views.brief_pdf, name="brief_pdf"),
    path("briefs/<slug:brief_slug>/guide/", views.guide_detail, name="guide_detail"),
    path("briefs/<slug:brief_slug>/guide.pdf", views.guide_pdf, name="guide_pdf"),
    path("briefs/<slug:brief_slug>/short/", views.brief_short, name="brief_short"),
    path(
        "briefs/<slug:brief_slug>/<section_slug:section_slug>/",
        views.brief_section,
        name="brief_section",
    ),
    path("series/<slug:series_slug>/", views.series_detail, name="series_detail"),
]
