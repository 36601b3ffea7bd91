"""What the worker deletes, and when."""

import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.models import AddressChange, Guesses, SiteEvent, User
from briefs.models import Draft, MistakeReport
from circles.models import (
    CalendarFeed,
    CircleRequest,
    DatePoll,
    Evaluation,
    Invitation,
    Mail,
    Membership,
    Note,
    SentInvitation,
)
from config import shared_cache
from operations import housekeeping
from operations.backups.workplace import workplace
from tests.factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_mistake_report,
    make_note,
    make_poll,
    make_section,
    make_user,
)

DOC = Path(__file__).resolve().parents[2] / "docs/operators.md"
NOW = housekeeping.AT_ONCE


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def table_of_the_cache(monkeypatch):
    cache = shared_cache.DatabaseCache("shared_cache", {})
    monkeypatch.setattr(shared_cache, "caches", {"default": cache})


def left(rows):
    """Whether any of these is left."""
    return lambda: rows.all().exists()


def only(row):
    return type(row)._default_manager.filter(pk=row.pk)


def session(moment):
    return left(only(Session.objects.create(session_key=uuid4().hex, expire_date=moment)))


def unclaimed(moment):
    person = User.objects.create(email=f"{uuid4()}@example.org", date_joined=moment)
    person.emailaddress_set.create(email=person.email, verified=False, primary=True)
    return left(only(person))


def cached(moment):
    cache, key = shared_cache.caches["default"], uuid4().hex
    cache.set(key, 1, timeout=(moment - timezone.now()).total_seconds())

    def is_left():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM shared_cache WHERE cache_key = %s", [cache.make_key(key)])
            return bool(cursor.fetchone())

    return is_left


def address_change(moment, **more):
    emails = {"old_email": "una@example.org", "email": "una@example.com"}
    change = AddressChange.objects.create(user=make_user(), asked_at=moment, **emails, **more)
    return left(only(change).exclude(old_email="", email=""))


def invitation(moment):
    made, _token = Invitation.objects.issue(make_circle(), invited_by=make_user())
    only(made).update(created_at=moment - timedelta(days=30), expires_at=moment)
    return left(only(made))


def circle_request(moment, **more):
    words = {"name": "Una", "email": "una@example.org", "place": "Elm Street"}
    return left(only(CircleRequest.objects.create(**words, created_at=moment, **more)))


def deleted_note(moment):
    note = make_note(author=make_user())
    only(note).update(deleted_at=moment)
    return left(only(note).exclude(text=""))


def feedback(moment):
    meeting = make_meeting(starts_at=moment)
    given = Evaluation.objects.create(meeting=meeting, could_speak=4, understood=4, giver="someone")
    return left(only(given).exclude(giver=""))


def poll(moment):
    asked = make_poll(days=[7])
    only(asked).update(created_at=moment)
    asked.options.update(starts_at=moment)
    return left(only(asked))


def feed(moment):
    made, _token = CalendarFeed.objects.issue(make_user())
    only(made).update(revoked_at=moment)
    return left(only(made))


def mistake(moment):
    report = make_mistake_report(make_section(), email="una@example.org", created_at=moment)
    return left(only(report).exclude(email=""))


def step(moment):
    edition = make_brief().editions.create(date=moment.date(), loaded_as="a test", content=[])
    draft = Draft.objects.create(title="Water", closed_at=moment, published_as=edition)
    return left(only(draft.steps.create(revision=1, what="Moved Wells up", before={})))


def file(moment, name):
    path = housekeeping.settings.DATA_DIR / name.replace("*", uuid4().hex)
    path.parent.mkdir(exist_ok=True)
    path.write_text("Some words.")
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path.exists


def note_of_a_circle_that_keeps_none_for_long(moment):
    circle = make_circle(retention_months=1, retention_starts_at=moment - timedelta(days=60))
    meeting = make_meeting(circle, starts_at=moment - relativedelta(months=1))
    return left(Note.objects.filter(pk=make_note(meeting).pk, text__gt=""))


# What each row of the table is about, made as if at a moment. Each says whether it's left.
MADE = {
    "Sessions, with their devices": session,
    "Accounts whose address no one proved, unless an admin added them": unclaimed,
    "Wrong guesses at codes and passwords": lambda moment: left(
        only(Guesses.objects.create(account=uuid4().hex, kind="code", last_at=moment))
    ),
    "Counts in the shared cache": cached,
    "Changes of address that no one confirmed": address_change,
    "Old and new address of a change that was made": lambda moment: address_change(
        moment, made_at=moment
    ),
    "Rows of emails": lambda moment: left(
        only(Mail.objects.create(kind="minutes", cause="a", user=make_user(), sent_at=moment))
    ),
    "Emails in `DATA_DIR/mail`": lambda moment: file(moment, "mail/*.log"),
    "Invitations and invite links, used or not": invitation,
    "Hashes of addresses that invitations went to": lambda moment: left(
        only(SentInvitation.objects.create(sender=make_user(), sent_at=moment))
    ),
    "Requests to start a circle, answered": lambda moment: circle_request(
        moment, declined_at=moment
    ),
    "Requests to start a circle, unanswered": circle_request,
    "Notes and summaries of meetings, in circles that set a time for it": (
        note_of_a_circle_that_keeps_none_for_long
    ),
    "Texts of deleted notes": deleted_note,
    "Hashes that tell whose feedback is whose": feedback,
    "Date polls whose dates are over, with all replies": poll,
    "Calendar links that were turned off": feed,
    "Who reported a mistake in a brief": mistake,
    "Steps of drafts that were published": step,
    "PDFs in `DATA_DIR/pdf`": lambda moment: file(moment, "pdf/*.pdf"),
    "Unfinished PDFs of a process that was killed": lambda moment: file(moment, "pdf/*.pdf.part"),
    "Notes of failed PDFs": lambda moment: file(moment, "pdf/*.tries"),
    "The admin’s history of each row": lambda moment: left(
        only(LogEntry.objects.create(user=make_user(), action_flag=1, action_time=moment))
    ),
}


@pytest.mark.django_db
def test_each_row_of_the_table_deletes_what_is_old_enough_and_nothing_younger(table_of_the_cache):
    now, hour = timezone.now(), timedelta(hours=1)
    ages = {rule.what: rule.age for rule in housekeeping.RULES}
    young = {what: make(now - ages[what] + hour) for what, make in MADE.items()}
    old = {what: make(now - ages[what] - hour) for what, make in MADE.items()}
    # What has no age is tested below.
    (without,) = ages.keys() - MADE.keys()

    housekeeping.run()

    assert {what for what, is_left in young.items() if not is_left()} == set()
    assert {what for what, is_left in old.items() if is_left()} == set()
    assert "backup" in without


@pytest.mark.django_db
def test_what_a_row_does_not_name_stays(circle, member):
    """Rows that are as old, but still of use to someone."""
    long_ago = timezone.now() - timedelta(days=1000)
    added = User.objects.create(email="added@example.org", date_joined=long_ago)
    SiteEvent.objects.record(SiteEvent.Kind.PERSON_ADDED, person=added)
    User.objects.filter(pk=member.pk).update(date_joined=long_ago)
    used, _token = Invitation.objects.issue(circle, invited_by=member)
    Membership.objects.filter(user=member).update(invitation=used)
    Invitation.objects.update(created_at=long_ago, expires_at=long_ago + timedelta(days=30))
    ahead = make_poll(circle)
    DatePoll.objects.update(created_at=long_ago)
    report = make_mistake_report(make_section(), email="una@example.org", created_at=long_ago)
    note = make_note(make_meeting(circle, starts_at=long_ago), member)
    Note.objects.update(created_at=long_ago)

    housekeeping.run()

    assert {*User.objects.filter(pk__in=[added.pk, member.pk])} == {added, member}
    assert Membership.objects.current().filter(user=member, invitation=None).exists()
    assert not Invitation.objects.exists()
    assert DatePoll.objects.get() == ahead
    assert MistakeReport.objects.get() == report
    assert Note.objects.get().text == note.text


@pytest.mark.django_db
def test_a_row_that_fails_does_not_stop_the_others(monkeypatch, caplog):
    def fail(_before, _most):
        raise RuntimeError("the disk is odd")

    done = []
    after = housekeeping.Rule(
        "Others", "then", NOW, lambda _before, _most: len(done.append(1) or [])
    )
    broken = housekeeping.Rule("Odd rows", "then", NOW, fail)
    monkeypatch.setattr(housekeeping, "RULES", [broken, after])

    housekeeping.run()

    assert done == [1]
    assert "Housekeeping couldn't delete: Odd rows" in caplog.text


@pytest.mark.django_db
def test_many_rows_go_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(housekeeping, "AT_A_TIME", 2)
    monkeypatch.setattr(housekeeping, "MOST_TIMES", 2)
    for number in range(5):
        session(timezone.now() - timedelta(hours=number + 1))
    left = []

    for _hour in range(2):
        housekeeping.run()
        left.append(Session.objects.count())

    assert left == [1, 0]


def test_what_a_killed_backup_left_is_deleted_unless_another_is_under_way(data_dir):
    (data_dir / "backup-work").mkdir()
    dump = data_dir / "backup-work/dump"
    dump.write_text("The circles’ words.")
    housekeeping.workplace.clear_up()
    is_deleted = not dump.exists()
    with workplace() as place:
        (place / "dump").write_text("The circles’ words.")
        housekeeping.workplace.clear_up()
        assert dump.exists()

    assert is_deleted


def test_the_operators_guide_has_the_same_table():
    _before, section = DOC.read_text().split("\n## What is deleted when\n")
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \|$", section.split("\n## ")[0], re.MULTILINE)
    told = [row for row in rows if row[1:] != ("---", "---")][1:]

    assert told == [(rule.what, _age(rule), rule.since) for rule in housekeeping.RULES]


def _age(rule):
    return {0: "at once", 1: "1 day"}.get(rule.age.days, f"{rule.age.days} days")
