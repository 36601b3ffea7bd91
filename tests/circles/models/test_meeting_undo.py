"""What is asked before a meeting starts, ends or is canceled, and how each is undone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from circles.live import moves
from circles.mail.delivery import deliver
from circles.models import Meeting
from tests.factories import make_brief, make_meeting, make_membership, make_note

from .test_meetings import NEW, typed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def url(meeting, page):
    return f"{meeting.get_absolute_url()}{page}/"


def passed(meeting, **before):
    """As if this much time had passed since these moments."""
    moments = {name: timezone.now() - ago for name, ago in before.items()}
    Meeting.objects.filter(pk=meeting.pk).update(**moments)
    meeting.refresh_from_db()


# --- Starting ---


def test_a_meeting_cannot_be_started_before_its_day(client, facilitator, circle):
    ahead = make_meeting(circle)
    client.force_login(facilitator)

    asked = client.get(url(ahead, "start"))
    said = client.post(url(ahead, "start"), follow=True).content.decode()
    by_live_page = client.post(url(ahead, "run"), {"do": "start"}, follow=True).content.decode()

    ahead.refresh_from_db()
    assert ahead.started_at is None
    assert asked.status_code == 302
    assert "You can start this meeting on its day" in said
    assert "You can start this meeting on its day" in by_live_page


@pytest.mark.parametrize(("hour", "opens"), [(19, "2031-11-06 00:00"), (1, "2031-11-05 22:00")])
def test_the_day_is_the_circles_and_a_night_meeting_opens_the_evening_before(circle, hour, opens):
    zone = ZoneInfo("America/New_York")
    meeting = make_meeting(circle, starts_at=datetime(2031, 11, 6, hour, tzinfo=zone))

    assert f"{meeting.opens_at:%Y-%m-%d %H:%M}" == opens


def test_before_its_hour_the_button_leads_to_a_question(client, facilitator, circle):
    soon = make_meeting(circle, starts_at=timezone.now() + 2 * HOUR, agenda_revision=1)
    client.force_login(facilitator)

    page = client.get(soon.get_absolute_url()).content.decode()
    asked = client.get(url(soon, "start")).content.decode()
    client.post(url(soon, "start"))

    soon.refresh_from_db()
    assert f'href="{url(soon, "start")}"' in page
    assert "Start now?" in asked
    assert soon.is_under_way


def test_a_start_is_put_back_as_if_it_had_not_been(client, facilitator, circle):
    soon = make_meeting(circle, starts_at=timezone.now() + HOUR)
    moves.begin(soon)
    client.force_login(facilitator)

    client.post(url(soon, "start/undo"))

    soon.refresh_from_db()
    assert soon.is_scheduled and soon.privacy == ""
    assert not soon.agenda_items.exclude(opened_at=None).exists()


@pytest.mark.parametrize("written", ["note", "action item", "attendance"])
def test_a_start_after_which_something_was_written_stays(circle, membership, written):
    soon = make_meeting(circle, starts_at=timezone.now() + HOUR)
    moves.begin(soon)
    match written:
        case "note":
            make_note(soon)
        case "action item":
            soon.action_items.create(text="Ask around")
        case "attendance":
            moves.attend(soon, membership, here=True)

    with pytest.raises(ValidationError, match="already written"):
        moves.put_back(soon)

    assert soon.is_under_way


# --- Ending ---


def test_ending_asks_first_and_can_be_undone_for_an_hour(client, facilitator, circle):
    meeting = make_meeting(circle, starts_at=timezone.now(), started_at=timezone.now() - 2 * HOUR)
    client.force_login(facilitator)

    asked = client.get(url(meeting, "end")).content.decode()
    client.post(url(meeting, "end"))
    client.post(url(meeting, "end/undo"))
    meeting.refresh_from_db()
    went_on = meeting.is_under_way
    meeting.end()
    passed(meeting, ended_at=HOUR + timedelta(minutes=1))
    said = client.post(url(meeting, "end/undo"), follow=True).content.decode()

    meeting.refresh_from_db()
    assert "You can undo this for an hour." in asked
    assert went_on
    assert meeting.ended_at and "stays ended" in said


def test_a_meeting_whose_minutes_are_published_stays_ended(circle):
    meeting = make_meeting(circle, started_at=timezone.now() - HOUR, ended_at=timezone.now())
    meeting.publish_minutes()

    with pytest.raises(ValidationError, match="minutes are published"):
        meeting.resume()


# --- Canceling ---


@pytest.fixture
def cancelled(circle, membership, mailoutbox):
    """A meeting that everyone was told is canceled."""
    meeting = make_meeting(circle, place="The library")
    meeting.cancel("The library is closed that day.")
    deliver()
    return meeting


def test_canceling_says_when_and_to_how_many_people(client, facilitator, circle, membership):
    make_membership(circle).user.turn_mails_off(["meetings"])
    client.force_login(facilitator)

    page = client.get(url(make_meeting(circle), "cancel")).content.decode()

    assert "Emails 2 people right away" in page


def test_the_reason_is_in_the_email_and_on_the_page(client, member, cancelled, mailoutbox):
    client.force_login(member)

    page = client.get(cancelled.get_absolute_url()).content.decode()

    assert "The library is closed that day." in page
    assert all("The library is closed that day." in mail.body for mail in mailoutbox)


def test_an_undone_cancellation_is_told_to_who_heard_of_it_and_to_calendars(
    client, facilitator, circle, cancelled, mailoutbox
):
    heard = {mail.to[0] for mail in mailoutbox}
    make_membership(circle)  # came since, and heard of nothing
    before, mailoutbox[:] = cancelled.sequence, []
    client.force_login(facilitator)

    client.post(url(cancelled, "cancel/undo"))
    deliver()

    cancelled.refresh_from_db()
    assert cancelled.is_scheduled and cancelled.sequence == before + 1
    assert {mail.to[0] for mail in mailoutbox} == heard
    assert all(mail.subject.startswith("Back on: ") for mail in mailoutbox)
    [(_name, content, _type)] = mailoutbox[0].attachments
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", cancelled.sequence)


def test_a_cancellation_undone_before_its_email_left_is_told_to_no_one(
    circle, membership, mailoutbox
):
    meeting = make_meeting(circle)
    meeting.cancel()
    meeting.uncancel()
    deliver()

    assert mailoutbox == []


def test_a_second_cancellation_is_told_again(cancelled, mailoutbox):
    cancelled.uncancel()
    deliver()
    mailoutbox[:] = []
    cancelled.cancel()
    deliver()

    assert mailoutbox and all(mail.subject.startswith("Canceled: ") for mail in mailoutbox)


def test_after_a_day_a_cancellation_stays(cancelled):
    passed(cancelled, cancelled_at=DAY + HOUR)

    with pytest.raises(ValidationError, match="too long ago"):
        cancelled.uncancel()


# --- Planning one meeting, not two ---


def filled_in(client, **changes):
    form = client.get(NEW).context["form"]
    return typed(key=form["key"].value(), seen=form["seen"].value(), **changes)


def test_the_same_form_sent_twice_makes_one_meeting(client, facilitator, circle, mailoutbox):
    client.force_login(facilitator)
    fields = filled_in(client)

    for _again in range(2):
        answer = client.post(NEW, fields)
        assert answer.status_code == 302

    assert circle.meetings.count() == 1


def test_the_same_form_sent_again_with_other_words_loses_neither(client, facilitator, circle):
    client.force_login(facilitator)
    fields = filled_in(client, title="Water")
    client.post(NEW, fields)

    page = client.post(NEW, fields | {"title": "Rivers"})
    again = fields | {"title": "Rivers", "seen": page.context["form"].data["seen"]}
    client.post(NEW, again)

    assert page.status_code == 409 and "You already saved this meeting" in page.content.decode()
    assert [meeting.title for meeting in circle.meetings.all()] == ["Rivers"]


def test_a_second_meeting_at_the_same_time_is_asked_about(client, facilitator, circle):
    client.force_login(facilitator)
    client.post(NEW, filled_in(client, title="Water"))

    asked = client.post(NEW, filled_in(client, title="Rivers", clock="20:00"))
    count = circle.meetings.count()
    client.post(NEW, filled_in(client, title="Rivers", clock="20:00", anyway="on"))

    assert asked.status_code == 422
    assert "Plan it anyway" in asked.content.decode()
    assert (count, circle.meetings.count()) == (1, 2)


def test_a_meeting_is_named_by_its_title_its_brief_or_its_date(circle):
    zone = ZoneInfo("America/New_York")
    starts = timezone.now().astimezone(zone).replace(month=7, day=4, hour=19)
    plain = make_meeting(circle, starts_at=starts)

    assert str(make_meeting(circle, title="Water")) == "Water"
    assert str(make_meeting(circle, brief=make_brief(title="Rivers"))) == "Rivers"
    assert str(plain).startswith("Meeting on July 4")
