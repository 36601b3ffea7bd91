"""The site map of briefs."""

from django.urls import path

from . import views

app_name = "briefs"

# /briefs/
urlpatterns = [
    path("briefs/", views.brief_list, name="brief_list"),
    path("briefs/<slug:brief_slug>/", views.brief_detail, name="brief_detail"),
    path("briefs/<slug:brief_slug>/short/", views.brief_short, name="brief_short"),
]
