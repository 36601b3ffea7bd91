"""axe-core on one page of every kind that each person can reach by links."""

import os
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone

from circles.models import Circle, Meeting, Rsvp

# Links that don't lead to a page of their own.
LEAVES = {
    *("admin:logout", "admin:jsi18n"),
    *("briefs:brief_pdf", "briefs:guide_pdf", "circles:calendar_file"),
    *("circles:minutes_pdf", "circles:minutes_markdown", "circles:reading_pdf"),
    *("circles:kit_pdf", "circles:kit_pdf_all"),
    *("admin:briefs_brief_download", "admin:briefs_edition"),
}


def kind_of(path):
    """The name of the route of this URL; None if it isn't one of our pages."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def is_left_to_others(email, kind):
    """Whether someone else looks at this kind of page, to whom it looks much the same."""
    # A brief looks as it does to a member.
    return email not in (None, "member@example.org") and kind.startswith("briefs:")


@pytest.mark.parametrize(
    "email",
    [
        pytest.param(None, id="visitor"),
        pytest.param("member@example.org", id="member", marks=pytest.mark.long),
        pytest.param("facilitator@example.org", id="facilitator"),
        # Mostly Django's own pages.
        pytest.param("admin@example.org", id="admin", marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_every_kind_of_page_is_accessible_and_loads_nothing_from_elsewhere(someone, email):
    person = someone(email)
    waiting, seen, faults = ["/"], {"circles:home", *LEAVES}, {}
    while waiting:
        person.page.goto(person.base + waiting.pop())
        if os.environ.get("AXE"):
            faults |= person.faults_in_every_size()
        else:
            person.check()  # `make test-all` looks at it in every size.
        links = person.page.eval_on_selector_all(
            "a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
        )
        for path in links:
            kind = kind_of(path)
            if kind and kind not in seen:
                seen.add(kind)
                if not is_left_to_others(email, kind):
                    waiting.append(path)

    assert faults == {}, "\n".join(f"{fault} ({len(where)})" for fault, where in faults.items())
    assert {"briefs:brief_detail", "briefs:brief_list"} <= seen


@pytest.mark.long
@pytest.mark.parametrize("email", ["member@example.org", "facilitator@example.org"])
@pytest.mark.parametrize("screen", ["phone"], indirect=True)
def test_each_state_of_a_meeting_fits_every_size(someone, email):
    circle = Circle.objects.get(slug="maple-street")
    membership = circle.memberships.get(user__email=email)
    ahead = circle.meetings.get(number=3)
    ahead.answer(membership, Rsvp.Answer.YES)
    Meeting.plan(
        circle, starts_at=ahead.starts_at + timedelta(days=3), scheduled_at=timezone.now()
    ).add().cancel("The library is closed.")
    meetings = circle.meetings.visible_to(membership)
    person, faults = someone(email), {}

    for path in [ahead.get_absolute_url() + "rsvp/", *map(Meeting.get_absolute_url, meetings)]:
        person.page.goto(person.base + path)
        faults |= person.faults_in_every_size()
    assert faults == {}, "\n".join(f"{fault} ({len(where)})" for fault, where in faults.items())


def test_what_a_visitor_meets_when_something_is_wrong_is_accessible_too(someone):
    visitor = someone()
    for path in ["/join/not-a-token/", "/calendar/none.ics", "/briefs/none/", "/accounts/signup/"]:
        visitor.page.goto(visitor.base + path)
        visitor.errors.clear()
        visitor.check()
