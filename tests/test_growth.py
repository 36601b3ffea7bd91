"""No page asks the database to look at more rows because other circles do much."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from circles.mail.delivery import deliver
from circles.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Circle,
    DatePoll,
    Evaluation,
    Heartbeat,
    Mail,
    Mark,
    Meeting,
    Membership,
    Note,
    Reading,
    ReadMark,
    Rsvp,
    Swap,
)
from operations import worker

from .factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_membership,
    make_note,
    make_section,
)
from .growth import touched
from .routes import routes
from .test_access import ACCESS
from .test_queries import add_some_of_everything

FACILITATOR = 3
# One page tells of the whole site.
PAGES = {name for name, row in ACCESS.items() if row[FACILITATOR] == 200} - {"operations:health"}
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
    marks = Mark.objects.bulk_create(
        Mark(user=m.user, section=section, kind="star") for m in memberships
    )
    counted = Mark.memberships.through
    counted.objects.bulk_create(
        counted(mark=mark, membership=m) for mark, m in zip(marks, memberships, strict=True)
    )
    Mark.objects.bulk_create(
        Mark(user=m.one.user, section=section, kind="note", text="Shared.", shared_for=m)
        for m in meetings
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


def grown(before, after):
    """The queries that look at more rows than before: [(query, how much more), …]."""
    pairs = zip(before, after, strict=True)
    return [(sql, late - early) for (early, _sql), (late, sql) in pairs if late - early > SLACK]


@pytest.mark.slow
def test_a_write_costs_the_same_however_many_other_circles_there_are(
    client, circle, member, meeting, section
):
    client.force_login(member)
    add_some_of_everything(circle, meeting, section, member)
    join_more_circles(member, section)
    Meeting.objects.filter(pk=meeting.pk).update(started_at=timezone.now())
    url = meeting.get_absolute_url()

    def work(answer):
        found = {}
        revision = Meeting.objects.get(pk=meeting.pk).revision
        with touched() as count:
            client.post(f"{url}rsvp/", {"answer": answer})
        found["rsvp_edit"] = count.by_query
        with touched() as count:
            client.put(f"{url}notes/{uuid4()}/", "text=A+thing&kind=point&section=")
        found["note_edit"] = count.by_query
        with touched() as count:
            client.get(f"{url}changes/?since={revision}")
        found["change_list"] = count.by_query
        return found

    work("no")
    alone = work("maybe")
    fill_the_site(meeting.brief, section)
    among_many = work("no")

    assert {name: grown(alone[name], among_many[name]) for name in alone} == dict.fromkeys(
        alone, []
    )


def fill_the_outbox():
    """What other circles leave for the worker, none of it due: emails that were sent, given up or
    dropped, meetings and action items that are far away, feedback and sessions."""
    now, users = timezone.now(), User.objects.filter(email__startswith="other-")[:OTHERS]
    for moment in ("sent_at", "dropped_at", "failed_at"):
        Mail.objects.bulk_create(
            Mail(user=user, kind="minutes", cause=f"{moment}-{user.pk}", **{moment: now})
            for user in users
        )
    others = Meeting.objects.filter(circle__slug__startswith="other-")
    Evaluation.objects.bulk_create(
        Evaluation(meeting=meeting, could_speak=4, understood=4) for meeting in others
    )
    others.filter(number=2).update(starts_at=now + timedelta(days=90))
    ActionItem.objects.filter(meeting__in=others).update(due_on=now + timedelta(days=60))
    Session.objects.bulk_create(
        Session(session_key=f"other-{n}", expire_date=now + timedelta(days=30))
        for n in range(OTHERS)
    )


@pytest.mark.slow
def test_a_round_of_the_worker_costs_the_same_however_much_of_others_is_not_due(
    circle, member, meeting, section
):
    add_some_of_everything(circle, meeting, section, member)

    def work():
        long_ago = timezone.now() - timedelta(hours=1)
        Heartbeat.objects.update_or_create(
            name="worker", defaults={"beat_at": long_ago, "reminded_until": long_ago}
        )
        with touched() as count:
            worker.look()
            worker.tidy()
            deliver()
        return count.by_query

    work()
    alone = work()
    fill_the_site(meeting.brief, section)
    fill_the_outbox()
    among_many = work()

    assert grown(alone, among_many) == []


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

    more = {name: grown(alone[name], among_many[name]) for name in urls}
    assert more == dict.fromkeys(urls, [])


def meet_weekly(circle, sections, weeks):
    """Meetings held on a brief, each with notes on three sections: of the 24, all but two."""
    now = timezone.now()
    held = Meeting.objects.bulk_create(
        Meeting(
            circle=circle,
            number=1000 * sections[0].brief_id + week,
            brief=sections[0].brief,
            edition=sections[0].brief.edition,
            starts_at=now - timedelta(days=7 * week),
            time_zone="UTC",
            scheduled_at=now - timedelta(days=7 * week),
            started_at=now - timedelta(days=7 * week),
            ended_at=now - timedelta(days=7 * week),
        )
        for week in weeks
    )
    Note.objects.bulk_create(
        Note(meeting=meeting, section=sections[(meeting.number * 3 + which) % 22], text="Said.")
        for meeting in held
        for which in range(3)
        for _note in range(8)
    )


@pytest.mark.slow
def test_ones_own_part_of_a_brief_costs_the_same_after_years(
    client, circle, member, meeting, section
):
    client.force_login(member)
    brief, another = meeting.brief, make_brief()
    sections = [section, *(make_section(brief) for _number in range(23))]
    others = [make_section(another) for _number in range(24)]
    url = reverse("circles:brief_mine", args=[brief.slug])

    def work():
        with touched() as count:
            response = client.get(url, headers={"HX-Request": "true"})
        return sum(rows for rows, _query in count.by_query), len(response.content)

    meet_weekly(make_circle(), [*sections[2:], *sections[:2]], range(1, 30))
    meet_weekly(circle, sections, range(1, 9))
    work()  # What is kept of a brief is read once.
    rows, size = work()
    meet_weekly(circle, sections, range(9, 31))
    meet_weekly(circle, others, range(1, 31))
    more_rows, more_size = work()

    assert more_rows <= 1.5 * rows
    assert more_size <= 1.5 * size
