"""The checklist of a circle that hasn't met: true at each moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from circles.inviting.invite import invite_by_mail
from circles.models import Invitation, Reading
from tests.factories import make_circle, make_meeting, make_membership, make_poll, make_user

PAGE = "/circles/maple-street/"


@pytest.fixture
def checklist(client, facilitator):
    """The checklist on the circle's page at this moment, as the facilitator finds it."""

    def look():
        client.force_login(facilitator)
        return client.get(PAGE).context["glance"].checklist

    return look


def next_of(checklist):
    """What the checklist puts in front."""
    return next(item.buttons[0].label for item in checklist.items if item.is_next)


def test_each_step_is_offered_when_the_one_before_it_is_done(
    checklist, circle, facilitator, brief, section
):
    offered = [next_of(checklist())]
    invite_by_mail(circle, facilitator, ["ann@example.org"])
    offered.append(next_of(checklist()))
    meeting = make_meeting(circle, place="", scheduled_at=None)
    offered.append(next_of(checklist()))
    meeting.place = "The library"
    meeting.save()
    offered.append(next_of(checklist()))
    meeting.schedule()
    offered.append(next_of(checklist()))
    meeting.brief = brief
    meeting.save()
    offered.append(next_of(checklist()))
    Reading.objects.create(meeting=meeting, section=section)

    assert offered == [
        *("Invite people", "Schedule a meeting", "Add a place", "Announce meeting"),
        *("Choose a brief", "Assign reading"),
    ]
    assert checklist().is_done


def test_it_counts_invitations_and_no_one_is_called_alone(client, checklist, circle, facilitator):
    names = ["ann", "bob", "cas", "dee", "eve", "flo"]
    invite_by_mail(circle, facilitator, [f"{name}@example.org" for name in names])
    circle.invitations.get(email="flo@example.org").revoke(by=facilitator)
    sent = checklist().items[0]
    for invitation in circle.invitations.unanswered()[:2]:
        invitation.accept(make_user(email=invitation.email))
    answered = checklist().items[0]

    assert sent.state == "5 invitations out, 0 accepted."
    assert answered.state == "5 invitations out, 2 accepted."
    assert sent.is_done
    assert "just you" not in client.get(PAGE).text


def test_it_counts_people_who_joined_with_a_link(checklist, circle, facilitator):
    token = Invitation.objects.issue_link(circle, invited_by=facilitator)
    shared = checklist().items[0]
    Invitation.objects.by_token(token).get().accept(make_user())
    joined = checklist().items[0]

    assert shared.is_done
    assert (shared.state, joined.state) == (
        "Your invite link works.",
        "Your invite link works. 1 person has joined.",
    )


def test_a_poll_is_said_where_the_date_is_open(checklist, circle):
    make_poll(circle)

    assert checklist().items[1].state == "You’re picking a date with a poll."


def test_it_knows_only_the_circle_it_is_of(checklist, circle, brief, section):
    other = make_circle()
    make_poll(other)
    Invitation.objects.issue(other, invited_by=make_user(), email="ann@example.org")
    Reading.objects.create(meeting=make_meeting(other, brief=brief), section=section)
    make_meeting(circle, brief=brief)

    invite, _schedule, _choose, assign = checklist().items

    assert not invite.is_done
    assert not assign.is_done


def test_a_draft_whose_date_has_passed_is_no_first_meeting(checklist, circle):
    make_meeting(circle, starts_at=timezone.now() - timedelta(days=2), scheduled_at=None)

    assert "suggest" in checklist().items[1].state or "Pick a date" in checklist().items[1].state


def test_members_see_none_and_it_ends_hours_before_the_first_meeting(
    client, checklist, circle, member
):
    client.force_login(member)
    for_member = client.get(PAGE).context["glance"].checklist
    meeting = make_meeting(circle)
    before = checklist()
    meeting.starts_at = timezone.now() + timedelta(hours=1)
    meeting.save()
    an_hour_before = checklist()
    meeting.start()
    during = checklist()
    meeting.end()
    after = checklist()

    assert before
    assert not any([for_member, an_hour_before, during, after])


def test_a_facilitator_announces_the_draft_from_the_checklist(client, checklist, circle):
    make_membership(circle)
    draft = make_meeting(circle, place="Here", scheduled_at=None)
    announce = checklist().items[1].buttons[0]

    client.post(announce.url)

    draft.refresh_from_db()
    assert announce.is_post
    assert draft.scheduled_at


def test_drafts_waiting_to_be_announced_are_said_wherever_a_facilitator_looks(
    client, circle, facilitator, member
):
    make_meeting(circle)
    held = timezone.now() - timedelta(days=30)
    make_meeting(circle, starts_at=held, started_at=held, ended_at=held, minutes_published_at=held)
    for weeks in (5, 9):
        starts = timezone.now() + timedelta(weeks=weeks)
        make_meeting(circle, starts_at=starts, scheduled_at=None)

    pages = ["/", PAGE, f"{PAGE}meetings/"]
    client.force_login(facilitator)
    told = [client.get(page).text for page in pages]
    client.force_login(member)
    hidden = [client.get(page).text for page in pages]

    assert all("2 drafts" in page and "#drafts" in page for page in told)
    assert not any("draft" in page.split("<main")[1].split("</main")[0].lower() for page in hidden)
