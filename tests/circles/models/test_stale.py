"""Edit conflicts: if two people save the same row, neither replaces what they have not seen."""

import pytest

from circles.forms.actions import ActionForm
from circles.forms.attendance import AttendanceForm
from circles.forms.circles import CircleForm
from circles.forms.meetings import MeetingForm
from circles.forms.polls import PollForm
from circles.forms.roles import RolesForm
from circles.forms.stale import status_of
from circles.models import ActionItem, Circle, DatePoll, Meeting
from circles.planning.rotation import Rotation
from tests.factories import make_meeting, make_membership, make_poll


def open_meeting(user, circle):
    row = make_meeting(circle, place="The library")
    return lambda data: MeetingForm(data, instance=Meeting.objects.get(pk=row.pk), user=user)


def open_circle(user, circle):
    membership = circle.memberships.get(user=user)
    return lambda data: CircleForm(
        data, instance=Circle.objects.get(pk=circle.pk), membership=membership
    )


def open_poll(user, circle):
    row = make_poll(circle, place="The library", duration_minutes=60)
    return lambda data: PollForm(data, instance=DatePoll.objects.get(pk=row.pk), user=user)


def open_action(user, circle):
    row = ActionItem(meeting=make_meeting(circle), text="Ask").add()
    return lambda data: ActionForm(data, instance=ActionItem.objects.get(pk=row.pk))


# What each form changes: (how it is opened, a field of one, a field of the other).
FORMS = {
    "meeting": (open_meeting, "place", "welcome"),
    "circle": (open_circle, "agreements", "purpose"),
    "poll": (open_poll, "place", "title"),
    "action": (open_action, "text", "step"),
}


@pytest.fixture(params=FORMS)
def opened(request, facilitator, circle):
    open_form, *names = FORMS[request.param]
    return open_form(facilitator, circle), *names


def typed(form, **changes):
    """The data that a browser sends for a form as opened, with these changes."""
    fields = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in (fields | changes).items()}


def saved(form, name):
    return type(form.instance).objects.values_list(name, flat=True).get(pk=form.instance.pk)


@pytest.mark.parametrize("knows", [True, False], ids=["with a stamp", "without a stamp"])
def test_what_was_saved_between_looking_and_saving_is_shown_first(opened, knows):
    open_form, name, other = opened
    sent = typed(open_form(None), **{name: "Mine."} | ({} if knows else {"seen": ""}))
    mine, theirs = open_form(sent), open_form(typed(open_form(None), **{name: "Theirs."}))
    assert mine.is_valid()
    assert theirs.is_saved()

    assert not mine.is_saved()

    assert (mine.is_stale, status_of(mine)) == (True, 409)
    assert saved(mine, name) == "Theirs."
    assert "Theirs." in str(mine.non_field_errors())
    assert mine[name].value() == "Mine."
    again = open_form(sent | {"seen": mine["seen"].value()})
    assert again.is_saved()
    assert saved(again, name) == "Mine."


def test_an_older_page_does_not_replace_another_field_either(opened):
    open_form, name, other = opened
    value = "Theirs." if other != "step" else "plan"
    mine = open_form(typed(open_form(None), **{name: "Mine."}))
    theirs = open_form(typed(open_form(None), **{other: value}))
    assert mine.is_valid()
    assert theirs.is_saved()

    assert not mine.is_saved()
    assert saved(mine, other) == value


def test_the_same_words_from_two_are_no_conflict(opened):
    open_form, name, _other = opened
    sent = typed(open_form(None), **{name: "The same."})
    mine, theirs = open_form(sent), open_form(sent)
    assert mine.is_valid() and theirs.is_valid()

    assert theirs.is_saved()
    assert mine.is_saved()


def test_settings_leave_alone_what_they_do_not_show(facilitator, circle):
    open_form = open_circle(facilitator, circle)
    form = open_form(typed(open_form(None), purpose="To read"))
    assert form.is_valid()
    Circle.objects.get(pk=circle.pk).keep_agenda_template([{"kind": "welcome", "minutes": 3}])

    assert form.is_saved()

    circle.refresh_from_db()
    assert circle.purpose == "To read"
    assert circle.agenda_template == [{"kind": "welcome", "minutes": 3}]


def test_a_form_of_a_meeting_that_was_called_off_meanwhile_says_so(facilitator, circle):
    row = make_meeting(circle, place="The library", scheduled_at=None)
    form = MeetingForm(None, instance=Meeting.objects.get(pk=row.pk), user=facilitator)
    sent = typed(form, place="The school", tell="on")
    form = MeetingForm(sent, instance=Meeting.objects.get(pk=row.pk), user=facilitator)
    assert form.is_valid()
    row.cancel()

    assert not form.is_saved()

    assert status_of(form) == 422
    assert saved(form, "place") == "The library"


def test_roles_of_all_evenings_are_saved_or_none(facilitator, circle):
    first, second = make_meeting(circle), make_meeting(circle)
    ann, ben = make_membership(circle), make_membership(circle)
    rotation = Rotation(circle, circle.memberships.get(user=facilitator))
    sent = {"meeting-1-host": str(ann.pk), "meeting-2-host": str(ann.pk)}
    form = RolesForm(rotation, sent)
    assert not form.errors
    Meeting.objects.filter(pk=second.pk).update(host=ben, note_taker=ben)

    assert not form.is_saved()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.host, second.host, second.note_taker) == (None, ben, ben)
    assert status_of(form) == 409
    assert f"Someone else just changed this to {ben}." in str(form.forms[1].errors)
    again = RolesForm(rotation, sent | {"initial-meeting-2-host": str(ben.pk)})
    assert again.is_saved()
    second.refresh_from_db()
    assert (second.host, second.note_taker) == (ann, ben)


def test_who_came_is_not_replaced_by_a_list_that_has_not_seen_them(circle):
    row, ann = make_meeting(circle), make_membership(circle)

    def open_form(data):
        return AttendanceForm(
            data, meeting=Meeting.objects.get(pk=row.pk), membership=make_membership(row.circle)
        )

    seen = open_form(None)["seen"].value()
    mine = open_form({"visitor_0": "Vera", "seen": seen})
    theirs = open_form({"members": [str(ann.pk)], "seen": seen})
    assert mine.is_valid()
    assert theirs.is_saved()

    assert not mine.is_saved()

    assert status_of(mine) == 409
    assert f"It now says: {ann}." in str(mine.non_field_errors())
    assert [one.membership for one in row.attendances.all()] == [ann]
    assert open_form({"visitor_0": "Vera", "seen": mine["seen"].value()}).is_saved()
    assert [one.visitor_name for one in row.attendances.all()] == ["Vera"]
    assert open_form({"visitor_0": "Vera", "seen": seen}).is_saved()
