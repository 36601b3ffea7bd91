"""Action items: owner, due date, and whether they are done."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from briefs.models import CallToAction
from circles.models import ActionItem
from tests.factories import make_circle, make_meeting, make_membership, make_user


def url(meeting, name, *args):
    return reverse(f"circles:{name}", args=[meeting.circle.slug, meeting.number, *args])


def make_action(meeting, **fields):
    action = ActionItem(meeting=meeting, **({"text": "Call the library."} | fields))
    return action.add()


@pytest.fixture
def mine(meeting, member):
    """The member's action item."""
    return make_action(meeting, owner=member.memberships.get())


def test_a_promise_is_kept_with_who_and_by_when(client, member, facilitator, meeting):
    client.force_login(member)
    owner = facilitator.memberships.get()

    client.post(
        url(meeting, "action_create"),
        {"text": "Call the library.", "owner": owner.pk, "due_on": "2027-01-31", "step": "plan"},
    )

    action = ActionItem.objects.get()
    assert (action.text, action.owner, action.step) == ("Call the library.", owner, "plan")
    assert action.due_on == date(2027, 1, 31)


def test_a_promise_sent_twice_is_one(client, member, meeting):
    client.force_login(member)

    for _time in range(2):
        client.post(url(meeting, "action_create"), {"text": "Call the library."})

    meeting.refresh_from_db()
    assert ActionItem.objects.count() == 1
    assert meeting.revision == 1


def test_a_promise_without_words_comes_back_with_the_rest(client, member, meeting):
    client.force_login(member)

    response = client.post(url(meeting, "action_create"), {"due_on": "2027-01-31"})

    assert "Write what needs to get done, then save." in response.content.decode()
    assert "2027-01-31" in response.content.decode()


def test_only_people_of_the_circle_can_be_promised_for(client, member, meeting):
    stranger = make_membership(make_circle())
    client.force_login(member)

    response = client.post(url(meeting, "action_create"), {"text": "Call.", "owner": stranger.pk})

    assert "That person isn’t in this circle." in response.content.decode()
    assert not ActionItem.objects.exists()


def test_a_call_to_action_of_the_brief_fills_the_form(client, member, meeting, brief):
    CallToAction.objects.create(
        brief=brief, slug="measure-it", step="measure", text="*Count* the wells."
    )
    client.force_login(member)

    page = client.get(url(meeting, "action_create") + "?from=measure-it")

    assert page.context["form"]["text"].value() == "Count the wells."
    assert page.context["form"]["step"].value() == "measure"


def test_the_form_says_what_the_rules_leave_out(client, member, meeting):
    client.force_login(member)

    assert "endorses a candidate" in client.get(url(meeting, "action_create")).content.decode()


def test_ticking_a_promise_marks_it_kept_and_sends_back_its_row(client, member, mine):
    client.force_login(member)

    response = client.post(
        url(mine.meeting, "action_toggle", mine.pk), {"done": "on"}, headers={"HX-Request": "true"}
    )

    mine.refresh_from_db()
    assert mine.done_at is not None
    assert response.templates[0].name == "circles/actions/_action.html"
    assert 'aria-checked="true"' in response.content.decode()


def test_ticking_without_javascript_goes_back_to_where_one_was(client, member, mine):
    client.force_login(member)

    response = client.post(
        url(mine.meeting, "action_toggle", mine.pk), {"done": "on", "next": "/circles/"}
    )

    assert response.url == f"/circles/#action-{mine.pk}"


def test_ticking_never_leads_to_another_site(client, member, mine):
    client.force_login(member)

    response = client.post(
        url(mine.meeting, "action_toggle", mine.pk), {"done": "on", "next": "https://evil.example/"}
    )

    assert response.url.startswith(reverse("circles:action_list", args=["maple-street"]))


def test_ticking_twice_is_ticking_once(client, member, mine):
    client.force_login(member)
    client.post(url(mine.meeting, "action_toggle", mine.pk), {"done": "on"})
    mine.refresh_from_db()
    first = mine.done_at, mine.revision

    client.post(url(mine.meeting, "action_toggle", mine.pk), {"done": "on"})

    mine.refresh_from_db()
    assert (mine.done_at, mine.revision) == first


def test_a_ticked_promise_can_be_opened_again(client, member, mine):
    mine.set_done(True)
    client.force_login(member)

    client.post(url(mine.meeting, "action_toggle", mine.pk), {"done": ""})

    mine.refresh_from_db()
    assert mine.done_at is None


def test_who_may_tick_and_change(client, member, facilitator, meeting, mine):
    others = make_action(meeting, text="Theirs.", owner=make_membership(meeting.circle))
    everyones = make_action(meeting, text="Everyone's.")

    def statuses(user, action):
        client.force_login(user)
        tick = client.post(url(meeting, "action_toggle", action.pk), {"done": "on"})
        change = client.get(url(meeting, "action_edit", action.pk))
        return tick.status_code, change.status_code

    assert statuses(member, mine) == (302, 200)
    assert statuses(member, others) == (403, 403)
    assert statuses(member, everyones) == (302, 403)
    assert statuses(facilitator, others) == (302, 200)


def test_a_promise_of_another_circle_is_not_found(client, outsider, mine):
    own = make_meeting(outsider.memberships.get().circle)
    client.force_login(outsider)

    for name in ["action_edit", "action_toggle", "action_delete"]:
        assert client.post(url(own, name, mine.pk)).status_code == 404
        assert client.post(url(mine.meeting, name, mine.pk)).status_code == 404


def test_a_promise_is_changed(client, member, mine):
    client.force_login(member)

    client.post(
        url(mine.meeting, "action_edit", mine.pk),
        {"text": "Visit the library.", "owner": mine.owner_id, "seen": mine.revision},
    )

    mine.refresh_from_db()
    assert mine.text == "Visit the library."
    assert mine.revision == 2


def test_a_promise_due_on_the_calendars_first_day_can_be_saved_and_opened_again(
    client, member, mine
):
    client.force_login(member)
    page = url(mine.meeting, "action_edit", mine.pk)
    typed = {"text": mine.text, "owner": mine.owner_id, "due_on": "0001-01-01"}

    saved, again = client.post(page, typed), client.get(page)

    assert saved.status_code == 302
    assert 'value="0001-01-01"' in again.content.decode()


def test_a_change_from_a_form_that_does_not_say_what_was_seen_is_saved(client, member, mine):
    client.force_login(member)

    response = client.post(
        url(mine.meeting, "action_edit", mine.pk), {"text": "Mine.", "owner": mine.owner_id}
    )

    mine.refresh_from_db()
    assert response.status_code == 302
    assert mine.text == "Mine."


def test_a_stale_change_shows_both_and_loses_neither(client, member, mine):
    seen = mine.revision
    mine.text = "Theirs."
    mine.keep(["text"])
    client.force_login(member)

    data = {"text": "Mine.", "owner": mine.owner_id, "seen": seen}
    response = client.post(url(mine.meeting, "action_edit", mine.pk), data)
    seen_now = response.context["form"]["seen"].value()
    page = response.content.decode()
    mine.refresh_from_db()
    before = mine.text
    client.post(url(mine.meeting, "action_edit", mine.pk), data | {"seen": seen_now})

    mine.refresh_from_db()
    assert response.status_code == 409
    assert "Theirs." in page and "Mine." in page
    assert (before, mine.text) == ("Theirs.", "Mine.")


def test_a_promise_is_deleted_by_who_made_it(client, member, mine):
    client.force_login(member)

    page = client.post(url(mine.meeting, "action_delete", mine.pk), follow=True)

    assert not ActionItem.objects.exists()
    assert "Call the library." in page.content.decode()


def test_the_list_has_ones_own_first_then_the_soonest(client, member, meeting, mine):
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = make_action(meeting, text="Later.", due_on=tomorrow + timedelta(days=9))
    sooner = make_action(meeting, text="Sooner.", due_on=tomorrow)
    kept = make_action(meeting, text="Kept.")
    kept.set_done(True)
    client.force_login(member)

    context = client.get(reverse("circles:action_list", args=["maple-street"])).context

    assert context["mine"] == [mine]
    assert context["others"] == [sooner, later]
    assert list(context["done"]) == [kept]


def test_an_empty_list_says_what_a_promise_is(client, member):
    client.force_login(member)

    page = client.get(reverse("circles:action_list", args=["maple-street"])).content.decode()

    assert "No action items yet." in page


def test_the_list_costs_the_same_with_one_promise_and_with_many(client, facilitator, circle):
    def queries():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("circles:action_list", args=["maple-street"]))
        return len(queries)

    def fill(many):
        for _time in range(many):
            meeting = make_meeting(circle)
            make_action(meeting, owner=make_membership(circle, make_user()))
            make_action(meeting, text="Done.").set_done(True)

    client.force_login(facilitator)
    fill(1)
    with_few = queries()
    fill(4)

    assert queries() == with_few
