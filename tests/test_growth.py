"""No page asks the database to look at more rows because other circles do much."""

from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from circles.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Circle,
    DatePoll,
    Meeting,
    Membership,
    Note,
    Reaction,
    Reading,
    ReadMark,
    Rsvp,
    Swap,
)

from .factories import make_meeting, make_membership, make_note
from .growth import touched
from .routes import routes
from .test_access import ACCESS
from .test_queries import add_some_of_everything

FACILITATOR = 3
# One page tells of the whole site.
PAGES = {name for name, row in ACCESS.items() if row[FACILITATOR] == 200} - {"circles:health"}
OTHERS = 150
# A few steps more for a wider number; far less than a step for each row of the others.
SLACK = OTHERS // 3


def fill_the_site(brief, section):
    """Other circles that meet on the same brief, with a row of each kind, held and ahead."""
    now = timezone.now()
    users = User.objects.bulk_create(
        User(email=f"other-{n}@example.org", display_name=f"Other {n}") for n in range(2 * OTHERS)
    )
    circles = Circle.objects.bulk_create(
        Circle(slug=f"other-{n}", name=f"Other {n}") for n in range(OTHERS)
    )
    memberships = Membership.objects.bulk_create(
        Membership(circle=circles[n % OTHERS], user=user) for n, user in enumerate(users)
    )
    meetings = Meeting.objects.bulk_create(
        Meeting(
            circle=circle,
            number=number,
            brief=brief,
            edition=date(2020, 1, 1),
            starts_at=now + timedelta(days=10 * (number - 2) + 5),
            time_zone="UTC",
            scheduled_at=now,
            started_at=now - timedelta(days=5) if number == 1 else None,
        )
        for circle in circles
        for number in (1, 2)
    )
    asker = {m.circle_id: m for m in memberships[:OTHERS]}
    asked = {m.circle_id: m for m in memberships[OTHERS:]}
    Note.objects.bulk_create(
        Note(meeting=meeting, section=place, text="Said elsewhere.", author=users[0])
        for meeting in meetings
        for place in (section, None)
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, section=section, kind="section", position=1, minutes=10)
        for meeting in meetings
    )
    for meeting in meetings:
        meeting.one, meeting.two = asker[meeting.circle_id], asked[meeting.circle_id]
    ActionItem.objects.bulk_create(
        ActionItem(
            meeting=meeting,
            text="Ask",
            owner=meeting.one,
            done_at=now if meeting.number == 1 else None,
        )
        for meeting in meetings
    )
    Attendance.objects.bulk_create(Attendance(meeting=m, membership=m.one) for m in meetings)
    Reading.objects.bulk_create(Reading(meeting=m, section=section) for m in meetings)
    Reading.objects.bulk_create(
        Reading(meeting=m, section=section, membership=m.one) for m in meetings
    )
    Rsvp.objects.bulk_create(Rsvp(meeting=m, membership=m.one, answer="yes") for m in meetings)
    Swap.objects.bulk_create(Swap(meeting=m, asker=m.one, asked=m.two) for m in meetings)
    Reaction.objects.bulk_create(
        Reaction(membership=m, section=section, kind="star") for m in memberships
    )
    ReadMark.objects.bulk_create(ReadMark(user=user, section=section) for user in users)
    polls = DatePoll.objects.bulk_create(
        DatePoll(circle=circle, time_zone="UTC", brief=brief) for circle in circles
    )
    for poll in polls:
        poll.options.create(starts_at=now + timedelta(days=3))


def join_more_circles(user, section):
    """Several circles of one person read the same brief: the planner must not give up on them."""
    for _circle in range(4):
        mine = make_membership(user=user)
        held = make_meeting(mine.circle, brief=section.brief)
        make_note(held, user, section=section)
        Reading.objects.create(meeting=held, section=section)


@pytest.mark.slow
def test_a_page_costs_the_same_however_many_other_circles_there_are(
    client, addresses, circle, facilitator, meeting, section
):
    client.force_login(facilitator)
    add_some_of_everything(circle, meeting, section, facilitator)
    join_more_circles(facilitator, section)
    urls = {
        name: reverse(name, kwargs={argument: addresses[argument] for argument in wanted})
        for name, _view, wanted in routes()
        if name in PAGES
    }

    def work():
        found = {}
        for name, url in urls.items():
            caches["pages"].clear()
            with touched() as count:
                client.get(url)
            found[name] = count.by_query
        return found

    work()  # What is made once, such as a PDF, is not counted.
    alone = work()
    fill_the_site(meeting.brief, section)
    among_many = work()

    grown = [
        f"{name}: {after - before} more for {sql}"
        for name in urls
        for (before, _sql), (after, sql) in zip(alone[name], among_many[name], strict=True)
        if after - before > SLACK
    ]
    assert not grown, "\n\n".join(grown)
