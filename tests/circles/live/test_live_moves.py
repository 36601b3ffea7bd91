"""The server's half of the table of moves; tests/browser/test_live_scripts.py has the page's."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from circles.live import moves
from circles.models import AgendaItem
from tests.factories import make_meeting

CASES = json.loads((Path(__file__).parents[2] / "live_moves.json").read_text(encoding="utf-8"))
ITEMS = 4


def make(meeting, items, move, at):
    """Make one move, as `MoveForm` does."""
    item = items[move["item"] - 1] if "item" in move else None
    match move["do"]:
        case "start":
            moves.begin(meeting, at)
        case "open":
            moves.open_item(meeting, item, at)
        case "more":
            moves.give_more(meeting, item, move["minutes"])
        case "defer":
            moves.defer(meeting, item, move["on"], at)
        case "show":
            moves.show(meeting, item, move["showing"])
        case "turn":
            moves.take_turn(meeting, item, move["who"], move["state"])
        case "end":
            meeting.end()


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_move_does_what_the_table_says(case, db):
    meeting = make_meeting(starts_at=timezone.now() - timedelta(hours=3))
    for position in range(1, ITEMS + 1):
        meeting.agenda_items.create(kind=AgendaItem.Kind.OTHER, title="Talk", position=position)

    for move in case["moves"]:
        at = meeting.starts_at + timedelta(minutes=move["at"])
        make(meeting, list(meeting.agenda_items.all()), move, at)
        meeting.refresh_from_db()

    items = list(meeting.agenda_items.all())
    open_item = moves.find_open_item(items)

    def numbers(holds):
        return [number for number, item in enumerate(items, start=1) if holds(item)]

    def number_of(item):
        return items.index(item) + 1 if item else None

    found = {
        "started": (meeting.started_at - meeting.starts_at) / timedelta(minutes=1),
        "ended": meeting.ended_at is not None,
        "showing": meeting.showing,
        "open": number_of(open_item),
        "next": number_of(moves.find_next(items, open_item)) if open_item else None,
        "opened": numbers(lambda item: item.opened_at),
        "closed": numbers(lambda item: item.closed_at),
        "deferred": numbers(lambda item: item.deferred_at),
        "used": [item.used_seconds for item in items],
        "extra": [item.extra_minutes for item in items],
        "turns": open_item.turns if open_item else [],
    }
    assert {name: found[name] for name in case["then"]} == case["then"]
