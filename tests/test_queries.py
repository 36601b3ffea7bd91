"""No page asks the database more questions because there is more to show."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from circles.models import (
    Attendance,
    Invitation,
    Meeting,
    Reading,
    ReadMark,
    Swap,
)
from tests.factories import (
    make_brief,
    make_figure,
    make_mark,
    make_meeting,
    make_membership,
    make_note,
    make_poll,
    make_question,
    make_section,
    make_source,
    make_user,
    say_suits,
)

from .test_access import ACCESS, address

pytestmark = pytest.mark.usefixtures("no_query_in_a_loop")

FACILITATOR = 3
PAGES = [name for name, answers in ACCESS.items() if answers[FACILITATOR] == 200]


def add_some_of_everything(circle, meeting, section, user):
    """One more row of each kind that a page may list."""
    newcomer = make_membership(circle, make_user())
    more = make_section(meeting.brief)
    for each in (section, more):
        make_question(each)
        make_figure(each, source=make_source(meeting.brief))
        make_note(meeting, user, section=each)
    make_note(meeting, user)
    meeting.answer(newcomer, "yes")
    meeting.action_items.create(text="Ask around", owner=newcomer)
    Attendance.objects.create(meeting=meeting, membership=newcomer)
    Reading.objects.create(meeting=meeting, section=more)
    Reading.objects.create(meeting=meeting, section=section, membership=newcomer)
    me = circle.memberships.get(user=user)
    Reading.objects.create(meeting=meeting, section=more, membership=me)
    Swap.objects.ask(meeting, newcomer, me)
    ReadMark.objects.set(newcomer.user, section, read=True)
    for each in (section, more):
        quote = f"Some words {newcomer.pk}"
        make_mark(user, each, quote=quote, shared_for=meeting)
        make_mark(newcomer.user, each, quote=quote, shared_for=meeting)
    for member in (newcomer, me):
        for kind, text in (("star", ""), ("confusing", ""), ("question", "Why?")):
            make_mark(member.user, more, kind=kind, text=text, memberships=[member])
    Invitation.objects.issue(circle, invited_by=user, email=f"{newcomer.pk}@example.org")
    Invitation.objects.issue(circle, invited_by=make_user())[0].accept(make_user())
    circle.admit(make_user(), needs_approval=True)
    for poll in [make_poll(circle), *circle.polls.all()]:
        marks = {option.pk: "yes" for option in poll.options.all()}
        poll.answer(newcomer, say_suits(marks), comment="Any evening suits.")
    make_meeting(circle, brief=make_brief(), scheduled_at=None, host=newcomer)
    other = make_meeting(circle, brief=make_brief(), note_taker=newcomer)
    make_note(other, user, section=make_section(other.brief))


def queries_of(client, url, *, is_kept=False):
    """What the database is asked for a page.

    Args:
        is_kept: of briefs, what was kept before still is.
    """
    if not is_kept:
        caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return [query["sql"] for query in captured]


@pytest.mark.slow
def test_no_page_asks_more_questions_of_much_than_of_little(
    client, addresses, circle, facilitator, meeting, section
):
    client.force_login(facilitator)
    urls = {name: address(name, addresses) for name in PAGES}
    add_some_of_everything(circle, meeting, section, facilitator)
    little = {name: queries_of(client, url) for name, url in urls.items()}
    for _time in range(3):
        add_some_of_everything(circle, meeting, section, facilitator)
    much = {name: queries_of(client, url) for name, url in urls.items()}

    grown = [
        f"{name}: {len(little[name])} queries became {len(much[name])}\n"
        + "\n".join(sorted(set(much[name]) - set(little[name])))
        for name in PAGES
        if len(much[name]) != len(little[name])
    ]
    assert grown == [], "\n".join(["", *grown])


def test_pages_after_a_meeting_ask_the_same_for_many_notes_as_for_one(
    client, addresses, facilitator, meeting, section
):
    client.force_login(facilitator)
    meeting.start()
    meeting.end()
    names = ("meeting_detail", "wrap_up_detail", "minutes_detail", "circle_detail")
    urls = ["/", *(address(f"circles:{name}", addresses) for name in names)]
    make_note(meeting, facilitator, section=section)
    little = [len(queries_of(client, url)) for url in urls]
    for _time in range(3):
        make_note(meeting, facilitator, section=section)
    much = [len(queries_of(client, url)) for url in urls]

    assert much == little


def test_a_meeting_with_five_roles_looks_up_its_people_once(client, circle, facilitator, member):
    client.force_login(facilitator)
    address = f"/circles/{circle.slug}/meetings/new/"
    people = circle.memberships.order_by("pk").values_list("pk", flat=True)
    roles = dict(zip(Meeting.ROLES, [*people, *people, *people], strict=False))
    form = {"day": "2030-01-17", "clock": "19:00", "duration_minutes": "90", "place": "Library"}

    answer = client.post(address, {**form, **roles, "save": "on"})

    assert answer.status_code == 302
    made = Meeting.objects.latest("pk")
    assert {role: getattr(made, f"{role}_id") for role in Meeting.ROLES} == roles
    odd = client.post(address, {**form, "day": "2030-02-21", "host": "٣", "leader": "0"})
    assert list(odd.context["form"].errors) == ["host", "leader"]


def test_a_persons_own_page_asks_the_same_for_many_circles_as_for_one(
    client, circle, member, meeting, section
):
    client.force_login(member)

    def queries():
        return len(queries_of(client, "/"))

    def join_another():
        mine = make_membership(user=member)
        other = make_meeting(mine.circle, brief=meeting.brief, host=mine)
        other.answer(mine, "yes")
        Reading.objects.create(meeting=other, section=section, membership=mine)
        other.action_items.create(text="Ask around", owner=mine)
        make_membership(user=member)

    Reading.objects.create(meeting=meeting, section=section)
    add_some_of_everything(circle, meeting, section, member)
    join_another()
    little = queries()
    for _time in range(3):
        add_some_of_everything(circle, meeting, section, member)
        join_another()

    assert queries() == little


# All queries of a request, however much there is to show. The session and the person are two. The
# lines of a brief and the texts of its sections are kept, so they're asked for once a state of it.
MOST = {
    # One of them asks what's new.
    "circles:home": 8,
    "circles:circle_detail": 8,
    "circles:meeting_detail": 8,
    "circles:reading_detail": 8,
    "circles:reading_section": 12,
    "circles:meeting_run": 12,
    "circles:meeting_projector": 12,
}


# Before a circle's first meeting, its facilitators see a checklist, which asks once.
MOST_WITH_CHECKLIST = MOST["circles:circle_detail"] + 1


@pytest.mark.parametrize("who", ["member", "facilitator"])
@pytest.mark.parametrize("name", MOST)
def test_the_pages_that_people_open_most_ask_few_questions(
    client, addresses, circle, meeting, section, name, who, request
):
    user = request.getfixturevalue(who)
    for _time in range(2):
        add_some_of_everything(circle, meeting, section, user)
    user.seen_at = timezone.now() - timedelta(days=1)
    user.save()
    ended = {"starts_at": user.seen_at, "started_at": user.seen_at, "ended_at": user.seen_at}
    make_meeting(circle, **ended)
    client.force_login(user)
    url = address(name, addresses)
    client.get(url)

    asked = queries_of(client, url, is_kept=True)

    assert len(asked) <= MOST[name], "\n".join(asked)


def test_a_circle_that_has_not_met_asks_one_question_more(
    client, addresses, circle, facilitator, meeting, section
):
    add_some_of_everything(circle, meeting, section, facilitator)
    client.force_login(facilitator)
    url = address("circles:circle_detail", addresses)
    client.get(url)

    asked = queries_of(client, url, is_kept=True)

    assert len(asked) <= MOST_WITH_CHECKLIST, "\n".join(asked)
