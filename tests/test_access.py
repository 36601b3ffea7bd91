"""Who may open what: every address against every person, in one table."""

import pytest
from django.urls import reverse

from .routes import routes

# 405 says: let in, but only a POST does something here.
ACCESS = {
    #                               visitor outsider member facilitator admin
    "circles:home": (200, 200, 200, 200, 200),
    "circles:service_worker": (200, 200, 200, 200, 200),
    "circles:health": (200, 200, 200, 200, 200),
    "briefs:brief_list": (200, 200, 200, 200, 200),
    "briefs:brief_detail": (200, 200, 200, 200, 200),
    "briefs:brief_changes": (200, 200, 200, 200, 200),
    "briefs:section_detail": (302, 302, 302, 302, 302),
    "briefs:brief_pdf": (200, 200, 200, 200, 200),
    "briefs:guide_detail": (200, 200, 200, 200, 200),
    "briefs:guide_pdf": (200, 200, 200, 200, 200),
    "briefs:brief_short": (200, 200, 200, 200, 200),
    "briefs:series_detail": (200, 200, 200, 200, 200),
    "circles:series_mine": (200, 200, 200, 200, 200),
    "circles:brief_mine": (200, 200, 200, 200, 200),
    "circles:section_read": (302, 405, 405, 405, 405),
    "circles:section_mark": (302, 405, 405, 405, 405),
    "circles:margin_edit": (302, 200, 200, 200, 200),
    "accounts:profile_edit": (302, 200, 200, 200, 200),
    "accounts:text_size": (405, 405, 405, 405, 405),
    # The token of the table is an invitation's; tests/circles/test_address_changes.py has others.
    "accounts:address_change": (410, 410, 410, 410, 410),
    "circles:invitation_accept": (200, 200, 302, 302, 200),
    "circles:rsvp_answer": (200, 200, 200, 200, 200),
    "circles:mail_edit": (302, 200, 200, 200, 200),
    # The token of the table is an invitation's; tests/circles/mail/test_contents.py has the right
    # ones.
    "circles:mail_link": (410, 410, 410, 410, 410),
    "circles:calendar_list": (302, 200, 200, 200, 200),
    "circles:calendar_create": (302, 405, 405, 405, 405),
    # The address of the table is the facilitator's; whoever holds it reads the calendar.
    "circles:calendar_made": (302, 404, 404, 200, 404),
    "circles:calendar_revoke": (302, 405, 405, 405, 405),
    "circles:calendar_feed": (200, 200, 200, 200, 200),
    "circles:circle_list": (302, 200, 200, 200, 200),
    "circles:circle_create": (302, 200, 200, 200, 200),
    "circles:circle_detail": (302, 404, 200, 200, 404),
    "circles:circle_edit": (302, 404, 403, 200, 404),
    "circles:membership_edit": (302, 404, 200, 200, 404),
    "circles:circle_leave": (302, 404, 200, 200, 404),
    "circles:member_list": (302, 404, 200, 200, 404),
    "circles:member_role": (302, 404, 403, 405, 404),
    "circles:member_approve": (302, 404, 403, 405, 404),
    "circles:member_address": (302, 404, 403, 405, 404),
    "circles:member_remove": (302, 404, 403, 200, 404),
    "circles:invitation_list": (302, 404, 403, 200, 404),
    "circles:invitation_create": (302, 404, 403, 200, 404),
    "circles:invitation_link_create": (302, 404, 403, 200, 404),
    "circles:invitation_card": (302, 404, 403, 200, 404),
    "circles:invitation_remind": (302, 404, 403, 405, 404),
    "circles:invitation_replace": (302, 404, 403, 405, 404),
    "circles:invitation_revoke": (302, 404, 403, 405, 404),
    "circles:action_list": (302, 404, 200, 200, 404),
    "circles:plan_edit": (302, 404, 403, 200, 404),
    "circles:plan_schedule": (302, 404, 403, 200, 404),
    "circles:role_list": (302, 404, 200, 200, 404),
    "circles:role_edit": (302, 404, 403, 200, 404),
    "circles:role_take": (302, 404, 405, 405, 404),
    "circles:poll_list": (302, 404, 200, 200, 404),
    "circles:poll_create": (302, 404, 403, 200, 404),
    "circles:poll_detail": (302, 404, 200, 200, 404),
    "circles:poll_answer": (302, 404, 405, 405, 404),
    "circles:poll_edit": (302, 404, 403, 200, 404),
    "circles:poll_pick": (302, 404, 403, 405, 404),
    "circles:poll_close": (302, 404, 403, 405, 404),
    "circles:poll_remind": (302, 404, 403, 405, 404),
    "circles:poll_cancel": (302, 404, 403, 200, 404),
    "circles:meeting_list": (302, 404, 200, 200, 404),
    "circles:meeting_create": (302, 404, 403, 200, 404),
    "circles:meeting_detail": (302, 404, 200, 200, 404),
    "circles:meeting_edit": (302, 404, 403, 200, 404),
    "circles:meeting_schedule": (302, 404, 403, 405, 404),
    "circles:meeting_start": (302, 404, 403, 405, 404),
    "circles:meeting_end": (302, 404, 403, 405, 404),
    "circles:meeting_cancel": (302, 404, 403, 200, 404),
    "circles:calendar_file": (302, 404, 200, 200, 404),
    "circles:rsvp_edit": (302, 404, 200, 200, 404),
    "circles:rsvp_record": (302, 404, 403, 200, 404),
    "circles:meeting_run": (302, 404, 200, 200, 404),
    "circles:meeting_projector": (302, 404, 200, 200, 404),
    "circles:attendance_edit": (302, 404, 403, 200, 404),
    "circles:reading_edit": (302, 404, 403, 200, 404),
    "circles:agenda_detail": (302, 404, 200, 200, 404),
    "circles:agenda_edit": (302, 404, 403, 200, 404),
    "circles:change_list": (302, 404, 200, 200, 404),
    "circles:swap_edit": (302, 404, 200, 200, 404),
    "circles:swap_answer": (302, 404, 405, 405, 404),
    "circles:note_list": (302, 404, 200, 200, 404),
    "circles:note_edit": (302, 404, 200, 200, 404),
    "circles:note_delete": (302, 404, 405, 405, 404),
    "circles:note_restore": (302, 404, 405, 405, 404),
    "circles:note_answer": (302, 404, 200, 200, 404),
    "circles:action_create": (302, 404, 200, 200, 404),
    "circles:action_edit": (302, 404, 200, 200, 404),
    "circles:action_toggle": (302, 404, 405, 405, 404),
    "circles:action_delete": (302, 404, 405, 405, 404),
    "circles:minutes_detail": (302, 404, 200, 200, 404),
    "circles:minutes_edit": (302, 404, 403, 200, 404),
    "circles:action_sync": (302, 404, 405, 405, 404),
    "circles:wrap_up_detail": (302, 404, 200, 200, 404),
    "circles:wrap_up_carry": (302, 404, 405, 405, 404),
    "circles:feedback_create": (302, 404, 405, 405, 404),
    "circles:note_sheet_detail": (302, 404, 200, 200, 404),
    "circles:note_sheet_transcribe": (302, 404, 200, 200, 404),
    "circles:minutes_pdf": (302, 404, 403, 200, 404),
    "circles:minutes_markdown": (302, 404, 403, 200, 404),
    "circles:minutes_publish": (302, 404, 403, 405, 404),
    # Paths of before lead on whoever asks, and tell nothing.
    "circles:old_sheet_detail": (301, 301, 301, 301, 301),
    "circles:old_notes_type": (301, 301, 301, 301, 301),
    "circles:old_meeting_room": (301, 301, 301, 301, 301),
    "circles:old_closing_detail": (301, 301, 301, 301, 301),
    "circles:old_closing_carry": (301, 301, 301, 301, 301),
    "circles:old_evaluation_create": (301, 301, 301, 301, 301),
}
PEOPLE = ["visitor", "outsider", "member", "facilitator", "admin"]


@pytest.fixture
def people(facilitator, member, outsider, admin):
    return dict(zip(PEOPLE, [None, outsider, member, facilitator, admin], strict=True))


def test_every_address_is_in_the_table_and_nothing_else():
    assert {name for name, _view, _arguments in routes()} == set(ACCESS)


def test_every_view_declares_whom_it_lets_in():
    undeclared = [name for name, view, _arguments in routes() if not hasattr(view, "access")]

    assert undeclared == []


@pytest.mark.parametrize("name", ACCESS)
def test_each_person_gets_the_answer_of_the_table(client, name, addresses, people):
    wanted = {route: arguments for route, _view, arguments in routes()}[name]
    url = reverse(name, kwargs={argument: addresses[argument] for argument in wanted})

    answers = []
    for person in people.values():
        client.logout()
        if person:
            client.force_login(person)
        answers.append(client.get(url).status_code)

    assert dict(zip(PEOPLE, answers, strict=True)) == dict(zip(PEOPLE, ACCESS[name], strict=True))


def test_a_stranger_learns_nothing_from_a_post_either(client, addresses, admin):
    client.force_login(admin)
    told = []
    for name, view, wanted in routes():
        if view.access in ("members", "facilitators"):
            url = reverse(name, kwargs={argument: addresses[argument] for argument in wanted})
            told.append(client.post(url).status_code)

    assert set(told) == {404}
