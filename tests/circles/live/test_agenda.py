"""The agenda: it fits the meeting, says when it does not, and loses nothing typed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from briefs.models import Section
from circles.live import agenda
from circles.live.agenda import Agenda
from circles.live.rows import MOST_PARKED
from circles.models import AgendaItem, Reading
from tests.factories import (
    make_brief,
    make_mark,
    make_meeting,
    make_membership,
    make_note,
    make_question,
    make_section,
)

Kind = AgendaItem.Kind


@pytest.fixture
def brief(db):
    brief = make_brief(slug="water")
    for slug in ("wells", "pipes", "rain", "rivers"):
        make_section(brief, slug=slug, heading=slug.capitalize())
    return brief


@pytest.fixture
def meeting(circle, facilitator, member, brief):
    return make_meeting(circle, brief=brief, duration_minutes=90)


@pytest.fixture
def desk(client, facilitator):
    client.force_login(facilitator)
    return client


def url(meeting, name="agenda_edit"):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def section(slug):
    return Section.objects.get(slug=slug)


def sent(response, do="save", **changes):
    """The data that a page's form sends when this button is pressed."""
    form = response.context["form"]
    fields = {"revision": form.revision, "row": [], "do": do}
    fields["people"] = form.heads["people"].value()
    for place, row in enumerate(form.rows):
        fields["row"].append(place)
        fields |= {row[name].html_name: row[name].value() or "" for name in row.fields}
        fields[row["minutes"].html_name] = row["minutes"].value()
    return fields | changes


def press(client, meeting, do, **changes):
    return client.post(url(meeting), sent(client.get(url(meeting)), do, **changes), follow=True)


def names(meeting):
    return [str(item) for item in meeting.agenda_items.select_related("section")]


def test_a_first_agenda_fills_the_evening_to_the_minute(desk, meeting):
    plan = desk.get(url(meeting)).context["agenda"]

    assert plan.spare_minutes == 0
    assert [str(item) for item in plan.items] == [
        *("Welcome", "Our agreements", "Opening round", "Wells", "Pipes", "Rain"),
        *("Action items", "Closing round", "Next meeting date"),
    ]
    assert not meeting.agenda_items.exists()


def test_the_clock_is_the_circles_own(desk, circle, brief):
    circle.time_zone = "Asia/Tokyo"
    circle.save()
    begins = datetime(2027, 3, 4, 10, 5, tzinfo=UTC)
    meeting = make_meeting(circle, brief=brief, starts_at=begins, duration_minutes=90)

    assert "7:05–8:35 PM" in desk.get(url(meeting)).content.decode()


def test_what_members_want_to_talk_about_comes_first(desk, meeting, member, circle):
    mine = circle.memberships.get(user=member)
    Reading.objects.create(meeting=meeting, section=section("pipes"))
    for kind in ("star", "confusing"):
        make_mark(member, section("rivers"), kind=kind, memberships=[mine])

    page = desk.get(url(meeting))

    offered = [choice.section.slug for choice in page.context["offered"]]
    assert offered == ["rivers", "pipes", "wells", "rain"]
    assert [str(item) for item in page.context["agenda"].talk] == ["Pipes", "Rivers"]
    assert "Mel" not in page.content.decode()


def test_what_is_open_from_last_time_heads_the_evening(desk, meeting, member, circle):
    earlier = make_meeting(circle, starts_at=timezone.now() - timedelta(days=30))
    earlier.action_items.create(text="Ask the library")
    make_note(earlier, member, text="Who pays?", kind="question")

    press(desk, meeting, "save")

    assert "From last time" in names(meeting)
    read = desk.get(url(meeting, "agenda_detail")).content.decode()
    assert "Ask the library" in read
    assert "Who pays?" in read


def test_the_live_page_has_the_newest_of_a_long_parking_lot(desk, meeting, member, circle):
    earlier = make_meeting(circle, starts_at=timezone.now() - timedelta(days=30))
    for number in range(10, 10 + MOST_PARKED + 1):
        make_note(earlier, member, text=f"Topic {number}", kind="question")
    press(desk, meeting, "save")

    live = desk.get(url(meeting, "meeting_run")).content.decode()
    agenda = desk.get(url(meeting, "agenda_detail")).content.decode()

    assert "Topic 10" not in live
    assert live.index("Topic 11") < live.index(f"Topic {10 + MOST_PARKED}")
    assert "See the whole parking lot" in live
    assert "Topic 10" in agenda


def test_the_closing_is_counted_from_the_end(meeting):
    items = [
        AgendaItem(kind=Kind.WELCOME, minutes=10),
        AgendaItem(kind=Kind.PROMISES, minutes=6),
        AgendaItem(kind=Kind.CLOSING, minutes=9),
    ]

    rows = Agenda(meeting, items, people=8).rows

    assert rows[1].starts_at == meeting.local_end - timedelta(minutes=15)
    assert rows[-1].ends_at == meeting.local_end


def test_more_talk_than_time_is_said_plainly(desk, meeting, brief):
    for _person in range(8):
        meeting.answer(make_membership(meeting.circle), "yes")
    press(desk, meeting, "save")

    page = desk.get(url(meeting)).content.decode()

    assert "you’ll need 48 minutes" not in page
    press(desk, meeting, "add", new="rivers")
    press(desk, meeting, "share")
    page = desk.get(url(meeting)).content.decode()
    assert "If everyone (8) talks for two minutes about each topic, you’ll need 64 minutes." in page
    assert "You have 59 minutes." in page
    assert "That’s enough time for about 3 topics." in page


def test_the_agenda_is_for_as_many_people_as_the_facilitator_says(desk, meeting):
    press(desk, meeting, "save", people=20)

    page = desk.get(url(meeting))
    assert "hearing from everyone takes 40 min" in page.text
    press(desk, meeting, "save", people=page.context["form"].counted)
    meeting.refresh_from_db()
    assert meeting.planned_people is None  # RSVPs count again


def test_times_follow_what_is_typed_and_nothing_is_saved(desk, meeting):
    page = desk.get(url(meeting))
    times = [row.starts_at for row in page.context["agenda"].rows]

    look = desk.post(url(meeting), sent(page, "look", **{"row-0-minutes": 13}))
    wrong = desk.post(url(meeting), sent(page, "look", **{"row-0-minutes": "ten"}))

    later = [row.starts_at for row in look.context["agenda"].rows]
    assert later[1] == times[1] + timedelta(minutes=10)
    assert wrong.status_code == 204
    assert not meeting.agenda_items.exists()


def test_a_new_agenda_is_only_suggested_and_what_was_typed_is_saved(desk, meeting):
    press(desk, meeting, "drop-4")

    page = press(desk, meeting, "propose", **{"row-0-minutes": 9})

    assert "Pipes" in [str(item) for item in page.context["agenda"].items]
    assert "nothing is saved yet" in page.text
    assert "Pipes" not in names(meeting)
    assert meeting.agenda_items.get(kind=Kind.WELCOME).minutes == 9


def test_assigned_sections_are_suggested_before_starred_ones(meeting, member, circle):
    mine = circle.memberships.get(user=member)
    for slug in ("wells", "rain", "rivers"):
        make_mark(member, section(slug), kind="star", memberships=[mine])
    Reading.objects.create(meeting=meeting, section=section("pipes"))

    sections = agenda.suggested(agenda.offered_sections(meeting))

    assert [each.slug for each in sections] == ["wells", "pipes", "rain"]


def test_a_plan_longer_than_the_evening_is_said(desk, meeting):
    press(desk, meeting, "save", **{"row-0-minutes": 33})

    assert "Your agenda is 30 minutes too long." in desk.get(url(meeting)).content.decode()


@pytest.mark.parametrize(
    ("do", "order"),
    [
        ("up-4", ["Pipes", "Wells", "Rain"]),
        ("down-3", ["Pipes", "Wells", "Rain"]),
        ("drop-4", ["Wells", "Rain"]),
    ],
)
def test_each_button_does_its_one_thing_and_keeps_the_rest(desk, meeting, do, order):
    press(desk, meeting, do, **{"row-0-minutes": 7})

    talk = [str(item) for item in meeting.agenda_items.filter(kind=Kind.SECTION)]
    assert talk == order
    assert meeting.agenda_items.get(kind=Kind.WELCOME).minutes == 7


def test_something_of_ones_own_comes_in_before_the_closing(desk, meeting):
    press(desk, meeting, "add", new_title="A guest speaks")

    assert names(meeting).index("A guest speaks") == names(meeting).index("Action items") - 1


@pytest.mark.parametrize("title", ["A\0guest", "A" * 161], ids=["NUL", "too long"])
def test_a_title_that_cannot_be_saved_is_refused(desk, meeting, title):
    page = press(desk, meeting, "add", new_title=title)

    (error,) = page.context["form"].errors
    assert page.status_code == 422
    assert str(error) in page.text
    assert not meeting.agenda_items.exists()
    assert page.context["form"].new_title == title
    assert f'value="{title}"' in page.text


def test_a_title_waits_in_its_field_while_the_minutes_are_wrong(desk, meeting):
    page = press(desk, meeting, "add", new_title="A guest speaks", **{"row-0-minutes": "ten"})

    assert 'value="A guest speaks"' in page.text


def test_rows_that_were_dragged_are_kept_in_their_new_order(desk, meeting):
    fields = sent(desk.get(url(meeting)))
    fields["row"] = [0, 1, 2, 5, 3, 4, 6, 7, 8]

    desk.post(url(meeting), fields)

    assert names(meeting)[3:6] == ["Rain", "Wells", "Pipes"]


def test_minutes_that_are_none_are_refused_and_nothing_typed_is_lost(desk, meeting):
    page = desk.get(url(meeting))

    answer = desk.post(url(meeting), sent(page, **{"row-0-minutes": "ten", "row-1-minutes": 4}))

    assert "must be a number from 0 to 600" in answer.content.decode()
    assert 'value="ten"' in answer.content.decode()
    assert answer.context["theirs"] is None
    assert answer.status_code != 409
    assert not meeting.agenda_items.exists()


def test_an_agenda_that_another_facilitator_saved_meanwhile_is_shown_beside(desk, meeting):
    mine = sent(desk.get(url(meeting)), **{"row-0-minutes": 9})
    press(desk, meeting, "drop-4")

    answer = desk.post(url(meeting), mine)

    assert answer.status_code == 409
    assert "Someone else just changed this agenda." in answer.content.decode()
    assert "Pipes" not in names(meeting)
    desk.post(url(meeting), sent(answer))
    assert "Pipes" in names(meeting)
    assert meeting.agenda_items.get(kind=Kind.WELCOME).minutes == 9


def test_an_item_that_was_opened_stays_so_when_the_agenda_is_saved(desk, meeting):
    press(desk, meeting, "save")
    first = meeting.agenda_items.first()
    AgendaItem.objects.filter(pk=first.pk).update(opened_at=timezone.now())

    press(desk, meeting, "down-0")

    assert meeting.agenda_items.get(pk=first.pk).opened_at


def test_the_circle_keeps_its_own_template(desk, meeting, circle, brief):
    press(desk, meeting, "add", new_title="Soup")
    press(desk, meeting, "drop-1")
    press(desk, meeting, "template")

    another = make_meeting(circle, brief=brief)
    plan = desk.get(url(another)).context["agenda"]

    assert [str(item) for item in plan.items] == [
        *("Welcome", "Opening round", "Wells", "Pipes", "Rain", "Soup"),
        *("Action items", "Closing round", "Next meeting date"),
    ]


def test_a_short_evening_halves_what_is_around_the_talk(circle, brief):
    meeting = make_meeting(circle, brief=brief, duration_minutes=45)

    items = agenda.propose(meeting, [section("wells")])

    assert sum(item.minutes for item in items) == 45
    assert next(item.minutes for item in items if item.kind == Kind.CLOSING) == 3


def test_members_read_it_without_the_prompts_that_are_the_facilitators(
    client, desk, member, meeting
):
    make_question(section("wells"), text="What do you see?", prompts="Ask Ann first.")
    press(desk, meeting, "save")
    own_copy = url(meeting, "agenda_detail") + "?copy=facilitator"
    facilitators = desk.get(own_copy).content.decode()

    client.force_login(member)
    members = client.get(own_copy).content.decode()

    assert "Ask Ann first." in facilitators
    assert "What do you see?" in members
    assert "Ask Ann first." not in members


def test_an_agenda_of_a_meeting_without_a_brief_is_made_too(desk, circle):
    meeting = make_meeting(circle)

    press(desk, meeting, "add", new_title="What we read next year")

    assert "What we read next year" in names(meeting)
