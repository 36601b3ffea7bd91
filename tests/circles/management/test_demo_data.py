"""The demo: created once, and never reset."""

from io import StringIO

import pytest
from django.core import serializers
from django.core.management import call_command

from accounts.models import User
from circles.models import ActionItem, Circle, Meeting, Note, Rsvp


@pytest.fixture
def maple(db):
    call_command("loaddata", "first_meeting", "human_trafficking", verbosity=0)
    call_command("demo", stdout=StringIO())
    return Circle.objects.get(slug="maple-street")


def test_maple_street_has_nine_members_and_a_meeting_in_every_state(maple):
    states = [meeting.state for meeting in maple.meetings.order_by("number")]

    assert maple.memberships.current().count() == 9
    assert states == [
        *(Meeting.State.ENDED, Meeting.State.UNDER_WAY),
        *(Meeting.State.SCHEDULED, Meeting.State.DRAFT),
    ]


def test_it_meets_on_third_thursdays_at_seven_but_for_the_meeting_in_progress(maple):
    starts = [meeting.local_start for meeting in maple.meetings.exclude(number=2)]

    assert {(start.weekday(), start.hour, start.minute) for start in starts} == {(3, 19, 0)}
    assert all(15 <= start.day <= 21 for start in starts)


def test_the_past_meeting_has_notes_minutes_and_open_promises(maple):
    past = maple.meetings.get(number=1)

    assert past.minutes_published_at
    assert past.notes.filter(section__isnull=False).count() >= 5
    assert ActionItem.objects.of_circle(maple).open().count() == 3


def test_the_answers_to_the_next_one_are_mixed_and_some_are_missing(maple):
    given = list(maple.meetings.get(number=3).rsvps.values_list("answer", flat=True))

    assert set(given) == {Rsvp.Answer.YES, Rsvp.Answer.MAYBE, Rsvp.Answer.NO}
    assert len(given) < 9


def test_the_demos_accounts_are_not_in_the_other_circle(maple):
    others = Circle.objects.exclude(pk=maple.pk).get()
    emails = set(others.memberships.values_list("user__email", flat=True))

    assert others.meetings.exists()
    assert not emails & {"admin@example.org", "facilitator@example.org", "member@example.org"}


def test_home_begins_with_news_that_is_true(client, maple):
    told = []
    for email in ["facilitator@example.org", "member@example.org"]:
        client.force_login(User.objects.get(email=email))
        told.append([each.sentence for each in client.get("/").context["glance"].news])

    assert [len(news) for news in told] == [1, 1]
    assert all(news[0].startswith("New meeting: ") for news in told)


def test_running_it_again_keeps_what_people_changed(maple):
    Circle.objects.filter(pk=maple.pk).update(name="Maple and Elm")
    Note.objects.first().delete_softly()
    models = [User, Circle, Meeting, Note, Rsvp, ActionItem]

    def rows():
        return [serializers.serialize("json", model.objects.order_by("pk")) for model in models]

    before = rows()
    call_command("demo", stdout=StringIO())

    assert rows() == before
