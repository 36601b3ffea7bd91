"""The style page is there only in DEBUG, and it shows every component."""

import re

import pytest
from django.conf import settings

COMPONENTS = sorted((settings.BASE_DIR / "static/css/components").glob("*.css"))
# Classes of the frame of a page, which is on every page once.
OF_THE_PAGE = {"page", "page--live", "page--section", "is-live", "is-projector"}
OF_THE_PAGE |= {"site-header", "site-nav", "site-footer", "circle-header"}
OF_THE_PAGE |= {"site-header__menu"}


def test_a_site_that_serves_people_has_no_page_of_components(client, db):
    assert client.get("/style/").status_code == 404


@pytest.mark.urls("tests.config.style_urls")
def test_the_page_of_components_shows_each_class(client, db):
    page = client.get("/style/").content.decode()

    shown = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}
    missing = {}
    for file in COMPONENTS:
        css = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        selectors = " ".join(re.findall(r"([^{}]+){", css))
        dressed = set(re.findall(r"\.([a-z][\w-]*)", selectors)) - OF_THE_PAGE
        if left_out := dressed - shown:
            missing[file.name] = sorted(left_out)
    assert missing == {}
