"""Email scanners open every link, with GET and with HEAD; not a row must change."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import F
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.models import AddressChange
from circles import signed_links
from circles.models import CalendarFeed, CircleRequest, Invitation, Meeting
from tests.factories import make_user
from tests.routes import routes


def everything():
    """Every row of every table, sessions included."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
    }


@pytest.fixture
def scanned(circle, facilitator, member, meeting):
    """The URLs in emails and on cards, working ones and others."""
    meeting.answer(circle.memberships.get(user=member), "yes")
    mine = circle.memberships.get(user=member)
    tokens = {
        state: Invitation.objects.issue(
            circle, invited_by=facilitator, email=f"{state}@example.org"
        )
        for state in ("open", "revoked", "used", "past")
    }
    tokens["link"] = Invitation.objects.issue(circle, invited_by=facilitator)
    tokens["revoked"][0].revoke()
    tokens["used"][0].accept(make_user())
    Invitation.objects.filter(email="past@example.org").update(
        created_at=F("created_at") - timedelta(days=40),
        expires_at=F("expires_at") - timedelta(days=40),
    )
    _feed, feed_token = CalendarFeed.objects.issue(member)
    change = AddressChange.objects.ask(member, "new@example.org", asked_by=facilitator)
    asked = CircleRequest.objects.create(
        name="Una", email="una@example.org", place="Springfield", invited_at=timezone.now()
    )
    mail_links = [
        signed_links.sign("mail", member.pk),
        signed_links.sign("decline", tokens["open"][0].pk),
        signed_links.sign("decline", tokens["used"][0].pk),
        "unknown",
    ]
    return [
        *(f"/mail/{token}/" for token in mail_links),
        f"/mail/{mail_links[0]}/?topic=meetings",
        f"/calendar/{feed_token}.ics",
        "/calendar/unknown.ics",
        f"/calendar/made/{feed_token}/",
        f"/accounts/address/{change.token}/",
        "/accounts/address/unknown/",
        "/accounts/address/undo/unknown/",
        reverse("circles:invitation_card", args=[circle.slug, tokens["link"][1]]),
        *(f"/join/{token}/" for _invitation, token in tokens.values()),
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/",
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/calendar.ics",
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/?answer=no",
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk + 1)}/",
        f"/start/{signed_links.sign('start', asked.pk)}/",
        "/start/unknown/",
        "/join/unknown/",
        "/rsvp/unknown/",
    ]


def test_every_route_with_a_token_is_looked_at(scanned):
    with_token = {
        name for name, _view, arguments in routes() if any("token" in each for each in arguments)
    }

    assert with_token <= {resolve(url.partition("?")[0]).view_name for url in scanned}


@pytest.mark.parametrize("name", [None, "member", "outsider"])
def test_opening_a_link_writes_no_row(client, scanned, name, request):
    if name:
        client.force_login(request.getfixturevalue(name))
    before = everything()

    statuses = {
        client.generic(method, url).status_code for url in scanned for method in ("GET", "HEAD")
    }

    assert everything() == before
    assert statuses <= {200, 302, 403, 404, 410}
    assert Meeting.objects.get().rsvps.get().answer == "yes"
