"""On a phone, the next step is on the first screen, however long the meeting's place is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import Circle, Reading
from tests.factories import make_meeting

PLACE = "Maple Street Library, the reading room on the second floor, 310 Maple Street"
NOW = timezone.now


def states():
    """The fields of a meeting in each state that has a look of its own."""
    now, before = NOW(), NOW() - timedelta(hours=2)
    over = {"starts_at": before, "started_at": before, "ended_at": now}
    return {
        "draft": {"scheduled_at": None},
        "announced": {},
        "near": {"starts_at": now + timedelta(hours=1)},
        "in progress": {"starts_at": now, "started_at": now},
        "ended": over,
        "minutes published": over | {"minutes_published_at": now},
        "canceled": {
            "cancelled_at": now,
            "cancel_reason": "The library closes early that day. " * 3,
        },
    }


@pytest.mark.long
@pytest.mark.parametrize("who", ["facilitator", "member"])
def test_the_next_step_is_on_the_first_screen_of_a_phone(demo, someone, who):
    circle = Circle.objects.get(slug="maple-street")
    brief = circle.meetings.get(number=3).brief
    section = brief.sections.first()
    person = someone(f"{who}@example.org")
    person.page.set_viewport_size({"width": 390, "height": 844})
    then = NOW() - timedelta(days=30)
    moments = ["starts_at", "scheduled_at", "started_at", "ended_at", "minutes_published_at"]
    long_ago = dict.fromkeys(moments, then) | {"cancelled_at": None}
    for state, fields in states().items():
        circle.meetings.filter(number__gt=1).update(**long_ago)
        meeting = make_meeting(
            circle,
            brief=brief,
            place=PLACE,
            welcome=PLACE,
            online_link="https://v.example",
            **fields,
        )
        Reading.objects.create(meeting=meeting, section=section)
        pages = ["/", circle.get_absolute_url(), meeting.get_absolute_url()]
        for page in pages[:2] if state == "draft" and who == "member" else pages:
            person.visit(page)
            step = person.page.locator("main :is(.button--primary, .next-step .rsvp__answer)").first
            box = step.bounding_box()
            assert box and box["y"] + box["height"] <= 844, (state, page)
