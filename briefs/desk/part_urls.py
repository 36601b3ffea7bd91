"""The addresses of a draft's parts and previews, under `/admin/briefs/draft/`."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from . import part_views, preview_views
from .kinds import KINDS, LISTED


class KindConverter(StringConverter):
    """A kind of parts that has a list, by its name in addresses."""

    regex = "|".join(kind.address for kind in LISTED)


class PreviewedConverter(StringConverter):
    """A kind of parts that has a preview."""

    regex = "|".join(kind.address for kind in KINDS.values() if kind.has_preview)


register_converter(KindConverter, "desk_kind")
register_converter(PreviewedConverter, "desk_previewed")

urlpatterns = [
    path("<int:draft_id>/brief/", part_views.brief_edit, name="briefs_draft_brief"),
    *(
        path(
            f"<int:draft_id>/{kind.address}/",
            part_views.part_list,
            {"kind": kind.address},
            name=f"briefs_draft_{kind.address}",
        )
        for kind in LISTED
    ),
    path("<int:draft_id>/add/<desk_kind:kind>/", part_views.part_add, name="briefs_draft_part_add"),
    path(
        "<int:draft_id>/add/<desk_previewed:kind>/preview/",
        preview_views.part_preview,
        name="briefs_draft_add_preview",
    ),
    path(
        "<int:draft_id>/sections/<slug:slug>/",
        part_views.section_edit,
        name="briefs_draft_section",
    ),
    path(
        "<int:draft_id>/<desk_kind:kind>/<slug:slug>/",
        part_views.part_edit,
        name="briefs_draft_part",
    ),
    path(
        "<int:draft_id>/<desk_previewed:kind>/<slug:slug>/preview/",
        preview_views.part_preview,
        name="briefs_draft_part_preview",
    ),
    path(
        "<int:draft_id>/<desk_kind:kind>/<slug:slug>/remove/",
        part_views.part_remove,
        name="briefs_draft_part_remove",
    ),
    path(
        "<int:draft_id>/<desk_kind:kind>/<slug:slug>/move/",
        part_views.part_move,
        name="briefs_draft_part_move",
    ),
    path(
        "<int:draft_id>/sources/<slug:slug>/join/",
        part_views.source_join,
        name="briefs_draft_source_join",
    ),
    path("<int:draft_id>/preview/", preview_views.draft_preview, name="briefs_draft_preview"),
    path(
        "<int:draft_id>/preview/cover/",
        preview_views.draft_cover,
        name="briefs_draft_preview_cover",
    ),
    path("<int:draft_id>/preview/all/", preview_views.draft_all, name="briefs_draft_preview_all"),
    path(
        "<int:draft_id>/preview/sections/<slug:slug>/",
        preview_views.draft_section,
        name="briefs_draft_preview_section",
    ),
    path(
        "<int:draft_id>/preview/brief.pdf",
        preview_views.draft_paper,
        name="briefs_draft_preview_paper",
    ),
]
