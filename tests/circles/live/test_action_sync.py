"""Action items as the live page sends them: saved once, in any order that they arrive."""

import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from circles.models import ActionItem
from tests.factories import make_meeting, make_membership, make_user


@pytest.fixture
def meeting(circle, brief):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now() - timedelta(minutes=20))
    meeting.start()
    return meeting


@pytest.fixture
def recorder(client, member):
    client.force_login(member)
    return client


def send(client, method, meeting, key, **fields):
    url = reverse("circles:action_sync", args=[meeting.circle.slug, meeting.number, key])
    body = urlencode({"text": "Ask the library", "owner": "", "due_on": "", "step": ""} | fields)
    return client.generic(method, url, body, content_type="application/x-www-form-urlencoded")


def test_a_promise_is_made_once_however_often_it_is_sent(recorder, meeting):
    key = uuid.uuid4()

    answers = [send(recorder, "PUT", meeting, key).status_code for _again in range(3)]

    assert answers == [201, 200, 200]
    assert [str(action) for action in meeting.action_items.all()] == ["Ask the library"]


def test_it_is_changed_by_who_wrote_it_down_though_another_promised_it(recorder, meeting, circle):
    key, owner = uuid.uuid4(), make_membership(circle, make_user("ida@example.org"))
    send(recorder, "PUT", meeting, key, owner=owner.pk)

    answer = send(recorder, "PUT", meeting, key, owner=owner.pk, text="Ask the two libraries")

    (told,) = answer.json()["actions"]
    assert (told["text"], told["owner"]) == ("Ask the two libraries", owner.pk)
    assert (told["id"], told["may_edit"]) == (str(key), True)


def test_a_change_that_started_from_something_older_says_what_stands(recorder, meeting):
    key = uuid.uuid4()
    first = send(recorder, "PUT", meeting, key).json()["actions"][0]["revision"]
    send(recorder, "PUT", meeting, key, text="Ask the mayor")

    answer = send(recorder, "PUT", meeting, key, text="Ask the school", seen=first)

    assert answer.status_code == 409
    assert "It now says “Ask the mayor”" in answer.json()["errors"]["__all__"]
    assert meeting.action_items.get().text == "Ask the mayor"


def test_taking_it_back_twice_is_as_once_and_it_can_come_back(recorder, meeting):
    key = uuid.uuid4()
    send(recorder, "PUT", meeting, key)

    statuses = [send(recorder, "DELETE", meeting, key).status_code for _again in range(2)]
    assert statuses == [200, 200]
    assert not meeting.action_items.exists()

    assert send(recorder, "PUT", meeting, key).status_code == 201


def test_nobody_changes_what_another_wrote_and_promised(client, recorder, meeting, circle):
    key = uuid.uuid4()
    send(recorder, "PUT", meeting, key)
    other = make_user("amir@example.org")
    make_membership(circle, other)
    client.force_login(other)

    answers = [send(client, method, meeting, key) for method in ("PUT", "DELETE")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert meeting.action_items.get().text == "Ask the library"


def test_bad_input_is_told_by_its_field_and_nothing_is_kept(recorder, meeting):
    answer = send(recorder, "PUT", meeting, uuid.uuid4(), text=" ", due_on="soon")

    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"text", "due_on"}
    assert not meeting.action_items.exists()


def test_a_promise_of_another_meeting_is_not_found(recorder, meeting, circle):
    key = uuid.uuid4()
    send(recorder, "PUT", meeting, key)
    other = make_meeting(circle, starts_at=timezone.now())

    assert send(recorder, "PUT", other, key).status_code == 404


@pytest.mark.parametrize(
    "state", [{"cancelled_at": timezone.now()}, {"scheduled_at": None}], ids=["cancelled", "draft"]
)
def test_live_page_and_form_refuse_a_new_action_item_for_the_same_reason(
    client, facilitator, circle, state
):
    meeting = make_meeting(circle, starts_at=timezone.now(), **state)
    client.force_login(facilitator)

    live = send(client, "PUT", meeting, uuid.uuid4())
    address = reverse("circles:action_create", args=[circle.slug, meeting.number])
    form = client.post(address, {"text": "Ask the library"})

    why = ActionItem.why_closed(meeting)
    assert live.status_code == 403
    assert live.json()["errors"] == {"__all__": why}
    assert form.context["form"].non_field_errors() == [why]
    assert "Ask the library" in form.content.decode()
    assert not meeting.action_items.exists()


def test_an_action_item_of_a_meeting_cancelled_since_can_be_taken_back(recorder, circle):
    meeting, key = make_meeting(circle, starts_at=timezone.now()), uuid.uuid4()
    send(recorder, "PUT", meeting, key)
    meeting.cancel()

    assert send(recorder, "DELETE", meeting, key).status_code == 200
    assert not meeting.action_items.exists()
