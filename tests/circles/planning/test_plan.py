"""Planning a year: dates are shown with their clashes, and created as drafts."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefs.models import Series
from circles.models import Meeting
from tests.factories import make_brief, make_circle, make_meeting, make_membership

PLAN = "/circles/maple-street/plan/"


def asking(**changes):
    """The URL of a plan: the third Thursday of each month, in the spring of 2031."""
    asked = {"words": "third Thursday, 7 pm", "begin": "2031-01-01", "number": 3}
    return f"{PLAN}?{urlencode(asked | changes, doseq=True)}"


def sent(page, **changes):
    """The rows of the page as a browser would send them."""
    rows = page.context["dates"].rows
    fields = {"row": [row.number for row in rows]}
    for row in rows:
        fields |= {row[name].html_name: row[name].value() for name in row.fields}
    return fields | changes


def dates(page):
    return [f"{row['day'].value()} {row['clock'].value()}" for row in page.context["dates"].rows]


def briefs(page):
    return [row["brief"].value() for row in page.context["dates"].rows]


def planned(circle):
    return [f"{meeting.local_start:%Y-%m-%d %H:%M}" for meeting in circle.meetings.to_come()]


@pytest.fixture
def fran(client, facilitator):
    client.force_login(facilitator)
    return facilitator


@pytest.fixture
def series(brief):
    """Two briefs to be read in this order: Water, and one more."""
    series = Series.objects.create(slug="year", title="A year of conversations")
    series.entries.create(brief=brief, position=1)
    series.entries.create(brief=make_brief(title="Air"), position=2)
    return series


def test_a_preview_shows_the_dates_and_makes_nothing(client, fran, circle):
    with CaptureQueriesContext(connection) as captured:
        page = client.get(asking())

    wrote = [q["sql"] for q in captured if re.match("INSERT|UPDATE|DELETE", q["sql"])]
    assert dates(page) == ["2031-01-16 19:00", "2031-02-20 19:00", "2031-03-20 19:00"]
    assert "The third Thursday of the month at 7 PM." in page.content.decode()
    assert not circle.meetings.exists()
    assert wrote == []


def test_they_are_made_as_drafts_at_seven_on_both_sides_of_the_clock_change(client, fran, circle):
    client.post(asking(), sent(client.get(asking()), do="create"))

    meetings = list(circle.meetings.order_by("starts_at"))
    assert [meeting.starts_at for meeting in meetings] == [
        datetime(2031, 1, 17, 0, tzinfo=UTC),
        datetime(2031, 2, 21, 0, tzinfo=UTC),
        datetime(2031, 3, 20, 23, tzinfo=UTC),
    ]
    assert [meeting.number for meeting in meetings] == [1, 2, 3]
    assert {meeting.state for meeting in meetings} == {Meeting.State.DRAFT}


def test_a_month_to_begin_with_leaves_a_whole_year_to_plan(client, fran, circle):
    words = "third Thursday of each month at 7 in the evening, not in July and August, from January"
    url = asking(words=words, begin="2030-11-26", number="")

    page = client.get(url)
    client.post(url, sent(page, do="create"))

    assert page.context["form"]["begin"].value() == "2031-01-01"
    assert len(planned(circle)) == 10
    assert planned(circle)[0] == "2031-01-16 19:00"
    assert planned(circle)[-1] == "2031-12-18 19:00"
    circle.refresh_from_db()
    assert circle.cadence == "The third Thursday of the month at 7 PM, but not in July or August"


def test_a_series_gives_one_meeting_to_each_of_its_briefs_in_order(client, fran, circle, series):
    url = asking(series=series.pk, number="")

    client.post(url, sent(client.get(url), do="create"))

    made = circle.meetings.order_by("starts_at")
    assert [meeting.brief.title for meeting in made] == ["Water", "Air"]
    assert made[0].edition == made[0].brief.edition


def test_sending_it_twice_makes_one_set(client, fran, circle):
    fields = sent(client.get(asking()), do="create")

    client.post(asking(), fields)
    again = client.post(asking(), fields, follow=True)

    assert circle.meetings.count() == 3
    assert "3 were already planned." in again.content.decode()


def test_a_day_that_has_a_meeting_is_shown_and_not_doubled(client, fran, circle):
    circle.meetings.model.plan(
        circle, title="Potluck", starts_at=datetime(2031, 2, 20, 23, tzinfo=UTC)
    ).add()

    page = client.get(asking())
    client.post(asking(), sent(page, do="create"))

    assert "Potluck" in page.content.decode()
    assert "Create 2 drafts" in page.content.decode()
    assert planned(circle) == ["2031-01-16 19:00", "2031-02-20 18:00", "2031-03-20 19:00"]


def test_words_that_are_not_understood_come_back_with_a_sentence(client, fran):
    page = client.get(asking(words="every thrid Thursday")).content.decode()

    assert "“thrid”. Did you mean “third”?" in page
    assert 'value="every thrid Thursday"' in page


@pytest.mark.parametrize(
    "asked",
    [
        {"begin": "9999-12-31"},
        {"begin": "0001-01-01"},
        {"begin": "soon"},
        {"number": 10**9},
        {"series": "x", "briefs": ["y", "-1"]},
        {"words": "", "which": "week99", "weekday": 12},
        {"words": "", "which": "month3", "without": list(range(1, 13))},
        {"words": "the 30th, only in February", "number": ""},
        {"country": "XX", "region": "IL"},
        {"words": "x" * 300},
    ],
)
def test_nonsense_in_the_address_is_a_page_all_the_same(client, fran, asked):
    assert client.get(asking(**asked)).status_code == 200


def test_the_words_that_were_typed_count_until_something_else_is_chosen(client, fran):
    first = client.get(asking(words="third Thursday, 7 pm"))
    kept = {name: first.context["form"][name].value() for name in ("words", "said", "which")}

    by_choice = client.get(asking(**kept | {"which": "week2", "weekday": 1, "clock": "18:30"}))
    by_words = client.get(asking(**kept | {"words": "last Monday at noon"}))

    assert "Every two weeks on Tuesday at 6:30 PM." in by_choice.content.decode()
    assert "The last Monday of the month at noon." in by_words.content.decode()


def test_a_date_is_moved_by_hand(client, fran, circle):
    page = client.get(asking())

    client.post(
        asking(), sent(page, **{"row-1-day": "2031-02-21", "row-1-clock": "18:30"}, do="create")
    )

    assert planned(circle) == ["2031-01-16 19:00", "2031-02-21 18:30", "2031-03-20 19:00"]


def test_skipping_a_date_moves_the_briefs_on_and_taking_one_out_does_not(client, fran, series):
    url = asking(series=series.pk, number="")
    page = client.get(url)
    water, air = briefs(page)

    skipped = client.post(url, sent(page, do="skip-0"))
    dropped = client.post(url, sent(page, do="drop-0"))

    assert dates(skipped) == ["2031-02-20 19:00", "2031-03-20 19:00"]
    assert briefs(skipped) == [water, air]
    assert (dates(dropped), briefs(dropped)) == (["2031-02-20 19:00"], [air])
    assert not Meeting.objects.exists()


def test_one_more_date_is_the_next_of_the_cadence(client, fran):
    added = client.post(asking(), sent(client.get(asking()), do="add"))

    assert dates(added)[-1] == "2031-04-17 19:00"


def test_a_fault_makes_nothing_and_loses_nothing(client, fran, circle):
    page = client.get(asking())

    refused = client.post(
        asking(), sent(page, **{"row-0-day": "2031-02-20", "row-1-clock": "soon"}, do="create")
    )

    shown = refused.content.decode()
    assert "Nothing was created." in shown
    assert dates(refused)[:2] == ["2031-02-20 19:00", "2031-02-20 soon"]
    assert not circle.meetings.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"row-0-day": "2020-01-16"}, "That date has passed."),
        ({"row-0-day": "2031-02-20"}, "Meeting 1 is on this date too."),
        ({"row-0-day": ""}, "Choose a date, or remove this one."),
        ({"row-0-day": "9999-12-31"}, "That’s years away."),
        ({"row-0-day": "0001-01-01"}, "That date has passed."),
        (
            {"row-0-day": "2031-03-09", "row-0-clock": "02:30"},
            "Clocks spring forward that night and skip this time.",
        ),
        ({"row-0-day": "2031-11-02", "row-0-clock": "01:30"}, "this time comes twice"),
    ],
)
def test_a_date_that_cannot_be_or_is_odd_is_told_beside_it(client, fran, changes, told):
    page = client.post(asking(), sent(client.get(asking()), **changes, do="look"))

    assert told in page.content.decode()


def test_a_date_whose_time_the_clocks_skip_is_an_hour_later_and_says_so(client, fran, circle):
    url = asking(words="second Sunday at 2:30 am", begin="2031-03-01", number=1)

    page = client.get(url)
    client.post(url, sent(page, do="create"))

    assert (
        "Clocks spring forward that night, so this meeting starts an hour later."
        in page.content.decode()
    )
    assert planned(circle) == ["2031-03-09 03:30"]


def test_holidays_of_the_country_by_the_time_zone_are_told(client, fran):
    page = client.get(asking(words="25th of the month", begin="2031-12-01", number=1))

    assert "Holiday: Christmas Day." in page.content.decode()


@pytest.mark.parametrize(
    ("country", "region", "is_told"),
    [("DE", "BY", True), ("DE", "BE", False), ("none", "", False), ("US", "BY", False)],
)
def test_the_country_and_its_part_can_be_chosen(client, fran, country, region, is_told):
    url = asking(words="6th of the month", number=1, country=country, region=region)

    told = "Holiday: Epiphany." in client.get(url).content.decode()

    assert told is is_told


def test_the_chosen_country_is_kept_for_the_next_time(client, fran, circle):
    url = asking(country="DE", region="BY")

    client.post(url, sent(client.get(url), do="create"))

    circle.refresh_from_db()
    assert (circle.country, circle.region) == ("DE", "BY")
    assert client.get(PLAN).context["form"]["region"].value() == "BY"


@pytest.mark.parametrize("place", [{"country": "US-TX"}, {"country": "US", "region": "TX"}])
def test_a_state_is_one_choice_and_is_kept(client, fran, circle, place):
    url = asking(words="2nd of the month", begin="2031-03-01", number=1, **place)
    page = client.get(url)

    client.post(url, sent(page, do="create"))

    assert "Holiday: Texas Independence Day." in page.content.decode()
    circle.refresh_from_db()
    assert (circle.country, circle.region) == ("US", "TX")
    for form in (page.context["form"], client.get(PLAN).context["form"]):
        assert form["country"].value() == "US-TX"
        assert "region" not in form.fields


def test_the_states_come_before_other_countries(client, fran):
    by_zone, none, states, others = client.get(PLAN).context["form"].fields["country"].choices

    assert [str(label) for _value, label in (by_zone, none)] == [
        "Based on the time zone: United States",
        "Don’t show holidays",
    ]
    assert [str(label) for _value, label in states[1]][:2] == [
        "United States (federal holidays only)",
        "Alabama",
    ]
    assert str(others[0]) == "Other countries"
    assert "US" not in dict(others[1])


def test_evenings_near_it_and_of_ones_other_circles_are_told(client, fran, circle):
    make_meeting(circle, title="Potluck", starts_at=datetime(2031, 1, 15, 0, tzinfo=UTC))
    harbor = make_circle(name="Harbor")
    make_membership(harbor, fran)
    make_meeting(harbor, starts_at=datetime(2031, 1, 16, 23, 30, tzinfo=UTC))
    make_meeting(harbor, starts_at=datetime(2031, 2, 21, tzinfo=UTC), scheduled_at=None)

    page = client.get(asking()).content.decode()

    assert "“Potluck” is 2 days earlier, on Tuesday, January 14, 2031." in page
    assert "You’re meeting with Harbor that day at 6:30 PM." in page
    # In a circle where the person is only a member, drafts are hidden from them.
    assert page.count("You’re meeting with") == 1


def test_all_drafts_can_be_told_at_once_except_those_that_lack_a_place(client, fran, circle):
    client.post(asking(), sent(client.get(asking()), do="create"))
    first = circle.meetings.order_by("number").first()
    circle.meetings.exclude(pk=first.pk).update(place="The library")

    told = client.post(f"{PLAN}schedule/", follow=True).content.decode()

    assert "2 meetings announced. " in told
    assert f"“{first}”: Add a place" in told
    assert list(circle.meetings.drafts()) == [first]


def test_the_page_knows_what_the_circle_is_used_to(client, fran, circle):
    circle.cadence = "Second Monday, 6 pm"
    circle.save()
    last = make_meeting(circle)

    form = client.get(PLAN).context["form"]

    assert form["words"].value() == "The second Monday of the month at 6 PM"
    assert (form["which"].value(), form["weekday"].value()) == ("month2", 0)
    assert form["begin"].value() == last.local_start.date() + timedelta(days=1)


def test_a_long_plan_asks_the_database_no_more_than_a_short_one(client, fran, circle):
    harbor = make_circle(name="Harbor")
    make_membership(harbor, fran)

    def queries(number):
        make_meeting(circle, starts_at=datetime(2031, number, 14, tzinfo=UTC), brief=make_brief())
        make_meeting(harbor, starts_at=datetime(2031, number, 16, tzinfo=UTC), brief=make_brief())
        with CaptureQueriesContext(connection) as captured:
            client.get(asking(number=number))
        return len(captured)

    queries(1)
    assert queries(2) == queries(12)
