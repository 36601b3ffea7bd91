"""The URLconf as it is in DEBUG."""

from django.urls import path

from config.style import style
from config.urls import urlpatterns as all_pages

urlpatterns = [*all_pages, path("style/", style, name="style")]
