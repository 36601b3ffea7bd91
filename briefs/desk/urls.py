"""The addresses of the desk, under `/admin/briefs/draft/`. `DraftAdmin` closes them."""

from django.urls import path

from . import part_urls, publish_views, tree_views, views

urlpatterns = [
    path("", views.draft_list, name="briefs_draft_changelist"),
    path("add/", views.draft_list, name="briefs_draft_add"),
    path("<int:draft_id>/", views.draft_detail, name="briefs_draft_change"),
    path("<int:draft_id>/steps/", views.draft_steps, name="briefs_draft_steps"),
    path("<int:draft_id>/undo/", views.draft_undo, name="briefs_draft_undo"),
    path("<int:draft_id>/guesses/", views.draft_guesses, name="briefs_draft_guesses"),
    path("<int:draft_id>/set-aside/", views.draft_set_aside, name="briefs_draft_set_aside"),
    path("<int:draft_id>/sections/", views.section_add, name="briefs_draft_section_add"),
    path(
        "<int:draft_id>/sections/<slug:slug>/arrange/",
        tree_views.section_arrange,
        name="briefs_draft_arrange",
    ),
    path("<int:draft_id>/retired/", tree_views.draft_retired, name="briefs_draft_retired"),
    path("<int:draft_id>/publish/", publish_views.draft_publish, name="briefs_draft_publish"),
    path(
        "editions/<int:edition_id>/take-back/",
        publish_views.edition_take_back,
        name="briefs_edition_take_back",
    ),
    *part_urls.urlpatterns,
]
