"""Home: the one next step, what's new since the last visit, and what follows a meeting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.models import CircleEvent, Membership, Note, Reading, ReadMark
from tests.factories import (
    make_meeting,
    make_membership,
    make_note,
    make_poll,
    make_section,
    make_user,
)

NOW = timezone.now


@pytest.fixture
def mel(client, member):
    """Mel's Home, three days after the last visit."""
    member.seen_at = NOW() - timedelta(days=3)
    member.save()
    client.force_login(member)
    return lambda: client.get("/").text


@pytest.fixture
def ended(circle, brief):
    """A meeting that ended yesterday."""
    end = NOW() - timedelta(days=1)
    start = end - timedelta(hours=2)
    return make_meeting(circle, brief=brief, starts_at=start, started_at=start, ended_at=end)


def test_staff_without_a_circle_see_only_what_they_may_manage(client, admin):
    editor = make_user("Edda Editor", is_staff=True)
    for user, sees_accounts in ((editor, False), (admin, True)):
        client.force_login(user)
        page = client.get("/").text
        assert "Manage briefs" in page
        assert ("Manage accounts" in page) == sees_accounts


def step_of(page):
    """The first thing that the page asks for."""
    return page.partition('class="next-step')[2].partition("next-step__words")[2][:1500]


def test_an_open_rsvp_comes_first_with_its_buttons(mel, meeting, section):
    meeting.readings.create(section=section)

    assert "Can you make it?" in step_of(mel())
    assert 'name="answer" value="yes"' in step_of(mel())


def test_after_the_rsvp_comes_the_first_section_not_read(mel, circle, member, meeting, section):
    mine = circle.memberships.get(user=member)
    meeting.answer(mine, "yes")
    more = make_section(meeting.brief, heading="Rivers")
    for each in (section, more):
        Reading.objects.create(meeting=meeting, section=each)

    assert "Start: History" in step_of(mel())

    ReadMark.objects.set(member, section, read=True)
    assert "1 min · 1 of 2 parts left" in step_of(mel())
    url = f"{meeting.get_absolute_url()}read/{more.slug}/"
    assert f'href="{url}">Continue: Rivers' in step_of(mel())

    ReadMark.objects.set(member, more, read=True)
    assert "You’re all set for" in step_of(mel())


def test_during_a_meeting_the_way_into_it_comes_first(mel, meeting):
    meeting.started_at = NOW()
    meeting.save()

    assert "Open the live meeting" in step_of(mel())


def test_for_three_days_minutes_feedback_and_takeaway_come_first(
    client, mel, ended, meeting, member
):
    assert "Give quick feedback" in step_of(mel())

    client.post(
        f"/circles/maple-street/meetings/{ended.number}/wrap-up/feedback/",
        {"could_speak": 4, "understood": 4},
    )
    assert "Add your takeaway" in step_of(mel())

    make_note(ended, member, kind=Note.Kind.TAKEAWAY)
    assert "Can you make it?" in step_of(mel())
    assert "After the meeting" in mel()

    ended.minutes_published_at = NOW()
    ended.save()
    assert "Read the minutes" in step_of(mel())

    ended.ended_at = NOW() - timedelta(days=3, minutes=1)
    ended.started_at = ended.ended_at - timedelta(hours=1)
    ended.save()
    assert "Can you make it?" in step_of(mel())


def test_a_facilitator_is_first_asked_to_publish_the_minutes(client, facilitator, ended):
    client.force_login(facilitator)

    assert "Review the minutes" in step_of(client.get("/").text)


def test_whats_new_tells_titles_and_counts(
    client, mel, circle, facilitator, member, ended, meeting
):
    mine, fran = (circle.memberships.get(user=user) for user in (member, facilitator))
    for _time in range(2):
        make_note(ended, facilitator, text="A secret.")
    make_note(ended, member)
    Reading.objects.create(meeting=meeting, section=make_section(meeting.brief))
    Reading.objects.create(meeting=meeting, section=make_section(meeting.brief), membership=fran)
    meeting.action_items.create(text="Ask around", owner=mine, author=facilitator)
    long_ago = NOW() - timedelta(days=4)
    circle.memberships.update(approved_at=long_ago)
    type(meeting).objects.filter(pk=meeting.pk).update(scheduled_at=long_ago)
    make_meeting(circle)
    ida = make_membership(circle)

    page = mel()

    for sentence in (
        *("2 new notes on “Water”", "1 section to read for “Water”", "New meeting: "),
        *("1 new action item for you", f"{ida} joined"),
    ):
        assert sentence in page
    assert "A secret." not in page


def test_what_is_older_than_the_last_visit_is_not_new(mel, circle, member, meeting):
    long_ago = NOW() - timedelta(days=4)
    circle.memberships.update(approved_at=long_ago)
    type(meeting).objects.filter(pk=meeting.pk).update(scheduled_at=long_ago)

    assert "New since your last visit" not in mel()


def test_what_was_assigned_before_is_not_new_when_reading_is_assigned_again(meeting, section):
    first = Reading.objects.create(
        meeting=meeting, section=section, assigned_at=NOW() - timedelta(days=9)
    )
    more = make_section(meeting.brief)

    meeting.assign([Reading(meeting=meeting, section=each) for each in (section, more)])

    again, new = meeting.readings.order_by("pk")
    assert again.assigned_at == first.assigned_at
    assert new.assigned_at > first.assigned_at


def test_all_can_be_marked_as_seen_and_what_comes_later_is_new(client, mel, circle, meeting):
    assert "New since your last visit" in mel()
    until = client.get("/").context["glance"].until

    client.post("/seen/", {"until": until})
    assert "New since your last visit" not in mel()

    circle.memberships.filter(pk=make_membership(circle).pk).update(
        approved_at=NOW() + timedelta(minutes=1)
    )
    assert "New since your last visit" in mel()


@pytest.mark.parametrize("until", ["", "soon", "-1", "9" * 30])
def test_a_moment_that_is_none_is_no_error(client, mel, meeting, until):
    assert client.post("/seen/", {"until": until}).status_code == 302


def test_only_facilitators_hear_who_wants_to_join(client, mel, circle, facilitator, member):
    circle.admit(make_membership().user, needs_approval=True)
    facilitator.seen_at = NOW() - timedelta(days=3)
    facilitator.save()

    assert "wants to join" not in mel()
    client.force_login(facilitator)
    assert "1 person wants to join" in client.get("/").text


def test_with_several_circles_each_thing_says_which_circle_it_is_of(mel, circle, member, meeting):
    make_poll(circle)
    assert mel().count("Maple Street") == 1

    make_membership(user=member)
    page = mel()

    assert "Maple Street is picking a date" in page
    assert page.count("Maple Street") > 3


def test_a_persons_part_is_named(mel, circle, member, meeting, section):
    mine = circle.memberships.get(user=member)
    meeting.host = mine
    meeting.save()
    Reading.objects.create(meeting=meeting, section=section, membership=mine)

    page = mel()

    assert "Your part" in page and ">Host<" in page and "You lead:" in page


def test_a_member_is_asked_before_a_role_changes_and_what_it_means(client, circle, facilitator):
    ida = make_membership(circle)
    client.force_login(facilitator)
    url = f"/circles/maple-street/members/{ida.pk}/role/"

    page = client.get(url).text

    assert f"Make {ida} a facilitator?" in page and "You can undo it." in page
    assert not CircleEvent.objects.filter(kind=CircleEvent.Kind.MADE_FACILITATOR).exists()
    client.post(url, {"role": "facilitator"})
    ida.refresh_from_db()
    assert ida.role == Membership.Role.FACILITATOR
    assert f"Change {ida} to a member?" in client.get(url).text


def test_the_only_facilitator_is_not_offered_to_step_down(client, circle, facilitator):
    client.force_login(facilitator)

    page = client.get("/circles/maple-street/members/").text

    assert "Step down" not in page.replace("To step down", "")
    assert "You’re the only one." in page
