"""What was made under an earlier SECRET_KEY counts while that key is in SECRET_KEY_FALLBACKS."""

import re

import pytest
from django.urls import reverse

from accounts.models import AddressChange
from circles import signed_links
from circles.calendars import ical
from circles.inviting.invite import invite_by_mail
from circles.mail.delivery import deliver
from circles.models import CalendarFeed, Invitation, Mail
from tests.factories import make_meeting, make_user


@pytest.fixture
def change_key(settings):
    """Set a new key, and keep the old one or not."""

    def change(*, keep=True):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = "another-key-of-the-tests-" * 3

    return change


@pytest.fixture
def links(circle, facilitator, member, mailoutbox):
    """The path of each kind of link that people may hold: {what: path}."""
    soon = make_meeting(circle, place="The library")
    soon.schedule()
    membership = circle.memberships.get(user=member)
    _link, token = Invitation.objects.issue(circle, invited_by=facilitator)
    _feed, feed_token = CalendarFeed.objects.issue(member)
    change = AddressChange.objects.ask(member, "new@example.org", asked_by=make_user("Ada"))
    invite_by_mail(circle, facilitator, ["ann@example.org"])
    Mail.objects.exclude(kind=Mail.Kind.INVITATION).delete()
    deliver()
    (mail,) = mailoutbox
    mailed, declined = re.search(r"/join/\S+", mail.body)[0], re.search(r"/mail/\S+", mail.body)[0]
    return {
        "answer": signed_links.answer_url(membership.pk, soon.pk),
        "mail": signed_links.mail_url(member),
        "decline": declined,
        "invitation by mail": mailed,
        "invite link": f"/join/{token}/",
        "feed": f"/calendar/{feed_token}.ics",
        "address": reverse("accounts:address_change", args=[change.token]),
    }


def test_every_link_outlives_a_new_key(client, links, change_key):
    change_key()

    assert {what: client.get(url).status_code for what, url in links.items()} == dict.fromkeys(
        links, 200
    )


def test_a_signed_link_ends_when_its_key_is_dropped(client, links, change_key):
    change_key(keep=False)

    statuses = {what: client.get(url).status_code for what, url in links.items()}

    # These three are stored as hashes, which no key is part of.
    stored = {"invitation by mail", "invite link", "feed"}
    assert {what for what, status in statuses.items() if status == 200} == stored


def test_what_is_made_after_the_change_needs_only_the_new_key(change_key, settings):
    change_key()
    token = signed_links.sign("rsvp", 1, 2)

    settings.SECRET_KEY_FALLBACKS = []

    assert signed_links.unsign("rsvp", token) == [1, 2]


@pytest.mark.parametrize("keep", [True, False])
def test_a_calendar_knows_a_meeting_under_any_key(circle, change_key, keep):
    meeting = make_meeting(circle, place="The library")
    meeting.schedule()
    before = ical.meeting_file(meeting)

    change_key(keep=keep)
    meeting.refresh_from_db()

    assert ical.meeting_file(meeting) == before


def test_a_mailed_invitation_that_is_sent_again_keeps_its_link(circle, facilitator, change_key):
    invite_by_mail(circle, facilitator, ["ann@example.org"])
    invitation = circle.invitations.get()
    token = invitation.mailed_token()

    change_key()

    assert circle.invitations.get().mailed_token() == token
    assert Invitation.objects.by_token(token).get() == invitation


def test_people_stay_signed_in(client, member, change_key):
    client.force_login(member)
    change_key()

    assert client.get(reverse("accounts:profile_edit")).status_code == 200
