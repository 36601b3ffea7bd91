"""Running a live meeting: moves that come late or twice, and who may make them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from briefs.models import Brief
from circles.live import agenda
from circles.live.moves import begin, ends_at, find_open_item, moment_of, open_item
from circles.live.page import LiveMeeting
from circles.models import AgendaItem
from tests.factories import (
    make_figure,
    make_meeting,
    make_membership,
    make_question,
    make_section,
    make_user,
)

Kind = AgendaItem.Kind


@pytest.fixture
def meeting(circle, brief, section):
    """A meeting in progress for 20 minutes, at its first item."""
    other = make_section(brief, slug="prices", heading="Prices")
    starts_at = timezone.now() - timedelta(minutes=20)
    meeting = make_meeting(circle, brief=brief, starts_at=starts_at)
    agenda.keep(meeting, agenda.propose(meeting, [section, other]), started_from=0)
    begin(meeting, starts_at)
    return meeting


@pytest.fixture
def runner(client, facilitator):
    client.force_login(facilitator)
    return client


@pytest.fixture
def follower(client, member):
    client.force_login(member)
    return client


def url(meeting, name="meeting_run"):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number])


def move(client, meeting, do, **fields):
    """Send one move as the page's script does."""
    if item := fields.get("item"):
        fields["item"] = item.pk
    if at := fields.get("at"):
        fields["at"] = at.isoformat(timespec="microseconds")
    headers = {"Accept": "application/json"}
    return client.post(url(meeting), {"do": do} | fields, headers=headers)


def here(meeting):
    return find_open_item(list(meeting.agenda_items.all()))


def item_of(meeting, section):
    return meeting.agenda_items.get(section__slug=section)


def test_a_meeting_whose_proposed_agenda_is_empty_starts_without_an_item(runner, circle):
    circle.keep_agenda_template([{"kind": Kind.SECTION, "minutes": 0}])
    meeting = make_meeting(circle, starts_at=timezone.now())

    answer = move(runner, meeting, "start")

    meeting.refresh_from_db()
    assert answer.status_code == 200
    assert meeting.started_at
    assert not meeting.agenda_items.exists()
    assert runner.get(url(meeting)).status_code == 200


def test_beginning_opens_the_first_item_and_beginning_again_changes_nothing(runner, meeting):
    before = here(meeting), meeting.started_at

    answer = move(runner, meeting, "start")

    meeting.refresh_from_db()
    assert answer.status_code == 200
    assert (here(meeting), meeting.started_at) == before
    assert here(meeting).kind == Kind.WELCOME


def test_an_evening_without_an_agenda_begins_with_one_that_is_proposed(circle, brief, section):
    meeting = make_meeting(circle, brief=brief, starts_at=timezone.now())

    begin(meeting)

    assert here(meeting).kind == Kind.WELCOME
    assert [str(item) for item in meeting.agenda_items.all() if item.is_talk] == ["History"]


def test_going_on_closes_what_was_open_and_counts_its_time(runner, meeting):
    welcome, ten_ago = here(meeting), timezone.now() - timedelta(minutes=10)

    move(runner, meeting, "open", item=item_of(meeting, "history"), at=ten_ago)

    welcome.refresh_from_db()
    assert here(meeting) == item_of(meeting, "history")
    assert welcome.used_seconds == pytest.approx(600, abs=5)


def test_a_move_that_comes_late_does_not_lead_back(runner, meeting):
    """A device was offline for a while, and the others have moved on."""
    now = timezone.now()
    move(runner, meeting, "open", item=item_of(meeting, "prices"), at=now - timedelta(minutes=1))

    late = now - timedelta(minutes=9)
    answer = move(runner, meeting, "open", item=item_of(meeting, "history"), at=late)

    assert answer.status_code == 200
    assert here(meeting) == item_of(meeting, "prices")
    # It was open already, so it isn't the next item.
    assert not item_of(meeting, "history").is_upcoming


def test_a_moment_in_the_future_or_before_the_evening_is_not_believed(meeting):
    now = timezone.now()

    assert moment_of(meeting, now + timedelta(days=1)) <= timezone.now()
    assert moment_of(meeting, now - timedelta(days=1)) == meeting.started_at


def test_the_end_stands_however_late_it_began_but_not_on_another_day(meeting):
    meeting.started_at = meeting.starts_at + timedelta(minutes=15)
    assert ends_at(meeting) == meeting.ends_at

    meeting.started_at = meeting.starts_at - timedelta(days=9)
    assert ends_at(meeting) == meeting.started_at + timedelta(minutes=meeting.duration_minutes)


def test_more_minutes_are_said_as_a_whole_so_twice_is_as_once(runner, meeting):
    item = here(meeting)

    for _again in range(2):
        move(runner, meeting, "more", item=item, minutes=5)

    assert here(meeting).given_minutes == item.minutes + 5


def test_leaving_the_open_section_for_next_time_goes_on(runner, meeting):
    history = item_of(meeting, "history")
    open_item(meeting, history)

    for _again in range(2):
        move(runner, meeting, "defer", item=history, on="on")

    assert here(meeting) == item_of(meeting, "prices")
    assert item_of(meeting, "history").deferred_at


def test_a_section_that_was_left_out_can_be_opened_after_all(runner, meeting):
    prices = item_of(meeting, "prices")
    move(runner, meeting, "defer", item=prices, on="on")

    move(runner, meeting, "open", item=prices)

    assert here(meeting) == prices
    assert not here(meeting).deferred_at


def test_what_is_shown_is_shown_to_all_until_the_circle_goes_on(runner, meeting):
    move(runner, meeting, "show", item=here(meeting), showing="readback")
    shown = runner.get(url(meeting, "change_list")).json()["agenda"]["showing"]

    move(runner, meeting, "open", item=item_of(meeting, "history"))
    meeting.refresh_from_db()

    assert (shown, meeting.showing) == ("readback", "")


def test_a_chart_of_the_open_section_is_shown_to_all_until_it_is_hidden(
    runner, meeting, section, member
):
    make_figure(section, slug="cotton", title="Cotton by country")
    history = item_of(meeting, "history")
    open_item(meeting, history)
    page = runner.get(url(meeting)).text
    assert 'name="showing"\n              value="figure:cotton"' in page
    before = meeting.revision

    answer = move(runner, meeting, "show", item=history, showing="figure:cotton")
    changes = runner.get(url(meeting, "change_list"), {"since": before}).json()

    assert answer.json()["agenda"]["showing"] == changes["agenda"]["showing"] == "figure:cotton"
    assert changes["revision"] > before
    # Without scripts, too.
    for name in ("meeting_run", "meeting_projector"):
        shown = 'data-passage="figure-cotton" aria-label="Cotton by country">'
        assert shown in runner.get(url(meeting, name)).text
    runner.post(url(meeting), {"do": "show", "item": history.pk, "showing": ""})
    meeting.refresh_from_db()
    assert meeting.showing == ""


def test_a_chart_goes_when_the_circle_goes_on(runner, meeting, section):
    make_figure(section, slug="cotton")
    history = item_of(meeting, "history")
    open_item(meeting, history)
    move(runner, meeting, "show", item=history, showing="figure:cotton")

    move(runner, meeting, "open", item=item_of(meeting, "prices"))

    meeting.refresh_from_db()
    assert meeting.showing == ""


def test_the_leader_shows_a_chart_and_a_follower_only_sees_it(follower, meeting, section, circle):
    make_figure(section, slug="cotton")
    history = item_of(meeting, "history")
    open_item(meeting, history)
    show = {"item": history, "showing": "figure:cotton"}

    refused = move(follower, meeting, "show", **show)
    page = follower.get(url(meeting)).text
    meeting.leader = circle.memberships.get(user__email="member@example.org")
    meeting.save(update_fields=["leader"])
    taken = move(follower, meeting, "show", **show)

    assert (refused.status_code, taken.status_code) == (403, 200)
    assert 'data-passage="figure-cotton"' in page
    assert 'value="figure:cotton"' not in page


def test_a_chart_that_left_the_brief_hides_nothing(runner, meeting, section):
    figure = make_figure(section, slug="cotton")
    history = item_of(meeting, "history")
    open_item(meeting, history)
    move(runner, meeting, "show", item=history, showing="figure:cotton")
    figure.delete()

    page = runner.get(url(meeting)).text

    assert "figure-cotton" not in page
    assert f'data-stage="{history.pk}"\n      aria-labelledby="stage-{history.pk}">' in page


def test_a_round_is_forgotten_when_the_circle_goes_on(runner, meeting, circle, member):
    who = f"m{circle.memberships.get(user=member).pk}"
    move(runner, meeting, "turn", item=here(meeting), who=who, state="spoke")
    assert here(meeting).turns == [[who, "spoke"]]
    welcome = here(meeting)

    move(runner, meeting, "open", item=item_of(meeting, "history"))

    welcome.refresh_from_db()
    assert welcome.turns == []


def test_a_follower_asks_for_their_own_turn_and_makes_no_other_move(follower, meeting, circle):
    me = circle.memberships.get(user__email="member@example.org")
    other = make_membership(circle, make_user("ida@example.org"))
    item = here(meeting)

    own = move(follower, meeting, "turn", item=item, who=f"m{me.pk}", state="wishes")
    refused = [
        move(follower, meeting, "turn", item=item, who=f"m{other.pk}", state="wishes"),
        move(follower, meeting, "turn", item=item, who=f"m{me.pk}", state="spoke"),
        move(follower, meeting, "open", item=item_of(meeting, "history")),
        move(follower, meeting, "attend", who=f"m{me.pk}", on="on"),
        move(follower, meeting, "end"),
    ]

    assert own.status_code == 200
    assert [answer.status_code for answer in refused] == [403] * 5
    assert here(meeting).turns == [[f"m{me.pk}", "wishes"]]
    assert not meeting.attendances.exists()


def test_who_has_a_role_this_evening_runs_it(follower, meeting, circle):
    meeting.timekeeper = circle.memberships.get(user__email="member@example.org")
    meeting.save()

    assert move(follower, meeting, "open", item=item_of(meeting, "history")).status_code == 200
    assert here(meeting) == item_of(meeting, "history")


def test_a_tap_marks_who_is_here_and_a_second_takes_it_back(runner, meeting, circle, member):
    who = f"m{circle.memberships.get(user=member).pk}"

    for _again in range(2):
        told = move(runner, meeting, "attend", who=who, on="on").json()["attendance"]
    assert [one["membership"] for one in told] == [int(who[1:])]

    assert move(runner, meeting, "attend", who=who).json()["attendance"] == []


def test_a_visitor_is_added_in_place(runner, meeting):
    move(runner, meeting, "attend", who="v:  Nell   Ito ", on="on", is_first_visit="on")

    visitor = meeting.attendances.get()
    assert (visitor.visitor_name, visitor.is_first_visit) == ("Nell Ito", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"do": "dance"}, "This page can’t do that"),
        ({"do": "open"}, "Choose an agenda item"),
        ({"do": "open", "item": "99999"}, "no longer on the agenda"),
        ({"do": "attend"}, "Choose who’s here"),
        ({"do": "attend", "who": "m99999"}, "isn’t in this circle"),
    ],
)
def test_a_move_that_makes_no_sense_is_told_why(runner, meeting, fields, sentence):
    answer = runner.post(url(meeting), fields, headers={"Accept": "application/json"})

    assert answer.status_code == 400
    assert sentence in " ".join(answer.json()["errors"].values())


def test_without_a_script_a_move_comes_back_to_the_page(runner, meeting):
    prices = item_of(meeting, "prices")

    page = runner.post(url(meeting), {"do": "open", "item": prices.pk}, follow=True)

    assert page.redirect_chain[-1][0] == url(meeting)
    assert here(meeting) == prices


def test_a_page_of_somebody_else_hears_that_they_are_signed_out(follower, meeting, facilitator):
    """If two people share a tablet, text of the first isn't sent as the second's."""
    headers = {"Accept": "application/json", "X-Person": str(facilitator.pk)}

    assert follower.get(url(meeting, "change_list"), headers=headers).status_code == 401


def test_prompts_are_on_the_page_of_who_runs_the_evening_alone(
    client, facilitator, member, meeting, section
):
    make_question(section, text="What is a shirt?", prompts="Think of a loom.")

    pages = []
    for person in (facilitator, member):
        client.force_login(person)
        pages.append(client.get(url(meeting)).text)

    assert ["What is a shirt?" in page for page in pages] == [True, True]
    assert ["Think of a loom." in page for page in pages] == [True, False]


def test_a_question_opens_the_paragraph_or_the_figure_it_points_at(
    meeting, brief, section, facilitator, circle
):
    figure = make_figure(section, slug="cotton", title="Cotton by country")
    make_question(section, slug="on-text", text="Why?", paragraph=1)
    make_question(section, slug="on-figure", text="How much?", figure=figure)
    membership = circle.memberships.get(user=facilitator)

    brief.state = Brief.objects.at_a_glance(brief.slug).state
    passages = {passage.key: passage for passage in LiveMeeting(meeting, membership).passages}

    assert set(passages) == {"history-p1", "figure-cotton"}
    assert passages["figure-cotton"].title == "Cotton by country"


def test_the_page_asks_nothing_more_of_the_database_with_a_long_agenda(
    runner, meeting, brief, django_assert_max_num_queries, django_assert_num_queries
):
    make_question(meeting.agenda_items.get(section__slug="history").section, paragraph=1)
    with django_assert_max_num_queries(60) as little:
        runner.get(url(meeting))
    for number in range(12):
        section = make_section(brief, slug=f"more-{number}", heading=f"More {number}")
        make_question(section, slug=f"q-{number}", text="Why?", paragraph=1)
        AgendaItem.objects.create(meeting=meeting, section=section, position=50 + number)

    with django_assert_num_queries(len(little)):
        runner.get(url(meeting))


def test_starting_the_meeting_opens_the_page_of_the_evening(runner, circle, brief, section):
    ahead = make_meeting(circle, brief=brief, starts_at=timezone.now() + timedelta(minutes=9))

    page = runner.post(url(ahead, "meeting_start"), follow=True)

    assert page.redirect_chain[-1][0] == url(ahead)
    assert here(ahead).kind == Kind.WELCOME
    assert "data-entry>" in page.text
