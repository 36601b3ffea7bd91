"""No page, no form and no round of the worker looks at rows of the whole site.

SQLite says so of each statement (`plans.py`). PostgreSQL plans by how many rows there are:
test_growth.py counts what it looks at.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from circles.mail.delivery import deliver
from circles.models import Heartbeat
from operations import worker

from .config.test_drawn_requests import FORM, ask, forms_of, undone, visitor_of
from .factories import make_meeting, make_note
from .plans import asked, wide_steps
from .test_access import ACCESS, address
from .test_queries import add_some_of_everything

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite for its plans"),
]

FACILITATOR = 3
# Lists of the admin, which show so many rows and count the rest.
ON_PURPOSE_IN_THE_ADMIN = [
    "accounts_siteevent: SCAN accounts_siteevent USING",
    "accounts_user: SCAN accounts_user USING COVERING INDEX",
    "accounts_user: SCAN accounts_user USING INDEX person_by_name",
    "circles_mail: SCAN circles_mail",
    # On the first page: what's late, and what was sent or failed within a day.
    "circles_mail: SEARCH circles_mail USING INDEX mail_that_waits (due_at<?)",
    "circles_mail: SEARCH circles_mail USING INDEX mail_by_failed_at (failed_at>?)",
    "circles_mail: SEARCH circles_mail USING COVERING INDEX mail_by_sent_at (sent_at>?)",
    # Circles without a date: each is looked at, as only its meetings tell.
    "circles_circle: SCAN circles_circle",
]
# The worker asks for what is due, by an index of nothing but what may become due.
ON_PURPOSE_IN_A_ROUND = [
    "circles_actionitem: SEARCH circles_actionitem USING INDEX action_item_to_remind_of",
    # What is old enough to be deleted, and deleted then.
    "accounts_addresschange: SEARCH accounts_addresschange USING INDEX address_change_by_moment",
    "accounts_guesses: SEARCH accounts_guesses USING COVERING INDEX accounts_guesses_last_at",
    "accounts_user: SEARCH accounts_user USING INDEX person_never_signed_in",
    "circles_calendarfeed: SEARCH circles_calendarfeed USING COVERING INDEX feed_by_end",
    "circles_datepoll: SEARCH circles_datepoll USING COVERING INDEX poll_by_moment",
    "circles_invitation: SEARCH circles_invitation USING COVERING INDEX invitation_by_end",
    "circles_sentinvitation: SEARCH circles_sentinvitation USING COVERING INDEX",
    # Who gave feedback is forgotten soon after the meeting.
    "circles_evaluation: SEARCH circles_evaluation USING INDEX evaluation_by_giver",
    *(
        f"circles_mail: SEARCH circles_mail USING INDEX mail_{which}"
        for which in ("by_dropped_at", "by_failed_at", "by_sent_at", "that_waits")
    ),
    # All that wait: whether they were queued by a clock that was ahead.
    "circles_mail: SCAN circles_mail USING INDEX mail_that_waits",
    "circles_meeting: SEARCH circles_meeting USING INDEX meeting_to_remind_of",
    # Once a week for each brief: who met on it.
    "circles_meeting: SEARCH circles_meeting USING INDEX meeting_by_brief_and_edition (brief_id=?)",
    # Questions that have no answer yet, or whose edition isn't there.
    "circles_sentquestion: SEARCH circles_sentquestion USING INDEX sent_question_to_tell_of",
    "circles_note: SEARCH circles_note USING INDEX note_to_erase",
    # All circles that chose when notes are deleted: whether any are due.
    "circles_circle: SEARCH circles_circle USING INDEX circle_by_retention",
    "django_session: SEARCH django_session USING INDEX django_session_expire_date",
]


def shown(faults):
    return "\n".join(["", *faults])


def test_no_page_of_a_walk_looks_at_rows_of_the_whole_site(walk, db):
    faults = wide_steps(walk.asked, ON_PURPOSE_IN_THE_ADMIN if walk.person == "admin" else ())

    assert len(walk.asked) > 20
    assert faults == [], shown(faults)


def writes(meeting, draft):
    """What scripts and buttons send, with something in it: (method, URL, body)."""
    url = meeting.get_absolute_url()
    return [
        ("PUT", f"{url}notes/{uuid4()}/", "text=A+thing&kind=point&section="),
        ("POST", f"{url}rsvp/", "answer=yes"),
        ("PUT", f"{url}actions/{uuid4()}/", "text=Ask"),
        # It counts what the circle's members were emailed today.
        ("POST", f"{draft.get_absolute_url()}schedule/", ""),
        ("GET", f"{url}changes/?since=0", ""),
        ("GET", "/briefs/?q=water", ""),
    ]


def test_no_form_looks_at_rows_of_the_whole_site(
    client, addresses, circle, facilitator, meeting, section
):
    client.force_login(facilitator)
    add_some_of_everything(circle, meeting, section, facilitator)
    meeting.start()
    make_note(meeting, facilitator, kind="question")
    draft = make_meeting(circle, brief=meeting.brief, scheduled_at=None, place="The library")
    # A PDF has no form, and takes long.
    pages = {name for name, answers in ACCESS.items() if answers[FACILITATOR] == 200}
    names = sorted(name for name in pages if not name.endswith("_pdf"))
    urls = [address(name, addresses) for name in names] + [f"{draft.get_absolute_url()}edit/"]
    targets = {}
    with asked() as found:
        for url in urls:
            found.request = f"GET {url}"
            with undone():
                answer = visitor_of(client).get(url)
            if answer.get("Content-Type", "").startswith("text/html"):
                for form in forms_of(answer.content, url):
                    alike = re.sub(r"[0-9a-f-]{36}|\d+", "0", form.url)
                    targets[alike, form.method, tuple(form.names)] = form
        for form in targets.values():
            found.request = f"{form.method} {form.url}"
            with undone():
                ask(visitor_of(client), form, {}, {})
        for method, url, body in writes(meeting, draft):
            found.request = f"{method} {url}"
            with undone():
                visitor_of(client).generic(method, url, body, content_type=FORM)
    faults = wide_steps(found)

    assert len(targets) > 40
    assert faults == [], shown(faults)


def test_no_round_of_the_worker_looks_at_rows_of_the_whole_site(
    circle, member, meeting, section, brief
):
    """Each reminder has a meeting; notes and sessions are old enough to go."""
    add_some_of_everything(circle, meeting, section, member)
    now = timezone.now()
    make_note(meeting, member, deleted_at=now - timedelta(days=2))
    for days in (1, 3, 5, 7, 14, 21):
        ahead = make_meeting(
            circle,
            brief=brief,
            starts_at=now + timedelta(days=days),
            scheduled_at=now - timedelta(days=30),
        )
        ahead.readings.create(section=section)
    meeting.action_items.update(due_on=now.date() + timedelta(days=2))
    long_ago = now - timedelta(days=2)
    Heartbeat.objects.update_or_create(
        name="worker", defaults={"beat_at": long_ago, "reminded_until": long_ago}
    )
    with asked() as found:
        worker.look()
        worker.tidy()
        sent = deliver()
    faults = wide_steps(found, ON_PURPOSE_IN_A_ROUND)

    assert sent
    assert faults == [], shown(faults)
