"""Migrations that move data, run on rows as an older version left them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from circles.models import Circle, Mail, Meeting, Note
from tests.factories import make_meeting

# Each takes the database back and forth, which takes seconds.
pytestmark = pytest.mark.long

STARTED = datetime(2026, 3, 5, 23, tzinfo=UTC)


@pytest.fixture
def migrate(transactional_db):
    """Migrate the database to a migration. Returns the models at that point."""

    def migrate(name, app="circles"):
        executor = MigrationExecutor(connection)
        return executor.migrate([(app, name)]).apps.get_model

    yield migrate
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def find_migration(end, app="circles"):
    """The migration with this end, whatever its number, and the one before it in its app."""
    graph = MigrationExecutor(connection).loader.graph
    (key,) = [key for key in graph.nodes if key[0] == app and key[1].endswith(end)]
    (before,) = [name for of, name in graph.node_map[key].parents if of == app]
    return key[1], before


@pytest.fixture
def old_meeting(migrate):
    """Create meetings that are both started and canceled, which is now ruled out."""
    model = migrate("0018_vouches")
    user = model("accounts", "User").objects.create(email="ann@example.org")
    circle = model("circles", "Circle").objects.create(slug="elm", name="Elm")
    model("circles", "Membership").objects.create(circle=circle, user_id=user.pk)

    def old_meeting(number, *, note=False, visitor=False, deleted=False, **fields):
        fields = {"started_at": STARTED, "cancelled_at": STARTED + timedelta(hours=1)} | fields
        meeting = model("circles", "Meeting").objects.create(
            circle=circle,
            number=number,
            starts_at=STARTED,
            time_zone="America/New_York",
            duration_minutes=90,
            scheduled_at=STARTED - timedelta(days=7),
            **fields,
        )
        if note or deleted:
            gone = STARTED if deleted else None
            model("circles", "Note").objects.create(meeting=meeting, text="So", deleted_at=gone)
        if visitor:
            model("circles", "Attendance").objects.create(meeting=meeting, visitor_name="Val")
        return meeting.pk

    return old_meeting


def test_what_was_both_started_and_cancelled_becomes_one_of_them(old_meeting, migrate):
    hour = timedelta(hours=1)
    was_held = {
        old_meeting(1, note=True): STARTED + hour,
        old_meeting(2, visitor=True, cancelled_at=STARTED - hour): STARTED + timedelta(minutes=90),
        old_meeting(3, note=True, ended_at=STARTED + 2 * hour): STARTED + 2 * hour,
    }
    was_cancelled = [old_meeting(4), old_meeting(5, deleted=True, ended_at=STARTED + hour)]
    untouched = {
        old_meeting(6, cancelled_at=None): Meeting.State.UNDER_WAY,
        old_meeting(7, started_at=None, note=True): Meeting.State.CANCELLED,
    }
    begun = timezone.now()
    migrate("0020_meeting_started_or_cancelled")
    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())

    for pk, ended_at in was_held.items():
        meeting = Meeting.objects.get(pk=pk)
        assert (meeting.started_at, meeting.ended_at) == (STARTED, ended_at)
        assert meeting.state == Meeting.State.ENDED
        assert meeting.sequence == 1 and meeting.changed_at >= begun
    for pk in was_cancelled:
        meeting = Meeting.objects.get(pk=pk)
        assert (meeting.started_at, meeting.ended_at) == (None, None)
        assert meeting.state == Meeting.State.CANCELLED
        assert meeting.sequence == 0
    for pk, state in untouched.items():
        assert Meeting.objects.get(pk=pk).state == state
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_the_database_holds_no_meeting_that_is_both():
    meeting = make_meeting(started_at=timezone.now())
    row = Meeting.objects.filter(pk=meeting.pk)

    with pytest.raises(IntegrityError):
        row.update(cancelled_at=timezone.now())


def test_meetings_get_ids_of_their_own_for_calendars_and_feedback_stays(migrate):
    loader = MigrationExecutor(connection).loader
    (key,) = [key for key in loader.graph.nodes if key[1].endswith("_calendar_uid_and_giver")]
    ((_app, before),) = loader.graph.node_map[key].parents
    model = migrate(before)
    circle = model("circles", "Circle").objects.create(slug="elm", name="Elm")
    meetings = [
        model("circles", "Meeting").objects.create(
            circle=circle, number=number, starts_at=STARTED, time_zone="America/New_York"
        )
        for number in (1, 2, 3)
    ]
    evaluations = model("circles", "Evaluation").objects
    for _each in range(7):
        evaluations.create(meeting=meetings[0], could_speak=4, understood=3, change="Tea.")

    model = migrate(key[1])

    uids = [row.calendar_uid for row in model("circles", "Meeting").objects.order_by("number")]
    assert len(set(uids)) == 3
    assert all(len(uid) == 40 for uid in uids)
    kept = model("circles", "Evaluation").objects.values_list("change", "giver")
    assert list(kept) == [("Tea.", "")] * 7


@pytest.fixture
def without_limits(migrate):
    """The models as they were before texts had limits."""
    loader = MigrationExecutor(connection).loader
    [mine] = [key for key in loader.graph.nodes if key[0] == "circles" and "limits_of" in key[1]]
    [before] = [name for app, name in loader.graph.node_map[mine].parents if app == "circles"]
    return migrate(before)


def test_long_texts_from_before_stay_whole(without_limits):
    model = without_limits
    circle = model("circles", "Circle").objects.create(slug="elm", name="Elm", purpose="p" * 3000)
    meeting = model("circles", "Meeting").objects.create(
        circle=circle, number=1, starts_at=STARTED, time_zone="America/New_York"
    )
    notes = model("circles", "Note").objects
    long = notes.create(meeting=meeting, text="w" * 1_200_000, answer="a" * 6000).pk
    short = notes.create(meeting=meeting, text="Short.").pk

    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())

    assert Circle.objects.get().purpose == "p" * 3000
    note = Note.objects.get(pk=long)
    assert (note.text, note.answer) == ("w" * 1_200_000, "a" * 6000)
    assert Note.objects.get(pk=short).longest_before == 0
    Note.objects.filter(pk=long).update(text="w" * 1_100_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=long).update(text="w" * 1_200_001)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=short).update(text="w" * 10_001)


def test_emails_from_before_find_their_circle_and_none_is_sent(old_meeting, migrate):
    name, before = find_migration("_emails_in_sight")
    pk = old_meeting(1, started_at=None, cancelled_at=None)
    old = migrate(before)("circles", "Mail").objects
    old.create(kind="scheduled", cause="x", address="ann@example.org", meeting_id=pk)

    (mail,) = migrate(name)("circles", "Mail").objects.all()

    assert mail.circle.slug == "elm"
    assert mail.sent_at is None


def test_meetings_notes_and_readings_from_before_stay_as_they_are(old_meeting, migrate):
    """No one hears that an old reading is new, and texts longer than today's limit stay."""
    _name, before = find_migration("_meeting_cancel_reason")
    pk = old_meeting(1, note=True, started_at=None, cancelled_at=None)
    model = migrate(before)
    long = "w" * 3000
    model("circles", "Meeting").objects.filter(pk=pk).update(welcome=long, longest_before=3000)
    brief = model("briefs", "Brief").objects.create(slug="water", title="Water", edition=STARTED)
    section = model("briefs", "Section").objects.create(brief=brief, slug="wells", heading="Wells")
    model("circles", "Reading").objects.create(meeting_id=pk, section_id=section.pk)

    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())

    meeting = Meeting.objects.get(pk=pk)
    assert (meeting.welcome, meeting.cancel_reason, meeting.planned_people) == (long, "", None)
    assert [(note.text, note.item) for note in meeting.notes.all()] == [("So", None)]
    assert meeting.readings.get().assigned_at is None
    assert not Mail.objects.exists()


def test_who_is_signed_in_somewhere_was_here_before(migrate):
    """Home then tells what is new since; to all others nothing is new."""
    name, before = find_migration("_visits", app="accounts")
    model = migrate(before, app="accounts")
    here, never = (
        model("accounts", "User").objects.create(email=f"{name}@example.org")
        for name in ("here", "never")
    )
    for day in (1, 3, 2):
        seen = STARTED + timedelta(days=day)
        session = model("sessions", "Session").objects.create(
            session_key=str(day), expire_date=seen
        )
        model("accounts", "Device").objects.create(user=here, session=session, seen_at=seen)

    users = migrate(name, app="accounts")("accounts", "User").objects

    assert users.get(pk=here.pk).seen_at == STARTED + timedelta(days=3)
    assert users.get(pk=never.pk).seen_at is None
