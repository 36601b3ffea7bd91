"""The style page is there only in DEBUG, and it shows every component."""

import re

import pytest
from django.conf import settings

from tests.catalog import APPS

COMPONENTS = sorted((settings.BASE_DIR / "static/css/components").glob("*.css"))
# Classes of the frame of a page, which is on every page once.
OF_THE_PAGE = {"page", "page--live", "page--section", "is-live", "is-projector"}
OF_THE_PAGE |= {"site-header", "site-nav", "site-footer", "circle-header"}
OF_THE_PAGE |= {"site-header__menu"}
# Django writes these itself.
OF_DJANGO = {"errorlist", "readonly", "change-form", "object-tools", "model-brief"}


def dressed(file):
    """The classes that a style sheet has rules for."""
    css = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = " ".join(re.findall(r"([^{}]+){", css))
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"url\([^)]*\)", "", selectors)))


def test_a_site_that_serves_people_has_no_page_of_components(client, db):
    assert client.get("/style/").status_code == 404


@pytest.mark.urls("tests.config.style_urls")
def test_the_page_of_components_shows_each_class(client, db):
    page = client.get("/style/").content.decode()

    shown = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}
    missing = {}
    for file in COMPONENTS:
        if left_out := dressed(file) - OF_THE_PAGE - shown:
            missing[file.name] = sorted(left_out)
    assert missing == {}


def test_each_class_of_the_style_sheets_is_used_somewhere():
    folders = ["templates", "static/js", *APPS]
    sources = " ".join(
        file.read_text(encoding="utf-8")
        for folder in folders
        for file in (settings.BASE_DIR / folder).rglob("*.*")
        if file.suffix in {".html", ".js", ".py"} and "style" not in str(file)
    )
    # A class whose end is filled in, like “badge--{{ meeting.state }}”.
    begun = set(re.findall(r"[\w-]+(?:--|__)(?=[{%])", sources))
    words = set(re.findall(r"[\w-]+", sources))

    unused = {
        (file.name, name)
        for file in (settings.BASE_DIR / "static/css").rglob("*.css")
        for name in dressed(file) - OF_DJANGO
        if name not in words and not any(name.startswith(start) for start in begun)
    }
    assert unused == set()
