"""URLs of a person's own pages. django-allauth has those for signing in (config/urls.py)."""

from django.urls import path

from . import views

app_name = "accounts"

# /accounts/
urlpatterns = [
    path("profile/", views.profile_edit, name="profile_edit"),
    path("text-size/", views.text_size, name="text_size"),
    path("address/<str:token>/", views.address_change, name="address_change"),
]
