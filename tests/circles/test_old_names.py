"""Forms of pages that were open during an upgrade are understood."""

import pytest
from django.http import QueryDict

from circles.forms.old_names import ROLES, renamed
from circles.models import Invitation
from tests.factories import make_meeting, make_poll

from .models.test_meetings import as_it_stands


def test_old_names_are_made_new_behind_a_prefix_too():
    sent = QueryDict("meeting-3-recorder=7&initial-meeting-3-recorder=&host=1")

    assert renamed(sent, ROLES).dict() == {
        "meeting-3-note_taker": "7",
        "initial-meeting-3-note_taker": "",
        "host": "1",
    }


def test_a_new_name_wins_over_an_old_one():
    sent = QueryDict("leader=1&facilitator=2")

    assert renamed(sent, ROLES)["leader"] == "1"


def test_an_old_page_of_a_circles_settings_saves_them(client, facilitator, circle):
    client.force_login(facilitator)
    url = f"/circles/{circle.slug}/settings/"
    form = client.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed["confidentiality"], typed["promise_notice"] = "recorded", "No bills."
    del typed["privacy"], typed["action_limits"]

    client.post(url, {name: "" if value is None else value for name, value in typed.items()})

    circle.refresh_from_db()
    assert (circle.privacy, circle.action_limits) == ("recorded", "No bills.")


@pytest.mark.parametrize(("old", "new"), ROLES.items())
def test_an_old_page_of_a_meeting_keeps_its_roles(client, facilitator, circle, meeting, old, new):
    me = circle.memberships.get(user=facilitator)
    client.force_login(facilitator)
    typed = as_it_stands(client, meeting, place="The library") | {old: me.pk}
    del typed[new]

    client.post(f"{meeting.get_absolute_url()}edit/", typed)

    meeting.refresh_from_db()
    assert getattr(meeting, new) == me


def test_an_old_button_takes_a_role(client, member, circle):
    meeting = make_meeting(circle)
    client.force_login(member)

    client.post(f"{meeting.get_absolute_url()}roles/", {"role": "recorder"})

    meeting.refresh_from_db()
    assert meeting.note_taker == circle.memberships.get(user=member)


def test_an_old_page_of_all_roles_saves_them(client, facilitator, circle):
    meeting = make_meeting(circle)
    me = circle.memberships.get(user=facilitator)
    client.force_login(facilitator)
    prefix = f"meeting-{meeting.number}"

    client.post(
        f"/circles/{circle.slug}/roles/edit/",
        {f"{prefix}-recorder": me.pk, f"initial-{prefix}-recorder": ""},
    )

    meeting.refresh_from_db()
    assert meeting.note_taker == me


def test_an_old_rsvp_keeps_its_comment(client, member, meeting):
    client.force_login(member)

    client.post(
        f"{meeting.get_absolute_url()}rsvp/", {"answer": "yes", "guests": 0, "word": "Late."}
    )

    assert meeting.rsvps.get().comment == "Late."


def test_an_old_answer_to_a_poll_keeps_its_comment(client, member, circle):
    poll = make_poll(circle)
    client.force_login(member)

    page = client.get(poll.get_absolute_url())
    names = [name for name in page.context["form"].fields if name != "comment"]
    marks = dict.fromkeys(names, "yes")
    client.post(f"{poll.get_absolute_url()}answer/", marks | {"word": "After eight."})

    assert poll.replies.get().comment == "After eight."


def test_an_old_invitation_keeps_its_message(client, facilitator, circle):
    client.force_login(facilitator)

    client.post(
        f"/circles/{circle.slug}/invitations/new/",
        {"emails": "ann@example.org", "word": "Do come."},
    )

    assert Invitation.objects.get(email="ann@example.org").message == "Do come."
