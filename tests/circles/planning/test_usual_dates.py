"""The date that a circle's next meeting is filled in with."""

from datetime import UTC, datetime, time

import pytest
from django.utils import timezone

from circles.planning.usual_dates import next_usual_start
from tests.factories import make_circle, make_meeting


@pytest.fixture(autouse=True)
def a_monday(monkeypatch):
    """It's June 2, 2031, in the evening in Chicago and already the next day in London."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 6, 3, 1, tzinfo=UTC))


def circle_that_meets(cadence):
    return make_circle(cadence=cadence, time_zone="America/Chicago")


@pytest.mark.parametrize(
    ("cadence", "start"),
    [
        ("third Thursday of the month, 7 pm", datetime(2031, 6, 19, 19)),
        # In less than a week there's no time to read.
        ("first Thursday of the month, 7 pm", datetime(2031, 7, 3, 19)),
        ("every week on Monday, noon", datetime(2031, 6, 9, 12)),
        ("when it suits us", None),
        ("", None),
    ],
)
def test_the_usual_words_give_the_next_date_at_least_a_week_ahead(db, cadence, start):
    assert next_usual_start(circle_that_meets(cadence)) == start


@pytest.mark.parametrize("announced", [True, False])
def test_it_comes_after_what_is_planned_already(db, announced):
    circle = circle_that_meets("third Thursday of the month, 7 pm")
    planned = {"scheduled_at": timezone.now() if announced else None}
    make_meeting(circle, starts_at=datetime(2031, 6, 20, tzinfo=UTC), **planned)

    assert next_usual_start(circle) == datetime(2031, 7, 17, 19)


def test_the_form_has_it_filled_in_with_the_usual_place(client, circle, facilitator):
    circle.cadence, circle.usual_place = "third Thursday of the month, 7:30 pm", "The library"
    circle.save()
    client.force_login(facilitator)

    form = client.get("/circles/maple-street/meetings/new/").context["form"]

    assert form["day"].value().day in range(15, 22)
    assert form["clock"].value() == time(19, 30)
    assert form["place"].value() == "The library"
