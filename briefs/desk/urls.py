"""The addresses of the desk, under `/admin/briefs/draft/`. `DraftAdmin` closes them."""

from django.urls import path

from . import part_urls, views

urlpatterns = [
    path("", views.draft_list, name="briefs_draft_changelist"),
    path("<int:draft_id>/", views.draft_detail, name="briefs_draft_change"),
    path("<int:draft_id>/steps/", views.draft_steps, name="briefs_draft_steps"),
    path("<int:draft_id>/undo/", views.draft_undo, name="briefs_draft_undo"),
    *part_urls.urlpatterns,
]
