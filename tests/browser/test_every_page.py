"""axe-core on one page of every kind that each person can reach by links."""

import os
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from briefs import urls

# Links that don't lead to a page of their own.
LEAVES = {
    *("admin:logout", "admin:jsi18n"),
    *("briefs:brief_pdf", "briefs:guide_pdf", "circles:calendar_file"),
    *("circles:minutes_pdf", "circles:minutes_markdown"),
    *("admin:briefs_brief_download", "admin:briefs_edition"),
}
OF_BRIEFS = {f"briefs:{route.name}" for route in urls.urlpatterns}


def kind_of(path):
    """The name of the route of this URL; None if it isn't one of our pages."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


@pytest.mark.parametrize(
    "email",
    [
        pytest.param(None, id="visitor"),
        pytest.param("member@example.org", id="member"),
        pytest.param("facilitator@example.org", id="facilitator"),
        # Mostly Django's own pages.
        pytest.param("admin@example.org", id="admin", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_every_kind_of_page_is_accessible_and_loads_nothing_from_elsewhere(someone, email):
    person = someone(email)
    waiting, seen = ["/"], {"circles:home", *LEAVES}
    if email == "facilitator@example.org" and not os.environ.get("AXE"):
        seen |= OF_BRIEFS  # They look as they do to a member.
    while waiting:
        person.page.goto(person.base + waiting.pop())
        if os.environ.get("AXE"):
            person.check_on_both_screens()
        else:
            person.check()  # `make test-all` looks at both screens.
        links = person.page.eval_on_selector_all(
            "a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
        )
        for path in links:
            kind = kind_of(path)
            if kind and kind not in seen:
                seen.add(kind)
                waiting.append(path)

    assert {"briefs:brief_detail", "briefs:brief_list"} <= seen


def test_what_a_visitor_meets_when_something_is_wrong_is_accessible_too(someone):
    visitor = someone()
    for path in ["/join/not-a-token/", "/calendar/none.ics", "/briefs/none/", "/accounts/signup/"]:
        visitor.page.goto(visitor.base + path)
        visitor.errors.clear()
        visitor.check()
