"""URLs of a person's own pages. django-allauth has those for signing in (config/urls.py)."""

from django.urls import path

from . import views

app_name = "accounts"

# /accounts/
urlpatterns = [
    path("profile/", views.profile_edit, name="profile_edit"),
    path("text-size/", views.text_size, name="text_size"),
    path("devices/", views.device_list, name="device_list"),
    path("devices/end/", views.devices_end, name="devices_end"),
    path("devices/<int:device_id>/end/", views.device_end, name="device_end"),
    path("proof/", views.proof_by_code, name="proof_by_code"),
    path("address/undo/<str:token>/", views.address_undo, name="address_undo"),
    path("address/<str:token>/", views.address_change, name="address_change"),
]
