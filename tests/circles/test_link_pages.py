"""Email scanners open every link, with GET and with HEAD; nothing must change."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import F

from circles import signed_links
from circles.models import Invitation, Meeting
from tests.factories import make_user


def everything():
    """Every row of every table except sessions."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model is not Session
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
    return [
        *(f"/join/{token}/" for _invitation, token in tokens.values()),
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/",
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk)}/?answer=no",
        f"/rsvp/{signed_links.sign('rsvp', mine.pk, meeting.pk + 1)}/",
        "/join/unknown/",
        "/rsvp/unknown/",
    ]


@pytest.mark.parametrize("name", [None, "member", "outsider"])
def test_opening_a_link_changes_no_row_but_sessions(client, scanned, name, request):
    if name:
        client.force_login(request.getfixturevalue(name))
    before = everything()

    statuses = {
        client.generic(method, url).status_code for url in scanned for method in ("GET", "HEAD")
    }

    assert everything() == before
    assert statuses <= {200, 302, 410}
    assert Meeting.objects.get().rsvps.get().answer == "yes"
