"""Who may open what: every address against eight persons and every method, in one table.

The table has five columns; `LEADER` is what the leader of the meeting may do as well as a member.
What it says of outsiders holds for four persons who are signed in and
not in the circle: a stranger, one who is invited, a former member, and a facilitator of another
circle. The table says what GET answers. A door that is shut to GET (302, 403, 404) is shut in the
same way to every other method, or else asks a script to sign in (401). Whom it lets in meets no
error of ours by posting nothing, nor by the other methods of the wire (`WIRE`).
"""

from copy import deepcopy

import pytest
from django.db import transaction
from django.urls import reverse

from circles.models import Invitation, Meeting

from .factories import make_membership, make_user
from .routes import routes

# 405 says: let in, but only a POST does something here.
ACCESS = {
    #                               nobody outsiders member facilitator superuser
    "circles:home": (200, 200, 200, 200, 200),
    "circles:service_worker": (200, 200, 200, 200, 200),
    "circles:offline": (200, 200, 200, 200, 200),
    "operations:health": (200, 200, 200, 200, 200),
    "circles:robots": (200, 200, 200, 200, 200),
    "briefs:brief_list": (200, 200, 200, 200, 200),
    "briefs:brief_detail": (200, 200, 200, 200, 200),
    "briefs:brief_all": (200, 200, 200, 200, 200),
    "briefs:brief_section": (200, 200, 200, 200, 200),
    "briefs:brief_changes": (200, 200, 200, 200, 200),
    "briefs:section_detail": (302, 302, 302, 302, 302),
    "briefs:mistake_create": (200, 200, 200, 200, 200),
    "briefs:mistake_sent": (200, 200, 200, 200, 200),
    "briefs:brief_pdf": (200, 200, 200, 200, 200),
    "briefs:guide_detail": (200, 200, 200, 200, 200),
    "briefs:guide_pdf": (200, 200, 200, 200, 200),
    "briefs:brief_short": (200, 200, 200, 200, 200),
    "briefs:series_detail": (200, 200, 200, 200, 200),
    "circles:series_mine": (200, 200, 200, 200, 200),
    "circles:brief_mine": (200, 200, 200, 200, 200),
    "circles:brief_offline": (302, 200, 200, 200, 200),
    "circles:section_read": (302, 405, 405, 405, 405),
    "circles:section_mark": (302, 405, 405, 405, 405),
    # The mark of the table is the member's.
    "circles:mark_create": (302, 200, 200, 200, 200),
    "circles:mark_edit": (302, 404, 200, 404, 404),
    "circles:mark_delete": (302, 405, 405, 405, 405),
    "circles:mark_list": (302, 200, 200, 200, 200),
    "circles:old_margin_edit": (301, 301, 301, 301, 301),
    "circles:section_notes": (302, 200, 200, 200, 200),
    "accounts:profile_edit": (302, 200, 200, 200, 200),
    "accounts:text_size": (405, 405, 405, 405, 405),
    # The token of the table is an invitation's; test_address_changes.py has others.
    "accounts:address_change": (410, 410, 410, 410, 410),
    # test_address_undo.py has tokens that are good.
    "accounts:address_undo": (410, 410, 410, 410, 410),
    "accounts:proof_by_code": (302, 200, 200, 200, 200),
    "accounts:device_list": (302, 200, 200, 200, 200),
    "accounts:device_end": (302, 405, 405, 405, 405),
    "accounts:devices_end": (302, 405, 405, 405, 405),
    "circles:invitation_accept": (200, 200, 302, 302, 200),
    "circles:circle_request_create": (200, 302, 302, 302, 302),
    # The token of the table is an invitation's to join; test_circle_requests.py has the right ones.
    "circles:circle_start": (410, 410, 410, 410, 410),
    "circles:rsvp_answer": (200, 200, 200, 200, 200),
    "circles:rsvp_calendar": (200, 200, 200, 200, 200),
    "circles:mail_edit": (302, 200, 200, 200, 200),
    # The token of the table is an invitation's; tests/circles/mail/test_contents.py has the right
    # ones.
    "circles:mail_link": (410, 410, 410, 410, 410),
    "circles:calendar_list": (302, 200, 200, 200, 200),
    "circles:calendar_create": (302, 200, 200, 200, 200),
    # The address of the table is the facilitator's; whoever holds it reads the calendar.
    "circles:calendar_made": (302, 404, 404, 200, 404),
    "circles:calendar_revoke": (302, 404, 404, 200, 404),
    "circles:calendar_feed": (200, 200, 200, 200, 200),
    "circles:home_seen": (302, 405, 405, 405, 405),
    "circles:circle_list": (302, 200, 200, 200, 200),
    "circles:circle_create": (302, 200, 200, 200, 200),
    "circles:circle_detail": (302, 404, 200, 200, 404),
    "circles:circle_edit": (302, 404, 403, 200, 404),
    "circles:privacy_seen": (302, 404, 405, 405, 404),
    "circles:event_list": (302, 404, 200, 200, 404),
    "circles:mail_list": (302, 404, 403, 200, 404),
    "circles:mail_send": (302, 404, 403, 405, 404),
    "circles:mail_stop": (302, 404, 403, 405, 404),
    "circles:membership_edit": (302, 404, 200, 200, 404),
    "circles:circle_leave": (302, 404, 200, 200, 404),
    "circles:member_list": (302, 404, 200, 200, 404),
    "circles:member_role": (302, 404, 403, 200, 404),
    "circles:member_approve": (302, 404, 403, 405, 404),
    "circles:member_address": (302, 404, 403, 405, 404),
    "circles:member_paper": (302, 404, 403, 405, 404),
    "circles:member_remove": (302, 404, 403, 200, 404),
    "circles:invitation_list": (302, 404, 403, 200, 404),
    "circles:invitation_create": (302, 404, 403, 200, 404),
    "circles:invitation_link_create": (302, 404, 403, 200, 404),
    "circles:invitation_card": (302, 404, 403, 200, 404),
    "circles:invitation_remind": (302, 404, 403, 405, 404),
    "circles:invitation_replace": (302, 404, 403, 200, 404),
    "circles:invitation_revoke": (302, 404, 403, 200, 404),
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
    # Its day hasn't come, so it leads to the live page; and there is nothing to end.
    "circles:meeting_start": (302, 404, 403, 302, 404),
    "circles:meeting_unstart": (302, 404, 403, 405, 404),
    "circles:meeting_end": (302, 404, 403, 302, 404),
    "circles:meeting_resume": (302, 404, 403, 405, 404),
    "circles:meeting_cancel": (302, 404, 403, 200, 404),
    "circles:meeting_uncancel": (302, 404, 403, 405, 404),
    "circles:calendar_file": (302, 404, 200, 200, 404),
    "circles:rsvp_edit": (302, 404, 200, 200, 404),
    "circles:rsvp_record": (302, 404, 403, 200, 404),
    "circles:meeting_run": (302, 404, 200, 200, 404),
    "circles:meeting_projector": (302, 404, 200, 200, 404),
    "circles:attendance_edit": (302, 404, 403, 200, 404),
    "circles:reading_edit": (302, 404, 403, 200, 404),
    "circles:reading_detail": (302, 404, 200, 200, 404),
    "circles:reading_section": (302, 404, 200, 200, 404),
    "circles:reading_pdf": (302, 404, 200, 200, 404),
    "circles:kit_list": (302, 404, 403, 200, 404),
    "circles:kit_pdf": (302, 404, 403, 200, 404),
    # No one reads on paper, so there is nothing to print at once.
    "circles:kit_pdf_all": (302, 404, 403, 302, 404),
    "circles:kit_given": (302, 404, 403, 405, 404),
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
    "circles:note_send": (302, 404, 403, 200, 404),
    "circles:note_unsend": (302, 404, 403, 405, 404),
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
# The leader of the meeting is a member of the circle, and may do this for it as well.
LEADER = [
    *("meeting_start", "meeting_unstart", "meeting_end", "meeting_resume"),
    *("attendance_edit", "agenda_edit", "minutes_edit", "minutes_publish"),
    *("minutes_pdf", "minutes_markdown", "note_send", "note_unsend"),
    *("kit_list", "kit_pdf", "kit_pdf_all", "kit_given"),
]
# What the member of the table wrote isn't the leader's to edit.
BY_ANOTHER = {"circles:note_edit": 404, "circles:mark_edit": 404, "circles:action_edit": 403}
# Each person, and their column.
PEOPLE = {
    "nobody": 0,
    "stranger": 1,
    "invited": 1,
    "former member": 1,
    "facilitator of another circle": 1,
    "member": 2,
    "leader of the meeting": 2,
    "facilitator": 3,
    "superuser": 4,
}
OUTSIDE = [name for name, column in PEOPLE.items() if column in (0, 1, 4)]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
NO_ERROR = range(200, 500)
# A note and an action item of `addresses`, and two pages with them.
SAID_INSIDE = [b"Something was said.", b"Ask the library"]
INSIDE = ["note_list", "action_list"]
# What scripts write through, by PUT and DELETE.
WIRE = {"circles:note_edit", "circles:mark_edit", "circles:section_read", "circles:action_wire"}


@pytest.fixture
def people(circle, meeting, facilitator, member, outsider, admin):
    leader = make_membership(circle, make_user("Lee Leader"))
    Meeting.objects.filter(pk=meeting.pk).update(leader=leader)
    invited, former = make_user("Ina Invited"), make_user("Fay Former")
    Invitation.objects.issue(circle, invited_by=facilitator, email=invited.email)
    make_membership(circle, former).leave()
    everyone = [
        *(None, make_user("Stan Stranger"), invited, former, outsider),
        *(member, leader.user, facilitator, admin),
    ]
    return dict(zip(PEOPLE, everyone, strict=True))


def address(name, addresses):
    """The address of this route, with what the test has for each of its arguments."""
    (wanted,) = (arguments for route, _view, arguments in routes() if route == name)
    return reverse(name, kwargs={argument: addresses[argument] for argument in wanted})


def answer(client, method, url):
    """What a request gets; what it changed is taken back, in the browser too."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def in_table(route, row, person):
    """What the table says of this person."""
    if person != "leader of the meeting":
        return row[PEOPLE[person]]
    if route.removeprefix("circles:") in LEADER:
        return row[PEOPLE["facilitator"]]
    return BY_ANOTHER.get(route, row[PEOPLE[person]])


def expected(method, route, table, person):
    """What a method may answer, where the table says so of GET; None if nothing is held."""
    if method == "GET":
        return {table}
    if person == "nobody" and table == 302:
        return {302, 401}
    if person == "leader of the meeting" and route in WIRE & BY_ANOTHER.keys():
        return NO_ERROR  # refused by what is sent, and not by who sends it
    if table in (403, 404):
        return {table}
    if method == "POST" or route in WIRE:
        return NO_ERROR
    return None


def test_every_address_is_in_the_table_and_nothing_else():
    assert {name for name, _view, _arguments in routes()} == set(ACCESS)


def test_what_the_leader_may_do_is_declared_beside_the_views():
    """The downloads decide by themselves: once they're published, they're for every member."""
    declared = {
        name.removeprefix("circles:")
        for name, view, _wanted in routes()
        if getattr(view, "access", "") == "facilitators or leader"
    }

    assert declared == set(LEADER) - {"minutes_pdf", "minutes_markdown"}


def test_every_view_declares_whom_it_lets_in():
    undeclared = [name for name, view, _arguments in routes() if not hasattr(view, "access")]

    assert undeclared == []


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_each_person_gets_the_answer_of_the_table(client, method, addresses, people):
    wrong = []
    for name, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        for route, row in ACCESS.items():
            table = in_table(route, row, name)
            right = expected(method, route, table, name)
            if right is None:
                continue
            response = answer(client, method, address(route, addresses))
            if response.status_code not in right:
                got = response.status_code
                wrong.append(f"{method} {route} as {name}: {got}, by the table {table}")
            if name in OUTSIDE and any(said in response.content for said in SAID_INSIDE):
                wrong.append(f"{method} {route} as {name}: tells what was said in the circle")

    assert wrong == [], "\n".join(["", *wrong])


def test_who_is_not_in_a_circle_is_shut_out_of_all_its_pages():
    open_to_them = [
        f"{name} to {person}"
        for name, view, _wanted in routes()
        for person in OUTSIDE
        if view.access in ("members", "facilitators", "facilitators or leader")
        and ACCESS[name][PEOPLE[person]] != (302 if person == "nobody" else 404)
    ]

    assert open_to_them == []


def test_the_words_that_no_one_outside_may_read_are_there_to_be_found(
    client, addresses, circle, meeting, member
):
    client.force_login(member)
    pages = [client.get(address(f"circles:{name}", addresses)) for name in INSIDE]

    assert all(said in b"".join(page.content for page in pages) for said in SAID_INSIDE)
