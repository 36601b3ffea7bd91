"""How many things a circle's people can have emailed to its members in a day."""

from datetime import timedelta

import pytest
from django.db.models import F

from circles.models import Mail, mail_querysets
from config.refusal import LimitReached
from tests.factories import make_circle, make_meeting, make_poll

EDIT = "/circles/maple-street/meetings/1/edit/"


@pytest.fixture(autouse=True)
def three_a_day(monkeypatch):
    monkeypatch.setattr(mail_querysets, "MOST_A_DAY", 3)


@pytest.fixture
def told(circle, member):
    """A meeting of a circle that has told its members of three things today."""
    meetings = [make_meeting(circle, place="Library", scheduled_at=None) for _time in range(3)]
    for meeting in meetings:
        meeting.schedule()
    return meetings[0]


def test_one_more_thing_is_refused_and_nothing_is_changed(circle, told):
    draft = make_meeting(circle, place="Library", scheduled_at=None)
    before = Mail.objects.count()

    with pytest.raises(LimitReached, match="has emailed its members about 3 things in 24 hours"):
        draft.schedule()
    with pytest.raises(LimitReached):
        make_poll(circle)

    draft.refresh_from_db()
    assert draft.is_draft
    assert not circle.polls.exists()
    assert Mail.objects.count() == before


def test_the_next_day_and_in_another_circle_there_is_room(circle, told):
    make_meeting(make_circle(), place="Library", scheduled_at=None).schedule()
    Mail.objects.update(created_at=F("created_at") - timedelta(hours=25))

    make_meeting(circle, place="Library", scheduled_at=None).schedule()


def test_calling_off_is_never_held_up(told, member):
    Mail.objects.filter(meeting=told).mark_sent("<once@example.org>")
    told.cancel()

    assert Mail.objects.filter(kind=Mail.Kind.CANCELLED, user=member).exists()


def test_what_no_one_is_told_of_is_saved(circle, told):
    told.title = "Potluck"
    told.keep(["title"], calendars_hear=False)


def test_a_page_that_runs_into_the_limit_says_so_and_keeps_what_was_typed(
    client, facilitator, told
):
    client.force_login(facilitator)
    form = client.get(EDIT).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    typed |= {"day": told.local_start.date().isoformat(), "clock": "19:15", "place": "The old mill"}
    typed["anyway"] = "on"  # In the evening, the other meetings are at that time.
    before = Mail.objects.count()

    answer = client.post(EDIT, typed, headers={"origin": "http://testserver"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Try again after" in page
    assert "The old mill" in page
    told.refresh_from_db()
    assert told.place == "Library"
    assert Mail.objects.count() == before
