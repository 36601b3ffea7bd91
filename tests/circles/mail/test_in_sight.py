"""Facilitators see who gets an email and when, and can hurry it or stop it before it leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.mail.in_sight import planned_for
from circles.models import Mail, Reading, ReadMark
from tests.factories import make_meeting, make_membership, make_poll, make_user

Kind = Mail.Kind
EMAILS = "/circles/maple-street/emails/"


@pytest.fixture(autouse=True)
def five_minutes(settings):
    settings.MAIL_WAIT = timedelta(minutes=5)


@pytest.fixture
def draft(circle, facilitator, member):
    return make_meeting(circle, scheduled_at=None, place="The library")


@pytest.fixture
def told(draft):
    draft.schedule()
    return draft


def waiting(kind=None):
    rows = Mail.objects.waiting()
    return rows.filter(kind=kind).count() if kind else rows.count()


def wait(**time):
    """Let time pass: move the times of all rows back by this much."""
    for mail in Mail.objects.all():
        mail.due_at -= timedelta(**time)
        mail.sent_at = mail.sent_at and mail.sent_at - timedelta(**time)
        mail.save(update_fields=["due_at", "sent_at"])


def text(client, url):
    return " ".join(client.get(url).content.decode().split())


@pytest.mark.usefixtures("no_query_in_a_loop")
@pytest.mark.parametrize("kind", [Kind.SCHEDULED, Kind.CHANGED, Kind.CANCELLED, Kind.MINUTES])
def test_the_number_beside_a_button_is_the_number_of_emails_that_it_sends(circle, draft, kind):
    make_membership(circle, make_user(mails_off=["meetings", "minutes"]))
    make_membership(circle, make_user(is_active=False))
    bounced = make_user()
    bounced.note_bounce()
    make_membership(circle, bounced)

    said = planned_for(kind, draft)
    draft.tell(kind, "x")

    assert said.words == "Emails 2 people, in 5 minutes"
    assert waiting(kind) == said.number


def test_before_the_press_every_page_says_whom_it_emails(client, circle, facilitator, draft):
    client.force_login(facilitator)
    poll = make_poll(circle)
    Mail.objects.all().delete()
    ended = make_meeting(circle, started_at=timezone.now(), minutes_summary="We met.")
    here = draft.get_absolute_url()
    pages = {
        here: "Emails 2 people, in 5 minutes",
        f"{here}edit/": "Emails 2 people, in 5 minutes",
        f"{ended.get_absolute_url()}minutes/": "Emails 2 people, in 5 minutes",
        f"{poll.get_absolute_url()}cancel/": "Emails 2 people, in 5 minutes",
        "/circles/maple-street/polls/new/": "Emails 2 people, in 5 minutes",
        "/circles/maple-street/plan/schedule/": "Emails 2 people, in 5 minutes",
        "/circles/maple-street/settings/": "notes are deleted, we email 2 people right away",
        "/circles/maple-street/invitations/new/": "Emails each person right away",
        f"{ended.get_absolute_url()}actions/new/": "Reminds the owner by email two days before",
    }

    assert [url for url, said in pages.items() if said not in text(client, url)] == []


def test_someone_who_just_had_an_email_hears_within_the_hour(circle, member, draft):
    Mail.objects.create(kind=Kind.POLL, cause="x", user=member, sent_at=timezone.now())

    assert planned_for(Kind.SCHEDULED, draft).words == "Emails 2 people within the hour"
    assert planned_for(Kind.CANCELLED, draft).words == "Emails 2 people, in 5 minutes"


def test_an_email_waits_and_can_be_sent_now(client, facilitator, told, mailoutbox):
    client.force_login(facilitator)
    deliver()
    before = len(mailoutbox)
    page = text(client, told.get_absolute_url())
    mail = Mail.objects.first()
    Mail.objects.create(kind=Kind.POLL, cause="x", user=mail.user, sent_at=timezone.now())
    client.post(f"{EMAILS}{mail.pk}/send/")
    deliver()

    assert before == 0
    assert "Meeting announced. Goes to 2 people in 5 minutes" in page
    assert len(mailoutbox) == 2
    assert "Don’t send" not in text(client, told.get_absolute_url())


def test_an_email_can_be_stopped_and_what_left_can_not(client, facilitator, member, told):
    client.force_login(facilitator)
    mine = Mail.objects.get(user=member)
    Mail.objects.filter(pk=mine.pk).mark_sent("<once@example.org>")
    first = client.post(f"{EMAILS}{mine.pk}/stop/", follow=True).content.decode()
    again = client.post(f"{EMAILS}{mine.pk}/stop/", follow=True).content.decode()

    assert "1 email stopped. 1 had already left, and can’t be taken back." in first
    assert "That email has already left. It can’t be taken back." in again
    assert waiting() == 0
    told.refresh_from_db()
    assert told.is_scheduled


def test_a_change_of_privacy_can_not_be_kept_back(client, circle, facilitator, member):
    client.force_login(facilitator)
    mine = circle.memberships.get(user=facilitator)
    circle.privacy = "recorded"
    circle.keep_settings(["privacy"], by=mine)
    mail = Mail.objects.filter(kind=Kind.PRIVACY).first()
    client.post(f"{EMAILS}{mail.pk}/stop/")

    assert waiting(Kind.PRIVACY) == 2


def test_no_one_stops_the_email_of_another_circle(client, told):
    other = make_membership(role=2)
    client.force_login(other.user)
    url = f"{other.circle.get_absolute_url()}emails/{Mail.objects.first().pk}/stop/"

    assert client.post(url).status_code == 404
    assert waiting() == 2


def test_a_meeting_canceled_before_its_email_left_is_told_to_no_one(
    client, facilitator, told, mailoutbox
):
    client.force_login(facilitator)
    page = text(client, f"{told.get_absolute_url()}cancel/")
    told.cancel()
    wait(minutes=6)
    deliver()

    assert "No one gets an email" in page
    assert mailoutbox == []
    assert "The meeting was canceled before it left." in text(client, EMAILS)


def test_whoever_heard_of_the_meeting_hears_that_it_is_canceled(member, told, mailoutbox):
    Mail.objects.filter(user=member).mark_sent("<once@example.org>")
    told.cancel()
    wait(minutes=6)
    deliver()

    (mail,) = mailoutbox
    assert mail.to == ["member@example.org"]
    assert mail.subject.startswith("Canceled: ")


def test_what_was_dropped_for_a_cancellation_can_go_out_after_all(told):
    told.cancel()
    told.mails.take_up_again(Mail.CANCELED_FIRST)

    assert waiting(Kind.SCHEDULED) == 2


def test_a_change_before_the_announcement_left_is_told_by_it(told, mailoutbox):
    told.place = "The church hall"
    told.keep(["place"], calendars_hear=True)
    wait(minutes=6)
    deliver()

    assert len(mailoutbox) == 2
    assert mailoutbox[0].subject.startswith("New meeting: ")
    assert "The church hall" in mailoutbox[0].body


def test_a_change_is_never_a_part_of_another_email(circle, member, told, mailoutbox):
    Mail.objects.all().mark_sent("<once@example.org>")
    other = make_meeting(circle, scheduled_at=None, place="The mill")
    other.schedule()
    told.place = "The church hall"
    told.keep(["place"], calendars_hear=True)
    wait(minutes=6)
    deliver()
    wait(minutes=61)
    deliver()

    subjects = [mail.subject for mail in mailoutbox if mail.to == [member.email]]
    assert len(subjects) == 2
    assert subjects[0].startswith("New location: ")
    assert "more" not in subjects[0]


def test_two_announcements_in_a_row_go_as_one_email_when_the_last_may_leave(
    circle, member, told, mailoutbox
):
    wait(minutes=4)
    make_meeting(circle, scheduled_at=None, place="The mill").schedule()
    wait(minutes=2)
    deliver()
    early = len(mailoutbox)
    wait(minutes=4)
    deliver()

    assert early == 0
    assert [mail.subject.endswith(", and 1 more") for mail in mailoutbox] == [True, True]


def test_a_change_is_not_held_back_when_the_meeting_is_near(circle, member, mailoutbox):
    soon = make_meeting(circle, place="Home", starts_at=timezone.now() + timedelta(hours=1))
    soon.place = "The church hall"
    soon.keep(["place"], calendars_hear=True)
    deliver()

    assert mailoutbox[0].subject.startswith("New location: ")


def test_what_is_good_to_know_is_announced_like_a_place(told, mailoutbox):
    Mail.objects.all().mark_sent("<once@example.org>")
    told.welcome = "The door code is 1234."
    told.keep(["welcome"], calendars_hear=True)
    wait(minutes=6)
    deliver()

    assert mailoutbox[0].subject.startswith("Good to know: ")
    assert "Good to know: The door code is 1234." in mailoutbox[0].body


@pytest.mark.usefixtures("no_query_in_a_loop")
def test_the_list_says_what_went_to_whom_and_what_did_not_arrive(
    client, circle, facilitator, member, told
):
    client.force_login(facilitator)
    Mail.objects.filter(user=facilitator).mark_sent("<once@example.org>")
    Mail.objects.filter(user=member).update(failed_at=timezone.now())
    page = text(client, EMAILS)

    assert "Meeting announced" in page
    assert "Sent to 1 person, " in page
    assert "Not delivered</span> Mel Member" in page
    assert "The library" not in page


def test_the_list_is_empty_at_first_and_has_pages_later(client, circle, facilitator, member):
    client.force_login(facilitator)
    empty = text(client, EMAILS)
    for number in range(30):
        Mail.objects.queue(
            Kind.ACTION, f"x{number}", to=[circle.memberships.get(user=member)], circle=circle
        )

    assert "No emails yet." in empty
    assert "Older emails" in text(client, EMAILS)
    assert "Newer emails" in text(client, f"{EMAILS}?page=2")


def test_the_list_does_not_tell_who_has_read(client, circle, facilitator, member, section):
    client.force_login(facilitator)
    meeting = make_meeting(circle, brief=section.brief, place="The library")
    Reading.objects.create(meeting=meeting, section=section)
    ReadMark.objects.set(member, section, read=True)
    meeting.tell(Kind.READING, "reading")
    deliver()
    page = text(client, EMAILS)

    assert "Sent to 1 person" in page
    assert "Fran" not in page.partition("<main")[2].partition("Reading reminder")[2]


def test_assigning_reading_says_when_people_are_reminded(
    client, circle, facilitator, member, section
):
    client.force_login(facilitator)
    start = timezone.now() + timedelta(days=20)
    meeting = make_meeting(circle, brief=section.brief, starts_at=start)

    page = text(client, f"{meeting.get_absolute_url()}readings/")

    assert "Reminds 2 people by email " in page
