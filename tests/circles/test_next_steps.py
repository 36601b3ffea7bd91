"""The one thing to do next at a meeting: by its state, for facilitators and for members."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.meeting_overview import MeetingOverview
from circles.models import DatePoll, Membership
from circles.next_steps import notice_of_poll
from tests.factories import make_meeting, make_membership, make_poll

FACILITATOR, MEMBER = Membership.Role.FACILITATOR, Membership.Role.MEMBER


@pytest.fixture
def make_overview(circle, brief, section):
    """A meeting in a state, as one person finds it."""

    def make(state, role):
        now = timezone.now()
        far, near, past = (
            now + timedelta(days=7),
            now + timedelta(hours=1),
            now - timedelta(hours=1),
        )
        fields = {
            "draft": {"starts_at": far, "scheduled_at": None, "place": "The library"},
            "scheduled": {"starts_at": far},
            "without a brief": {"starts_at": far, "brief": None},
            "nothing to read": {"starts_at": far},
            "near": {"starts_at": near},
            "under way": {"starts_at": past, "started_at": past},
            "ended": {"starts_at": past, "started_at": past, "ended_at": now},
            "minutes published": {
                **{"starts_at": past, "started_at": past, "ended_at": now},
                "minutes_published_at": now,
            },
            "canceled": {"starts_at": far, "cancelled_at": now},
        }[state]
        meeting = make_meeting(circle, **({"brief": brief} | fields))
        if meeting.brief and state != "nothing to read":
            meeting.readings.create(section=section)
        return MeetingOverview(meeting, make_membership(circle, role=role))

    return make


def page(url):
    """The last part of an address of the meeting."""
    return url.removeprefix("/circles/maple-street/meetings/").split("/", 1)[-1]


@pytest.mark.parametrize(
    ("state", "role", "label", "where"),
    [
        ("draft", FACILITATOR, "Announce meeting", "schedule/"),
        ("scheduled", FACILITATOR, "Create agenda", "agenda/edit/"),
        ("scheduled", MEMBER, "Start: History", "read/history/"),
        ("without a brief", FACILITATOR, "Choose a brief", "edit/"),
        ("nothing to read", FACILITATOR, "Assign reading", "readings/"),
        ("nothing to read", MEMBER, "Open the brief", "/briefs/water/"),
        ("near", FACILITATOR, "Start the meeting", "start/"),
        ("near", MEMBER, "Start: History", "read/history/"),
        ("under way", FACILITATOR, "Open the live meeting", "run/"),
        ("under way", MEMBER, "Open the live meeting", "run/"),
        ("ended", FACILITATOR, "Review the minutes", "minutes/"),
        ("ended", MEMBER, "Read the notes", "notes/"),
        ("minutes published", FACILITATOR, "Read the minutes", "minutes/"),
        ("minutes published", MEMBER, "Read the minutes", "minutes/"),
        ("canceled", FACILITATOR, "Schedule a meeting", ""),
        ("canceled", MEMBER, "See the other meetings", ""),
    ],
)
def test_the_next_step_follows_the_state_and_the_role(make_overview, state, role, label, where):
    button = make_overview(state, role).next_step.buttons[0]

    address = button.url if button.url.startswith("/briefs/") else page(button.url)
    assert (button.label, address) == (label, where)


def test_a_draft_without_a_place_is_edited_before_it_is_announced(make_overview):
    overview = make_overview("draft", FACILITATOR)
    overview.meeting.place = ""

    step = overview.next_step

    assert "Add a place" in step.sentence
    assert [button.label for button in step.buttons] == ["Edit meeting"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("yes", "You’re all set for "),
        ("maybe", "You said maybe for "),
        ("no", "You said you can’t make it on "),
    ],
)
def test_who_has_nothing_left_to_do_is_told_how_things_stand(make_overview, answer, said):
    overview = make_overview("without a brief", MEMBER)
    overview.meeting.answer(overview.membership, answer)

    step = overview.next_step

    assert (step.sentence.startswith(said), step.buttons) == (True, ())


def test_who_cant_come_is_not_sent_to_the_reading(make_overview):
    overview = make_overview("near", MEMBER)
    overview.meeting.answer(overview.membership, "no")

    assert overview.next_step.sentence.startswith("You said you can’t make it")


def test_a_canceled_meeting_leads_to_the_next_one(make_overview):
    overview = make_overview("canceled", MEMBER)
    following = make_meeting(overview.meeting.circle)

    assert overview.next_step.buttons[0].url == following.get_absolute_url()


@pytest.mark.parametrize("state", ["draft", "near", "scheduled", "under way"])
def test_what_changes_a_meeting_is_posted_and_what_opens_a_page_is_a_link(make_overview, state):
    overview = make_overview(state, FACILITATOR)
    buttons = overview.next_step.buttons

    posted = {page(button.url) for button in buttons if button.is_post}

    assert posted == ({"schedule/"} if state == "draft" else set())


def test_the_page_of_a_meeting_draws_the_step(client, facilitator, circle):
    meeting = make_meeting(circle, scheduled_at=None, place="The library")
    client.force_login(facilitator)

    drawn = client.get(meeting.get_absolute_url()).content.decode()

    assert "Only facilitators can see it until you announce it." in drawn
    assert f'<form method="post" action="{meeting.get_absolute_url()}schedule/">' in drawn


def test_a_member_answers_first_and_a_facilitator_further_down(make_overview):
    asked, leading = make_overview("scheduled", MEMBER), make_overview("scheduled", FACILITATOR)

    assert (asked.asks_first, asked.asks_below) == (True, False)
    assert (leading.asks_first, leading.asks_below) == (False, True)


def test_who_has_answered_can_change_it_further_down(make_overview):
    overview = make_overview("scheduled", MEMBER)
    overview.meeting.answer(overview.membership, "yes")

    assert (overview.asks_first, overview.asks_below) == (False, True)


def poll_in(state, circle):
    days = (-8, -7) if state == DatePoll.State.EXPIRED else (7, 8)
    poll, now = make_poll(circle, days=days), timezone.now()
    moment = {"closed": "closed_at", "picked": "picked_at", "cancelled": "cancelled_at"}.get(state)
    if moment:
        setattr(poll, moment, now)
    if state == DatePoll.State.PICKED:
        poll.meeting = make_meeting(circle, scheduled_at=None)
    assert poll.state == state
    return poll


@pytest.mark.parametrize(
    ("state", "look", "link"),
    [
        ("open", None, None),
        ("closed", "info", None),
        ("expired", "warning", "Suggest new dates"),
        ("picked", "success", "Open the meeting"),
        ("cancelled", "error", None),
    ],
)
def test_a_poll_that_takes_no_answers_says_why(circle, state, look, link):
    notice = notice_of_poll(poll_in(state, circle), is_facilitator=True)

    assert (notice and notice.look) == look
    assert (notice and notice.link and notice.link.label) == link


def test_a_member_is_led_nowhere_that_only_facilitators_may_go(circle):
    notices = [
        notice_of_poll(poll_in(state, circle), is_facilitator=False)
        for state in ("expired", "picked")
    ]

    assert [notice.link for notice in notices] == [None, None]
    assert "Your facilitator is working on the details." in notices[1].sentence
