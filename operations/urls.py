from django.urls import path

from .health.views import health

app_name = "operations"

urlpatterns = [
    path("healthz", health, name="health"),
]
