"""Each state of a meeting, as a facilitator and a member find it: Home, the circle's page and the
meeting's page put one next step in front of all else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from circles.models import Reading, ReadMark
from tests.factories import make_meeting

DAY = timedelta(days=1)
RSVP, SET = "Can you make it?", "You’re all set for "

# What is asked first: on Home, on the circle's page, and on the meeting's page.
FACILITATOR = {
    "draft": ("Review the draft", "Review the draft", "Announce meeting"),
    "announced": (RSVP, RSVP, "Create agenda"),
    "RSVP’d": ("Start: History", "Start: History", "Start: History"),
    "read": (SET, SET, SET),
    "today": (SET + "today at ", SET + "today at ", SET + "today at "),
    "in progress": ("Open the live meeting",) * 3,
    "ended": ("Review the minutes",) * 3,
    "minutes published": ("Schedule a meeting", "Schedule a meeting", "Read the minutes"),
    "canceled": ("Schedule a meeting",) * 3,
}
MEMBER = {
    "announced": (RSVP, RSVP, RSVP),
    "RSVP’d": FACILITATOR["RSVP’d"],
    "read": FACILITATOR["read"],
    "today": FACILITATOR["today"],
    "in progress": FACILITATOR["in progress"],
    "ended": ("Give quick feedback", "Read the notes", "Read the notes"),
    "minutes published": ("Read the minutes",) * 3,
    "canceled": ("Read a brief", "Read a brief", "See the other meetings"),
}


@pytest.fixture
def bring_about(circle, facilitator, member, brief, section):
    """Brings a meeting of a circle that has met before into a state."""
    long_ago = timezone.now() - 30 * DAY
    held = {"started_at": long_ago, "ended_at": long_ago, "minutes_published_at": long_ago}
    make_meeting(circle, starts_at=long_ago, **held)

    def bring(state):
        now = timezone.now()
        noon_zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
        fields = {
            "today": {"starts_at": now + timedelta(hours=4), "time_zone": noon_zone},
            "draft": {"scheduled_at": None},
            "in progress": {"starts_at": now, "started_at": now},
            "ended": {"starts_at": now, "started_at": now, "ended_at": now},
            "minutes published": {
                **{"starts_at": now, "started_at": now, "ended_at": now},
                "minutes_published_at": now,
            },
            "canceled": {"cancelled_at": now},
        }.get(state, {})
        meeting = make_meeting(circle, brief=brief, place="The library", **fields)
        Reading.objects.create(meeting=meeting, section=section)
        if state in ("RSVP’d", "read", "today"):
            for membership in circle.memberships.all():
                meeting.answer(membership, "yes")
                if state != "RSVP’d":
                    ReadMark.objects.set(membership.user, section, read=True)
            meeting.agenda_revision = 1
            meeting.save()
        return meeting

    return bring


def asked_first(page):
    """The label of the one button that stands out, or what the step says if it has none."""
    main = page.partition("<main")[2].partition("</main>")[0]
    steps = main.split('class="next-step no-print"')[1:]
    buttons = re.findall(r'button--primary"[^>]*>\s*([^<]+?)\s*<', main)
    assert len(steps) <= 1 and len(buttons) <= 1 and (steps or buttons)
    if buttons:
        return buttons[0]
    return re.search(r'next-step__title"[^>]*>\s*([^<]+?)\s*<', steps[0])[1]


@pytest.mark.parametrize("state", FACILITATOR)
def test_every_page_asks_for_one_thing_in_every_state(
    client, bring_about, facilitator, member, state
):
    meeting = bring_about(state)
    pages = ["/", meeting.circle.get_absolute_url(), meeting.get_absolute_url()]

    for person, expected in ((facilitator, FACILITATOR), (member, MEMBER)):
        client.force_login(person)
        for page, words in zip(pages, expected.get(state, ()), strict=False):
            assert asked_first(client.get(page).text).startswith(words), (person, page)
