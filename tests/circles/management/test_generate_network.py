"""A made-up network is as real circles are, and the same seed makes the same one."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from circles.management.network import generate
from circles.management.network.rows import TABLES
from circles.models import (
    ActionItem,
    Attendance,
    Circle,
    CircleEvent,
    DateAnswer,
    DatePoll,
    Mail,
    Meeting,
    Membership,
    Note,
    Reading,
    Rsvp,
    Swap,
)
from tests.factories import make_brief, make_circle, make_note, make_question, make_section

# Two originals, two copies of them, and one more.
ORIGINALS, CIRCLES, MONTHS, NOTES = 2, 5, 2, 3
# What is of a moment, of sending, or of an admin.
NOT_MADE = {
    *("mail", "heartbeat", "vouch", "circlewithoutdate", "circlerequest"),
    *("sentinvitation", "sentquestion"),
}


@pytest.fixture
def shelf(db, monkeypatch):
    monkeypatch.setattr(generate, "ORIGINALS", ORIGINALS)
    for number in range(2):
        brief = make_brief(slug=f"brief-{number}")
        for _section in range(4):
            make_question(make_section(brief))


def make_network(*, seed=1, circles=CIRCLES, **options):
    told = StringIO()
    values = {"months": MONTHS, "notes": NOTES} | options
    call_command("generate_network", circles=circles, seed=seed, stdout=told, **values)
    return told.getvalue()


@pytest.fixture
def network(shelf):
    return make_network()


def test_each_circle_has_twelve_members_and_a_meeting_a_month_with_its_notes(network):
    assert Circle.objects.count() == CIRCLES
    for circle in Circle.objects.all():
        held = circle.meetings.exclude(ended_at=None)
        numbers = list(circle.meetings.order_by("number").values_list("number", flat=True))

        assert circle.memberships.current().count() == 12
        assert circle.memberships.facilitators().count() == 2
        assert held.count() == MONTHS
        assert [meeting.notes.count() for meeting in held] == MONTHS * [NOTES]
        assert circle.meetings.upcoming().exists()
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_kind_of_row_is_made_but_email_and_it_says_how_many(network):
    rows = sum(model._base_manager.count() for model in TABLES)
    made = {model._meta.model_name for model in TABLES}
    ours = {model._meta.model_name for model in apps.get_app_config("circles").get_models()}

    assert ours - made == NOT_MADE
    assert [model for model in TABLES if not model._base_manager.exists()] == []
    assert not Mail.objects.exists()
    assert f"Made 5 circles with 60 members, {rows:,} rows in all" in network


def test_the_rows_are_valid(network):
    for model in TABLES:
        rows = list(model._base_manager.order_by("pk"))
        for row in [*rows[:2], *rows[-2:]]:
            # A model's check would have empty columns be filled that no form asks for.
            empty = [
                f.name
                for f in model._meta.concrete_fields
                if f.value_from_object(row) in (None, "", {}, [])
            ]
            row.full_clean(exclude=empty)


def test_what_belongs_together_is_of_one_circle(network):
    circle_of = F("meeting__circle")
    elsewhere = [
        *(Rsvp.objects.exclude(membership__circle=circle_of),),
        *(Attendance.objects.exclude(membership=None).exclude(membership__circle=circle_of),),
        *(Reading.objects.exclude(membership=None).exclude(membership__circle=circle_of),),
        *(ActionItem.objects.exclude(owner=None).exclude(owner__circle=circle_of),),
        *(Swap.objects.exclude(asker__circle=circle_of, asked__circle=circle_of),),
        Note.objects.exclude(author__memberships__circle=circle_of),
        DatePoll.objects.exclude(meeting=None).exclude(circle=circle_of),
        DateAnswer.objects.exclude(reply__poll=F("option__poll")),
        CircleEvent.objects.exclude(by__memberships__circle=F("circle")),
        *(Meeting.objects.exclude(**{f"{role}__circle": F("circle")}) for role in Meeting.ROLES),
        Membership.objects.exclude(user__emailaddress__email=F("user__email")),
    ]

    assert [rows.count() for rows in elsewhere] == len(elsewhere) * [0]


PAGES = [
    *("/", "/circles/", "/mail/", "/calendar/", "/briefs/brief-0/mine/"),
    *("{circle}", "{circle}members/", "{circle}meetings/", "{circle}actions/", "{circle}history/"),
    *("{circle}roles/", "{circle}polls/", "{circle}polls/{poll}/", "{circle}plan/"),
    *("{held}", "{held}minutes/", "{held}notes/", "{held}wrap-up/", "{held}agenda/"),
    *("{ahead}", "{ahead}readings/", "{ahead}agenda/", "{ahead}rsvp/", "{ahead}run/"),
]


def test_the_pages_of_a_copied_circle_open(network, client):
    circle = Circle.objects.order_by("pk")[ORIGINALS]
    client.force_login(circle.memberships.facilitators().first().user)
    addresses = {
        "circle": circle.get_absolute_url(),
        "held": circle.meetings.exclude(ended_at=None).first().get_absolute_url(),
        "ahead": circle.meetings.upcoming().first().get_absolute_url(),
        "poll": circle.polls.undecided().first().pk,
    }
    answers = {page: client.get(page.format(**addresses)).status_code for page in PAGES}

    assert {page: status for page, status in answers.items() if status != 200} == {}


def rows_by_seed(seed):
    """All rows that a seed makes on one day; afterwards they are gone."""
    with transaction.atomic():
        make_network(seed=seed, today=date(2026, 3, 15))
        rows = {model: list(model._base_manager.order_by("pk").values()) for model in TABLES}
        transaction.set_rollback(True)
    return rows


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(shelf):
    first = rows_by_seed(1)

    assert rows_by_seed(1) == first
    assert rows_by_seed(2) != first


def test_it_refuses_a_database_with_circles_unless_told_to_add(shelf):
    make_circle()
    with pytest.raises(CommandError, match="has circles already"):
        make_network(circles=1)
    assert Circle.objects.count() == 1

    make_network(circles=3, add=True)
    make_network(circles=3, add=True)

    assert Circle.objects.count() == 7


def test_it_needs_a_brief_to_meet_on(db):
    with pytest.raises(CommandError, match="no brief"):
        make_network()


@pytest.mark.parametrize("wrong", [{"circles": 0}, {"months": 0}, {"notes": -1}])
def test_it_refuses_numbers_that_make_no_sense(shelf, wrong):
    with pytest.raises(CommandError, match="must be"):
        make_network(**wrong)


def test_rows_of_afterward_have_numbers_of_their_own(network):
    make_note(Meeting.objects.upcoming().first())
    newcomer = make_circle().admit(Membership.objects.first().user)

    assert newcomer.pk > max(Membership.objects.exclude(pk=newcomer.pk).values_list("pk")[0])
