"""Rotating roles: whose turn it is, taking a role, giving it back, and assigning roles."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from circles.models import Meeting, Membership
from circles.planning.rotation import Rotation
from tests.factories import make_circle, make_meeting, make_membership, make_user

ROLES = "/circles/maple-street/roles/"


@pytest.fixture
def five(circle):
    """Ann, Ben, Cal, Dot and Eve, who joined in this order."""
    return [make_membership(circle, make_user(name)) for name in "Ann Ben Cal Dot Eve".split()]


def hold(circle, days_ago, **roles):
    """A past meeting, this many days ago."""
    return make_meeting(circle, starts_at=timezone.now() - timedelta(days=days_ago), **roles)


def turns(circle, membership=None):
    """Whose turn each open role of the upcoming meetings is: [{role: name}, …]."""
    rotation = Rotation(circle, membership or Membership(role=Membership.Role.FACILITATOR))
    return [
        {slot.role: str(slot.suggested) for slot in slots if slot.suggested}
        for _meeting, slots in rotation.meetings
    ]


def take(client, meeting, role, **how):
    url = f"{meeting.get_absolute_url()}roles/"
    return client.post(url, {"role": role} | how, follow=True).content.decode()


def test_nobody_has_two_roles_in_one_evening_where_five_are_there(circle, five):
    make_meeting(circle)

    [evening] = turns(circle)

    assert sorted(evening.values()) == ["Ann", "Ben", "Cal", "Dot", "Eve"]


def test_two_people_share_all_roles(circle):
    for name in ("Ann", "Ben"):
        make_membership(circle, make_user(name))
    make_meeting(circle)

    [evening] = turns(circle)

    assert set(evening) == set(Meeting.ROLES)
    assert set(evening.values()) == {"Ann", "Ben"}


def test_it_is_the_turn_of_who_did_it_least_then_of_who_did_it_longest_ago(circle, five):
    ann, ben, cal, dot, eve = five
    for days_ago, host in [(50, ann), (40, ben), (30, cal), (20, dot), (10, eve), (5, ann)]:
        hold(circle, days_ago, host=host)
    make_meeting(circle)
    make_meeting(circle, starts_at=timezone.now() + timedelta(days=14))

    first, second = turns(circle)

    assert (first["host"], second["host"]) == ("Ben", "Cal")


def test_what_is_settled_for_later_evenings_counts_and_keeps_one_from_a_second_role(circle, five):
    ann, ben, *_others = five
    make_meeting(circle, host=ann)
    make_meeting(circle, starts_at=timezone.now() + timedelta(days=14), note_taker=ben)

    first, second = turns(circle)

    assert "Ann" not in first.values()
    assert "Ben" not in second.values()
    assert first["note_taker"] != "Ben"


def test_who_cannot_come_or_has_left_is_not_suggested(circle, facilitator, five):
    ann, ben, *_others = five
    meeting = make_meeting(circle)
    meeting.answer(ann, "no")
    ben.leave()

    [evening] = turns(circle)

    assert not {"Ann", "Ben"} & set(evening.values())


def test_the_same_circle_always_gets_the_same_suggestion(circle, five):
    hold(circle, 30, host=five[2], note_taker=five[0])
    make_meeting(circle)

    assert turns(circle) == turns(circle)


def test_a_role_is_taken_in_one_tap_and_given_back(client, member, meeting):
    client.force_login(member)

    taken = take(client, meeting, "host")
    meeting.refresh_from_db()
    had = meeting.host
    take(client, meeting, "host", give_back="on")

    meeting.refresh_from_db()
    assert "You’re the host for “Water.”" in taken
    assert (had, meeting.host) == (member.memberships.get(), None)


def test_a_role_that_someone_took_meanwhile_stays_theirs(client, member, circle, meeting):
    ida = make_membership(circle, make_user("Ida"))
    Meeting.objects.filter(pk=meeting.pk).update(host=ida)
    client.force_login(member)

    told = take(client, meeting, "host")
    take(client, meeting, "host", give_back="on")

    meeting.refresh_from_db()
    assert "Ida just took this role (host). Nothing was changed." in told
    assert meeting.host == ida


def test_taking_twice_is_taking_once(client, member, meeting):
    client.force_login(member)

    take(client, meeting, "host")

    assert "You’re the host" in take(client, meeting, "host")


def test_a_role_of_an_evening_that_is_over_stays_as_it_was(client, member, circle):
    over = hold(circle, 3)
    client.force_login(member)

    told = take(client, over, "host")

    over.refresh_from_db()
    assert "This meeting is over" in told
    assert over.host is None


@pytest.mark.parametrize("role", ["circle", "pk", "", "nonsense"])
def test_what_is_no_role_is_not_written(client, member, meeting, role):
    client.force_login(member)

    url = f"{meeting.get_absolute_url()}roles/"

    assert client.post(url, {"role": role}).status_code == 404


def test_the_meeting_leads_to_open_roles_with_a_button_and_whose_turn_it_is(
    client, member, meeting
):
    client.force_login(member)

    leads = client.get(meeting.get_absolute_url()).content.decode()
    page = client.get(ROLES).content.decode()

    assert f'href="{ROLES}#meeting-{meeting.number}"' in leads
    assert page.count("I’ll take it") == 5
    assert "Open (your turn)" in page


def test_the_page_of_roles_shows_who_did_what_last(client, member, facilitator, circle, meeting):
    hold(circle, 30, host=member.memberships.get())
    hold(circle, 10, host=member.memberships.get())
    client.force_login(member)

    page = client.get(ROLES).content.decode()

    assert "2 times" in page
    assert "Not yet: Fran Facilitator" in " ".join(page.split())


@pytest.mark.parametrize("path", ["", "edit/"])
def test_the_day_of_an_evening_is_the_circles_own(client, facilitator, circle, path):
    """7 PM in New York is the next day in UTC."""
    make_meeting(circle, starts_at=datetime(2031, 5, 15, 23, 30, tzinfo=UTC) + timedelta(hours=1))
    client.force_login(facilitator)

    page = client.get(ROLES + path).content.decode()

    assert "Thursday, May 15" in page
    assert "May 16" not in page


def test_a_member_sees_no_draft_among_the_roles(client, member, circle):
    make_meeting(circle, title="Secret plan", scheduled_at=None)
    client.force_login(member)

    assert "Secret plan" not in client.get(ROLES).content.decode()


def sent(page, **changes):
    """The form as a browser sends it, with the initial value of each field."""
    fields = {}
    for evening in page.context["form"].forms:
        for field in evening:
            seen = evening.data.get(field.html_initial_name, field.initial)
            fields |= {field.html_name: field.value(), field.html_initial_name: seen}
    return fields | changes


def test_a_facilitator_settles_the_roles_of_all_evenings_ahead(client, facilitator, circle, five):
    meeting = make_meeting(circle)
    draft = make_meeting(circle, scheduled_at=None)
    client.force_login(facilitator)

    page = client.get(f"{ROLES}edit/")
    chosen = {"meeting-1-host": five[0].pk, "meeting-2-note_taker": five[1].pk}
    client.post(f"{ROLES}edit/", sent(page, **chosen))

    meeting.refresh_from_db()
    draft.refresh_from_db()
    assert (meeting.host, draft.note_taker) == (five[0], five[1])


def test_filling_in_the_turns_saves_nothing(client, facilitator, circle, five):
    meeting = make_meeting(circle)
    client.force_login(facilitator)

    page = client.post(f"{ROLES}edit/", sent(client.get(f"{ROLES}edit/"), do="suggest"))

    meeting.refresh_from_db()
    assert meeting.host is None
    assert page.context["form"].forms[0]["host"].value()


def test_what_was_taken_meanwhile_is_shown_before_it_is_written_over(
    client, facilitator, circle, five
):
    meeting = make_meeting(circle)
    client.force_login(facilitator)
    fields = sent(client.get(f"{ROLES}edit/"), **{"meeting-1-host": five[0].pk})
    Meeting.objects.filter(pk=meeting.pk).update(host=five[1], note_taker=five[2])

    refused = client.post(f"{ROLES}edit/", fields)
    meeting.refresh_from_db()
    before = meeting.host
    client.post(f"{ROLES}edit/", sent(refused, **{"meeting-1-host": five[0].pk}))

    meeting.refresh_from_db()
    assert "Someone else just changed this to Ben." in refused.content.decode()
    assert (before, meeting.host, meeting.note_taker) == (five[1], five[0], five[2])


def test_who_leaves_gives_the_roles_of_coming_evenings_back(circle, facilitator):
    ann = make_membership(circle)
    past, ahead = hold(circle, 10, host=ann), make_meeting(circle, host=ann)

    ann.leave()

    past.refresh_from_db()
    ahead.refresh_from_db()
    assert (past.host, ahead.host) == (ann, None)


def test_staff_see_which_circles_have_no_date_ahead_and_nothing_else(client, admin, circle):
    quiet = make_circle(name="Quiet Street")
    hold(quiet, 90, title="What we said")
    make_meeting(quiet, title="Only a draft", scheduled_at=None)
    make_meeting(make_circle(name="Lively Lane"))
    client.force_login(admin)

    page = client.get("/admin/circles/circlewithoutdate/").content.decode()

    assert page.index("Quiet Street") < page.index("Maple Street")
    for hidden in ("Lively Lane", "What we said", "Only a draft"):
        assert hidden not in page
    assert client.get(f"/admin/circles/circlewithoutdate/{quiet.pk}/change/").status_code == 403
