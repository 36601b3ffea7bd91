"""What earlier scripts saved on a device is still used and sent after an upgrade."""

import json
import uuid

import pytest

from circles.models import Meeting

pytestmark = pytest.mark.service_worker

RUN = "/circles/maple-street/meetings/2/run/"
KEEP = "([key, value]) => localStorage.setItem(key, value)"


def test_a_queue_of_before_arrives_and_old_keys_and_copies_are_gone(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    meeting = Meeting.objects.get(circle__slug="maple-street", number=2)
    user = meeting.circle.memberships.get(user__email="facilitator@example.org").user
    prefix = f"evening:{user.pk}:{meeting.pk}:"
    note, action = uuid.uuid4(), uuid.uuid4()
    base = f"{meeting.get_absolute_url()}"
    entries = [
        {
            "subject": f"note:{note}",
            "method": "PUT",
            "url": f"{base}notes/{note}/",
            "fields": {"text": "Kept before.", "kind": "point", "section": "", "question": ""},
            "base": "new",
        },
        {
            "subject": f"action:{action}",
            "method": "PUT",
            "url": f"{base}actions/{action}/",
            "fields": {"text": "Ask the mill", "owner": "", "due_on": "", "step": ""},
        },
    ]
    page.goto(facilitator.base + "/")
    for number, entry in enumerate(entries):
        key = f"{prefix}queue:{1700000000000 + number:015}"
        page.evaluate(KEEP, [key, json.dumps(entry)])
    half = {"text": "Half a thought", "owner": "", "due_on": "", "step": ""}
    page.evaluate(KEEP, [f"{prefix}promising", json.dumps(half)])
    page.evaluate(f"caches.open('evening-{user.pk}')")

    facilitator.visit(RUN)

    page.wait_for_function("() => document.querySelector('[data-live]').dataset.waiting === '0'")
    assert meeting.notes.get(pk=note).text == "Kept before."
    assert meeting.action_items.get(key=action).text == "Ask the mill"
    assert page.locator("#action-text").input_value() == "Half a thought"
    left = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('evening:'))")
    assert left == []
    page.wait_for_function(
        "async () => (await caches.keys()).every(name => !name.startsWith('evening-'))"
    )


def test_a_draft_of_before_comes_back_in_the_field_of_today(someone):
    facilitator = someone("facilitator@example.org")
    page = facilitator.page
    page.goto(facilitator.base + "/")
    user = page.evaluate("document.documentElement.dataset.user")
    circle = Meeting.objects.get(circle__slug="maple-street", number=2).circle
    draft = {"texts": {"promise_notice": "Leave out what divides us."}, "sent": False}
    page.evaluate(KEEP, [f"draft:{user}:circle-{circle.pk}", json.dumps(draft)])

    facilitator.visit("/circles/maple-street/settings/")

    field = page.locator("textarea[name=action_limits]")
    assert field.input_value() == "Leave out what divides us."
