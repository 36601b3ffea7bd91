"""The outbox: queued with its cause, sent once, retried, and given up."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from circles.inviting.invite import invite_by_mail
from circles.mail.delivery import PAUSES, deliver
from circles.models import Mail
from operations import housekeeping
from operations.models import Outcome
from tests.factories import make_meeting, make_membership

LATER = 451, b"4.3.0 try again later"
NO_SUCH = 550, b"5.1.1 <member@example.org>: no such user here"
NOT_YOU = 554, b"5.7.1 <member@example.org>: we do not like you"


class Server(EmailBackend):
    """A mail server that answers as the test sets it."""

    refusal = None

    def send_messages(self, messages):
        for message in messages:
            if self.refusal and message.to == ["member@example.org"]:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: self.refusal})
        return super().send_messages(messages)


class FullServer(EmailBackend):
    """A mail server that answers, but has no room for any email."""

    answer = (452, b"4.3.1 no room left")

    def send_messages(self, messages):
        raise smtplib.SMTPDataError(*self.answer)


class DeadServer(EmailBackend):
    """A mail server that never answers."""

    def open(self):
        raise ConnectionRefusedError("nobody there")


@pytest.fixture
def refuse(settings, monkeypatch):
    """Make the mail server refuse the member's address from now on, or accept it again."""
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    return lambda refusal: monkeypatch.setattr(Server, "refusal", refusal)


@pytest.fixture
def told(circle, facilitator, member):
    """A meeting that is announced to both people of the circle."""
    return set_meeting(circle)


def set_meeting(circle, **fields):
    meeting = make_meeting(circle, place="The library", **fields)
    meeting.schedule()
    return meeting


def wait(**time):
    """Let time pass: move the times of all rows back by this much."""
    for field in ("due_at", "claimed_until", "sent_at"):
        for mail in Mail.objects.exclude(**{field: None}):
            setattr(mail, field, getattr(mail, field) - timedelta(**time))
            mail.save(update_fields=[field])


def mail_of(user, kind=Mail.Kind.SCHEDULED):
    return Mail.objects.get(user=user, kind=kind)


def recipients(mailoutbox):
    return sorted(address for mail in mailoutbox for address in mail.to)


def test_a_mail_is_written_with_its_cause_or_not_at_all(meeting, member):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        meeting.cancel()
        raise ZeroDivisionError

    assert not Mail.objects.exists()


def test_telling_fifteen_asks_the_database_as_much_as_telling_one(
    circle, meeting, django_assert_num_queries
):
    for _person in range(15):
        make_membership(circle)

    with django_assert_num_queries(2):
        meeting.tell(Mail.Kind.MINUTES, "minutes")

    assert Mail.objects.count() == 15


def test_one_cause_is_mailed_once_however_often_it_comes_up(told, mailoutbox):
    told.schedule()
    deliver()
    told.schedule()
    deliver()

    assert recipients(mailoutbox) == ["facilitator@example.org", "member@example.org"]


def test_what_is_refused_for_now_is_tried_again_after_growing_pauses(
    told, member, refuse, mailoutbox
):
    refuse(LATER)
    deliver()
    first = mail_of(member).due_at - timezone.now()
    deliver()
    wait(hours=1)
    deliver()
    second = mail_of(member).due_at - timezone.now()
    refuse(None)
    wait(hours=2)
    deliver()

    assert mail_of(member).attempts == 2
    assert second > 2 * first
    assert recipients(mailoutbox) == ["facilitator@example.org", "member@example.org"]


def test_a_server_that_cannot_be_reached_is_not_asked_again_for_each_mail(
    told, settings, mailoutbox
):
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    with pytest.raises(CommandError, match="can’t be reached"):
        call_command("worker", once=True)

    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wait(minutes=5)
    deliver()
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("answer", [(452, b"4.2.2 mailbox full"), (450, b"try again later")])
def test_two_mailboxes_that_take_nothing_now_are_no_fault_of_the_server(
    told, settings, monkeypatch, answer
):
    settings.EMAIL_BACKEND = f"{__name__}.FullServer"
    monkeypatch.setattr(FullServer, "answer", answer)

    call_command("worker", once=True)

    assert not Outcome.objects.of(Outcome.Task.MAIL).fault
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [1, 1]


def test_a_server_that_takes_email_for_no_one_is_out_of_order(told, settings, mailoutbox):
    settings.EMAIL_BACKEND = f"{__name__}.FullServer"
    with pytest.raises(CommandError, match="takes no email for now: 452 4.3.1 no room left"):
        call_command("worker", once=True)
    fault = Outcome.objects.of(Outcome.Task.MAIL).fault

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wait(minutes=5)
    call_command("worker", once=True)

    assert "no room left" in fault
    assert not Outcome.objects.of(Outcome.Task.MAIL).fault
    assert recipients(mailoutbox) == ["facilitator@example.org", "member@example.org"]


def test_an_address_that_does_not_exist_is_given_up_and_the_facilitator_told(
    client, told, facilitator, member, refuse, mailoutbox
):
    refuse(NO_SUCH)
    deliver()
    wait(hours=1)
    deliver()
    client.force_login(facilitator)
    page = client.get("/circles/maple-street/members/").content.decode()

    member.refresh_from_db()
    assert member.is_bouncing
    assert mailoutbox[-1].to == ["facilitator@example.org"]
    assert mailoutbox[-1].subject == "We couldn’t email Mel Member"
    assert "Emails not getting through" in page


def test_an_address_that_refuses_mail_is_left_alone_until_it_is_another(
    told, member, refuse, mailoutbox
):
    refuse(NO_SUCH)
    deliver()
    refuse(None)
    told.cancel()
    deliver()
    member.refresh_from_db()
    member.email = "mel@example.org"
    member.save()
    set_meeting(told.circle)
    wait(hours=1)
    deliver()

    assert mail_of(member, Mail.Kind.CANCELLED).last_error == "this address doesn’t accept email"
    assert "member@example.org" not in recipients(mailoutbox)
    assert "mel@example.org" in recipients(mailoutbox)


def test_a_server_that_does_not_like_the_site_says_nothing_of_the_address(told, member, refuse):
    refuse(NOT_YOU)
    deliver()

    member.refresh_from_db()
    assert mail_of(member).failed_at
    assert not member.is_bouncing


def test_what_is_refused_for_days_is_given_up_with_a_note(told, facilitator, member, refuse):
    refuse(LATER)
    for _attempt in range(len(PAUSES) + 1):
        deliver()
        wait(days=1)

    assert mail_of(member).failed_at
    assert mail_of(facilitator, Mail.Kind.DELIVERY_FAILED)


def test_an_error_is_kept_without_the_address(told, member, refuse):
    refuse(NO_SUCH)
    deliver()

    assert "no such user here" in mail_of(member).last_error
    assert "member@example.org" not in mail_of(member).last_error


def test_an_invitation_that_is_refused_is_shown_to_the_inviter(client, circle, facilitator, refuse):
    refuse(NO_SUCH)
    invite_by_mail(circle, facilitator, ["member@example.org"])
    deliver()
    client.force_login(facilitator)

    page = client.get("/circles/maple-street/invitations/").content.decode()

    assert "Email not delivered" in page


def test_what_goes_to_one_person_within_the_hour_goes_as_one_mail(circle, member, mailoutbox):
    set_meeting(circle, title="Wells")
    set_meeting(circle, title="Rivers")
    deliver()

    (mail,) = mailoutbox
    assert mail.subject.endswith(", and 1 more")
    assert "Wells" in mail.body
    assert "Rivers" in mail.body
    assert not Mail.objects.waiting().exists()


def test_what_can_wait_waits_for_the_hour_after_a_mail_and_what_is_urgent_does_not(
    circle, member, mailoutbox
):
    first = set_meeting(circle, title="Wells")
    deliver()
    set_meeting(circle, title="Rivers")
    deliver()
    waiting = len(mailoutbox)
    first.cancel()
    deliver()

    assert waiting == 1
    assert "canceled its meeting" in mailoutbox[1].body
    assert "Rivers" not in mailoutbox[1].body


def test_the_hour_ends(circle, member, mailoutbox):
    set_meeting(circle)
    deliver()
    set_meeting(circle)
    wait(hours=1)
    deliver()

    assert len(mailoutbox) == 2


def test_what_a_dead_worker_had_in_hand_is_sent_when_its_claim_has_run_out(told, mailoutbox):
    Mail.objects.claim()
    deliver()
    while_claimed = len(mailoutbox)
    wait(minutes=5)
    deliver()

    assert while_claimed == 1
    assert recipients(mailoutbox) == ["facilitator@example.org", "member@example.org"]


def test_a_mail_sent_again_has_the_same_id(told, mailoutbox):
    deliver()
    Mail.objects.update(sent_at=None)
    deliver()

    ids = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(ids) == 4
    assert len(set(ids)) == 2


def test_a_mail_that_cannot_be_made_does_not_stop_the_others(told, member, mailoutbox):
    Mail.objects.filter(user=member).update(kind=Mail.Kind.CHANGED, details={})
    deliver()

    assert recipients(mailoutbox) == ["facilitator@example.org"]
    assert mail_of(member, Mail.Kind.CHANGED).last_error == "KeyError while it was composed"


def test_old_mails_are_forgotten_and_those_that_wait_are_not(told, member):
    for moment in ("sent_at", "dropped_at", "failed_at"):
        now = timezone.now()
        Mail.objects.filter(user=member).update(**{moment: now - timedelta(days=199)})
        housekeeping.run()
        assert Mail.objects.count() == 2
        Mail.objects.filter(user=member).update(**{moment: None})

    Mail.objects.filter(user=member).update(sent_at=timezone.now() - timedelta(days=201))
    housekeeping.run()

    assert Mail.objects.get().user != member


def test_no_page_of_the_admin_opens_one_mail(client, admin, member, meeting):
    Mail.objects.queue(Mail.Kind.SCHEDULED, "told", to=[member.memberships.get()], meeting=meeting)
    pk = Mail.objects.get().pk
    client.force_login(admin)

    pages = [client.get(f"/admin/circles/mail/{pk}/{page}/") for page in ("change", "history")]

    assert [page.status_code for page in pages] == [403, 403]
