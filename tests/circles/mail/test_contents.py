"""The text of emails. For how they are built, see `test_compose.py`."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.models import Heartbeat, Mail, Meeting, ReadMark
from tests.factories import make_meeting, make_membership, make_note, make_user

LINK = re.compile(r"https?://[^\s\"<>]+")


def test_a_mail_is_from_the_circle_by_the_site_and_gives_nobodys_address(
    soon, facilitator, mailoutbox
):
    deliver()

    senders = {message.from_email for message in mailoutbox}
    assert senders == {"Maple Street via Full Circle <circles@localhost>"}
    assert not any("member@" in m.body for m in mailoutbox if m.to != ["member@example.org"])


# --- The text ---


def test_a_meeting_is_told_with_the_way_to_answer(soon, membership, mailoutbox):
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("New meeting: ")
    assert mail.body.startswith("Maple Street meets ")
    assert "Where: The library" in mail.body
    assert re.search(rf"/rsvp/{membership.pk}-{soon.pk}\.[\w-]+/", mail.body)


def test_a_reader_elsewhere_is_told_the_circles_time_and_then_their_own(
    soon, member, membership, mailoutbox
):
    member.time_zone = "Asia/Tokyo"
    member.save()
    Meeting.objects.update(starts_at=datetime(2031, 11, 6, 19, tzinfo=soon.zone))
    Mail.objects.all().delete()
    Mail.objects.queue(Mail.Kind.SCHEDULED, "again", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    when = "Thursday, November 6, 2031, 7–8:30 PM Eastern (Fri, Nov 7, 2031 at 9 AM your time)"
    assert mail.subject == "New meeting: Thu, Nov 6, 2031 at 7 PM Eastern"
    assert f"When: {when}\n" in mail.body


def test_tomorrow_is_by_the_circles_clock_and_says_so_to_a_reader_elsewhere(
    soon, member, membership, mailoutbox
):
    member.time_zone = "Asia/Tokyo"
    member.save()
    starts = timezone.now().astimezone(soon.zone) + timedelta(days=1)
    Meeting.objects.update(starts_at=starts)
    soon.rsvps.create(membership=membership, answer="yes")
    Mail.objects.all().delete()
    Mail.objects.queue(Mail.Kind.REMINDER, "1d", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    assert re.fullmatch(r"Tomorrow at .* Eastern: your circle meets", mail.subject)
    assert mail.body.startswith("Maple Street meets tomorrow at ")


def test_a_reader_is_written_to_in_their_own_language_if_the_site_speaks_it(
    soon, member, mailoutbox, settings
):
    member.language = "de"
    member.save()
    deliver()
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    Mail.objects.update(sent_at=None)
    deliver()

    pages = [mail.alternatives[0].content for mail in mailoutbox]
    days = [r"\b(?:Mo|Di|Mi|Do|Fr|Sa|So), "]
    assert ['<html lang="de">' in page for page in pages] == [False, True]
    assert [bool(re.search(days[0], mail.subject)) for mail in mailoutbox] == [False, True]


def test_a_reader_in_the_circles_time_finds_one_clock(soon, mailoutbox):
    deliver()

    assert "your time" not in mailoutbox[0].body
    assert "Eastern" not in mailoutbox[0].subject + mailoutbox[0].body


def test_a_change_says_first_what_changed(soon, mailoutbox):
    deliver()
    soon.place, soon.starts_at = "The school", soon.starts_at + timedelta(days=1)
    soon.keep(["place", "starts_at"], calendars_hear=True)
    deliver()

    mail = mailoutbox[1]
    assert mail.subject.startswith("New time: ")
    assert mail.body.startswith("Maple Street changed the time of its meeting. It’s now ")
    assert "\nOld time: " in mail.body
    assert "Old location: The library" in mail.body
    assert "Where: The school" in mail.body


def test_two_changes_before_the_mail_goes_are_told_as_one(soon, mailoutbox):
    deliver()
    for place in ("The school", "The church"):
        soon.place = place
        soon.keep(["place"], calendars_hear=True)
    deliver()

    assert len(mailoutbox) == 2
    assert "Old location: The library" in mailoutbox[1].body
    assert "Where: The church" in mailoutbox[1].body


def test_what_was_changed_and_changed_back_is_not_told(soon, mailoutbox):
    deliver()
    for place in ("The school", "The library"):
        soon.place = place
        soon.keep(["place"], calendars_hear=True)
    deliver()

    assert len(mailoutbox) == 1


def test_what_is_louder_and_moot_hides_nothing(soon, member, membership, mailoutbox):
    member.turn_mails_off(["meetings"])
    Mail.objects.queue(Mail.Kind.NUDGE, "7d", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("Can you make it ")


def test_a_meeting_that_is_told_now_is_not_reminded_of_beside(soon, membership, mailoutbox):
    Mail.objects.queue(Mail.Kind.NUDGE, "7d", to=[membership], meeting=soon)
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.startswith("New meeting: ")
    assert "love to know" not in mail.body


def test_a_draft_is_told_to_nobody(circle, member, mailoutbox):
    draft = make_meeting(circle, scheduled_at=None, place="The library")
    draft.place = "The school"
    draft.keep(["place"], calendars_hear=True)
    draft.cancel()
    deliver()

    assert mailoutbox == []


def test_the_mail_about_the_minutes_carries_not_a_word_of_them(
    soon, member, facilitator, mailoutbox
):
    deliver()
    make_note(soon, facilitator, text="Something said in confidence")
    soon.minutes_summary = "A summary in confidence"
    soon.save()
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=3))
    soon.start()
    soon.end()
    soon.publish_minutes()
    soon.publish_minutes()
    Mail.objects.filter(kind="scheduled").update(sent_at=timezone.now() - timedelta(hours=2))
    deliver()

    mails = [mail for mail in mailoutbox if "Minutes" in mail.subject]
    assert len(mails) == 2
    assert not any("confidence" in str(mail.message()) for mail in mails)


def test_an_action_item_that_is_due_is_not_named(send):
    message = send(Mail.Kind.ACTION)

    assert message.subject == "Due today: your action item"
    assert "business" not in str(message.message())


def test_who_moves_up_from_the_waiting_list_is_told(circle, soon, membership, mailoutbox):
    deliver()
    other = make_membership(circle)
    Meeting.objects.update(capacity=1)
    soon.answer(other, "yes")
    soon.answer(membership, "yes")
    soon.answer(other, "no")
    deliver()

    assert mailoutbox[1].to == ["member@example.org"]
    assert mailoutbox[1].subject.startswith("You’re in: ")


def test_the_reminder_of_reading_names_what_is_left_and_its_minutes(
    soon, section, membership, member, send, mailoutbox
):
    message = send(Mail.Kind.READING)
    ReadMark.objects.create(user=member, section=section)
    Mail.objects.queue(Mail.Kind.READING, "again", to=[membership], meeting=soon)
    deliver()

    assert message.subject.startswith("1 minute of reading before ")
    assert "- History (1 minute)" in message.body
    assert f"{soon.get_absolute_url()}read/history/" in message.body
    assert f"{soon.get_absolute_url()}read/\n" in message.body
    assert len(mailoutbox) == 1


def test_who_has_left_or_has_no_account_any_more_gets_nothing(soon, membership, mailoutbox):
    make_membership(soon.circle, role=2)
    gone = make_membership(soon.circle, make_user("Gone", is_active=False))
    soon.tell(Mail.Kind.MINUTES, "x")
    Mail.objects.filter(kind=Mail.Kind.SCHEDULED).delete()
    membership.leave()
    deliver()

    why = Mail.objects.filter(user__in=[membership.user, gone.user])
    assert {mail.last_error for mail in why} == {
        "no longer in the circle",
        "this account is closed",
    }


def test_what_is_turned_off_is_not_sent_even_if_it_was_queued_before(soon, member, mailoutbox):
    member.turn_mails_off(["meetings"])
    deliver()

    assert mailoutbox == []


def test_the_calendar_file_goes_along(soon, mailoutbox):
    deliver()

    ((name, content, kind),) = mailoutbox[0].attachments
    assert name == f"maple-street-{soon.number}.ics"
    assert kind == "text/calendar; method=REQUEST"
    assert content.startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize("page", ["/admin/", "/admin/circles/mail/"])
def test_the_admin_says_when_the_worker_does_not_run(client, admin, page):
    client.force_login(admin)

    before = client.get(page).content.decode()
    Heartbeat.beat()
    after = client.get(page).content.decode()

    assert "The worker has never run" in before
    assert "The worker has never run" not in after


def test_the_admin_lists_mails_without_a_word_of_whom_or_what(client, admin, soon):
    client.force_login(admin)

    after = client.get("/admin/circles/mail/").content.decode()

    assert "Meeting announced" in after
    assert not re.search("Maple|member@|Mel Member|Water", after)
