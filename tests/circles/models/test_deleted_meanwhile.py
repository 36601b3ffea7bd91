"""What is deleted between a request's look at it and its change is no server error."""

import uuid
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from circles.live import agenda, moves
from circles.models import ActionItem, AgendaItem, Swap
from config.locks import RowGone
from tests.factories import make_meeting, make_membership, make_note, make_poll

WRITTEN = "Ask the library for the big room."
HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}


@pytest.fixture
def action(meeting, member):
    owner = member.memberships.get()
    return ActionItem(meeting=meeting, text="Ask.", owner=owner, author=member).add()


@pytest.fixture
def deleted_meanwhile(monkeypatch):
    """Deletes an action item as soon as its lock is asked for."""
    lock = ActionItem.locked

    def too_late(self, **how):
        ActionItem.objects.filter(pk=self.pk).delete()
        return lock(self, **how)

    monkeypatch.setattr(ActionItem, "locked", too_late)


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


@pytest.mark.parametrize("headers", [HERE, {}])
def test_a_change_of_what_is_gone_gives_back_what_was_typed(
    client, member, meeting, action, deleted_meanwhile, headers
):
    client.force_login(member)

    response = client.post(
        url(meeting, "action_edit", action.pk), {"text": WRITTEN, "save": "Save"}, headers=headers
    )

    page = response.content.decode()
    assert response.status_code == 410
    assert WRITTEN in page
    assert "Someone just deleted this" in page


def test_an_answer_to_a_note_that_is_gone_comes_back(client, member, facilitator, meeting):
    note = make_note(meeting, facilitator, text="Who pays?", kind="question")
    note.delete_softly()
    client.force_login(member)
    sent = {"answer": WRITTEN, "started_from": ""}

    answered = client.post(url(meeting, "note_answer", note.pk), sent, headers=HERE)
    looked = client.get(url(meeting, "note_answer", note.pk))

    assert (answered.status_code, looked.status_code) == (410, 404)
    assert WRITTEN in answered.text
    assert "Who pays?" not in answered.text + looked.text


def test_a_tick_of_what_is_gone_says_so(client, member, meeting, action, deleted_meanwhile):
    client.force_login(member)

    response = client.post(url(meeting, "action_toggle", action.pk), {"done": "on"})

    assert response.status_code == 410
    assert "Someone just deleted this" in response.content.decode()


def test_the_wire_is_told_in_its_own_language(client, member, meeting, action, deleted_meanwhile):
    ActionItem.objects.update(key=(key := uuid.uuid4()))
    client.force_login(member)

    answer = client.generic(
        "PUT",
        url(meeting, "action_sync", key),
        urlencode({"text": WRITTEN, "seen": "0"}),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 410
    assert "Someone just deleted this" in answer.json()["errors"]["__all__"]


@pytest.mark.parametrize(
    "move",
    [
        lambda meeting, item: moves.open_item(meeting, item),
        lambda meeting, item: moves.give_more(meeting, item, 5),
        lambda meeting, item: moves.defer(meeting, item, True),
        lambda meeting, item: moves.show(meeting, item, "readback"),
        lambda meeting, item: moves.take_turn(meeting, item, "m1", "spoke"),
    ],
)
def test_no_move_is_made_at_an_item_that_left_the_agenda(circle, brief, section, move):
    meeting = make_meeting(circle, brief=brief)
    agenda.keep(meeting, agenda.propose(meeting, [section]), started_from=0)
    item = meeting.agenda_items.first()
    AgendaItem.objects.filter(pk=item.pk).delete()

    with pytest.raises(RowGone):
        move(meeting, item)


def test_a_question_to_swap_that_was_taken_back_is_declined_without_a_word(circle, meeting):
    asker, asked = make_membership(circle), make_membership(circle)
    swap = Swap.objects.ask(meeting, asker, asked)
    Swap.objects.all().delete()

    swap.decline()

    assert not Swap.objects.exists()


def test_declining_again_keeps_the_first_time(circle, meeting):
    asker, asked = make_membership(circle), make_membership(circle)
    swap = Swap.objects.ask(meeting, asker, asked)
    first = timezone.now()
    Swap.objects.update(declined_at=first)

    swap.decline()

    assert Swap.objects.get().declined_at == first


def test_a_date_that_was_taken_out_of_a_poll_is_not_picked(circle):
    poll = make_poll(circle, place="The library")
    option = poll.options.first()
    poll.options.filter(pk=option.pk).delete()

    with pytest.raises(ValidationError, match="just removed"):
        poll.pick(option, tell=True)

    assert not circle.meetings.exists()
