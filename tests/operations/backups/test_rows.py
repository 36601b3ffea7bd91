"""An installation that outgrew SQLite moves to PostgreSQL with the same rows, or not at all.

Without PostgreSQL, these tests copy from one SQLite file into another.
"""

import fcntl
import json
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from accounts.models import User
from briefs.models import Brief
from briefs.page import state
from briefs.search import search
from circles.models import Circle, CircleEvent, Meeting, Membership, Note
from operations.backups import rows
from operations.backups.tables import Table, plain_json
from tests import demo
from tests.factories import (
    make_brief,
    make_circle,
    make_meeting,
    make_membership,
    make_note,
    make_section,
    make_user,
)

OLD = "old"
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the way is to PostgreSQL"
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory, worker_id, django_db_setup, django_db_blocker):
    """A file of SQLite with all tables and no rows."""
    folder = tmp_path_factory.getbasetemp()
    # One for all cores, as migrating takes long.
    path = (folder if worker_id == "master" else folder.parent) / "migrated.sqlite3"
    with path.with_suffix(".lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_suffix(".part")
            make_migrated(part)
            part.rename(path)
    return path


def make_migrated(path):
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
    else:
        with opened(path), in_the_old_one():
            call_command("migrate", verbosity=0)


@contextmanager
def opened(path):
    """The file as the database with the alias `OLD`."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    # Not among the settings: tests may not open what's there.
    configured = connections.configure_settings({"default": database})["default"]
    connections[OLD] = DatabaseWrapper(configured, OLD)
    try:
        yield
    finally:
        connections[OLD].close()
        del connections[OLD]


@contextmanager
def in_the_old_one():
    """What's written and read here is in `OLD`."""
    new = connections["default"]
    ContentType.objects.clear_cache()
    connections["default"] = connections[OLD]
    try:
        yield
    finally:
        connections["default"] = new
        ContentType.objects.clear_cache()
        cache.clear()


@pytest.fixture
def old(db, migrated, tmp_path):
    """A function that runs SQL in an old database, which has no rows yet."""
    path = tmp_path / "old.sqlite3"
    shutil.copy(migrated, path)

    def run(sql, *values):
        with connections[OLD].cursor() as cursor:
            return cursor.execute(sql, values).fetchall()

    with opened(path):
        yield run


def copied():
    return rows.copy(OLD, "default")


def refusal():
    """The sentence that refuses to copy. Nothing was changed."""
    before = all_rows("default")
    with pytest.raises(rows.NotTheSame) as refused:
        copied()
    assert all_rows("default") == before
    return str(refused.value)


def all_rows(alias):
    """All rows of all models, as Django reads them."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: sorted(model._base_manager.using(alias).values_list(), key=repr)
        for model in models
        if not model._meta.proxy
    }


@pytest.fixture
def note(old):
    """A note in the old database."""
    with in_the_old_one():
        brief = make_brief(slug="water", title="Water")
        make_section(brief, slug="wells", heading="The wells", body="Three wells serve the town.")
        circle = make_circle(slug="oak", name="Oak 🌳")
        author = make_user("Mel Member", email="member@example.org")
        make_membership(circle, author, role=Membership.Role.FACILITATOR)
        return make_note(make_meeting(circle, brief=brief), author, text="Größe: 5 µm ✍🏽\r\n\t\\.")


@pytest.mark.usefixtures("note")
def test_all_rows_are_the_same_afterward(old):
    moment = datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=UTC)
    details = {"z": 1.0, "a": [2**70, -0.0, 1e22, 1.5e-7, None, True], "é": {"b": "\\u0000", "": 1}}
    with in_the_old_one():
        circle, person = Circle.objects.get(), User.objects.get()
        event = CircleEvent(circle=circle, kind=CircleEvent.Kind.choices[0][0], details=details)
        event.save()
        User.objects.filter(pk=person.pk).update(last_login=moment, is_staff=True)
        group = Group.objects.create(name="Menders")
        group.permissions.set(Permission.objects.order_by("-pk")[:3])
        person.groups.add(group)
        Session.objects.create(session_key="a" * 32, session_data="{}", expire_date=moment)
        old("PRAGMA foreign_keys = OFF")
        old("UPDATE django_content_type SET id = id + 1000")
        old("UPDATE auth_permission SET content_type_id = content_type_id + 1000")
    before = all_rows(OLD)

    counts = copied()

    assert all_rows("default") == before
    assert counts == {table: len(found) for table, found in before.items()}
    ContentType.objects.clear_cache()
    assert User.objects.get().last_login == moment
    [kept] = CircleEvent.objects.filter(pk=event.pk).values_list("details", flat=True)
    assert kept == json.loads(json.dumps(details))


def test_new_rows_get_ids_that_no_row_has_had(old):
    with in_the_old_one():
        make_brief()
        highest = max(make_user().pk, make_user().pk)
        User.objects.get(pk=highest).delete()

    copied()

    assert make_user().pk == highest + 1
    assert make_brief().pk == 2


@pytest.mark.usefixtures("note")
def test_triggers_fill_what_they_keep(old):
    [(before,)] = old(f"SELECT value FROM {state.STATES} WHERE id = 0")

    copied()

    [found] = search("well", User.objects.get()).briefs
    assert [hit.url for hit in found.hits] == ["/briefs/water/wells/"]
    assert state.state_of(Brief.objects.get().pk)
    assert state.state_of(0) != before


def test_an_empty_database_has_the_state_of_lists_afterward(old):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {state.STATES}")

    assert not any(
        number for table, number in copied().items() if table not in rows.MADE_BY_MIGRATE
    )

    assert state.state_of(0)


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            "INSERT INTO auth_group (name) VALUES ('{long}')",
            "“name” of row 2 of “auth_group” has 500 characters, and 150 fit. Correct that",
        ),
        (
            "UPDATE circles_circle SET name = 'a' || char(0) || 'b'",
            "“name” of row 1 of “circles_circle” has a NUL character",
        ),
        (
            "UPDATE accounts_user SET mails_off = '[\"\\\\\\u0000\"]'",
            "“mails_off” of row 1 of “accounts_user” has a NUL character",
        ),
        (
            "UPDATE accounts_user SET date_joined = 'last Tuesday'",
            "“date_joined” of row 1 of “accounts_user” isn’t what belongs there",
        ),
        (
            "UPDATE circles_meeting SET number = 3000000000",
            "“number” of row 1 of “circles_meeting” is 3000000000, and numbers from 0 to",
        ),
        (
            "DELETE FROM circles_meeting",
            "of “circles_note” points at row 1 of “circles_meeting”, which doesn’t exist. Correct",
        ),
        (
            "UPDATE accounts_user SET display_name = CAST(x'ff' AS text)",
            "It isn’t possible to copy “accounts_user”: Could not decode to UTF-8 column",
        ),
    ],
)
def test_what_postgresql_cannot_keep_is_named(old, change, sentence):
    old("PRAGMA foreign_keys = OFF")
    old(change.format(long="x" * 500))

    assert sentence in refusal()


def test_all_that_does_not_fit_is_told_at_once(old):
    for number in range(8):
        old("INSERT INTO auth_group (name) VALUES (%s)", str(number) * 500)

    told = refusal()

    assert told.count("has 500 characters") == 5
    assert "; and 3 more. Correct" in told


@on_postgresql
@pytest.mark.usefixtures("note")
def test_what_only_postgresql_finds_is_named_too(old):
    old("UPDATE accounts_user SET mails_off = %s", r'["\ud800"]')

    assert "to copy row 1 of “accounts_user”: invalid input syntax for type json" in refusal()


def test_numbers_in_json_are_the_same_however_they_are_written():
    written, kept = "[1e23, -0.0, 1.0, 15e-8]", f"[1{'0' * 23}, 0.0, 1.0, 0.00000015]"

    assert plain_json(written) == plain_json(kept)
    assert plain_json(kept) != plain_json(f"[1{'0' * 22}1, 0.0, 1.0, 0.00000015]")
    assert plain_json("[-0]") == plain_json("[0]")
    assert plain_json('{"a": 1, "b": 2}') == plain_json('{"b": 2, "a": 1}') != plain_json("[1, 2]")


@pytest.mark.usefixtures("note")
def test_rows_that_arrive_otherwise_are_noticed(monkeypatch):
    write = Table.write

    def lose(table, found):
        found = list(found)
        write(table, found[:-1] if table.name == "circles_note" else found)

    monkeypatch.setattr(Table, "write", lose)

    assert "The copy of “circles_note” has 0 rows, the original 1" in refusal()


@pytest.mark.usefixtures("old")
def test_nothing_is_copied_over_rows_of_others():
    make_circle()

    assert refusal() == "The new database isn’t empty: “circles_circle” has rows."


def test_both_need_the_same_migrations(old):
    old("DELETE FROM django_migrations WHERE name = '0003_search'")

    assert "Only one of the two databases has the migration “briefs.0003_search”" in refusal()


def test_a_table_of_someone_else_is_not_lost(old):
    old("CREATE TABLE choir (song text)")
    copied()
    old("INSERT INTO choir VALUES ('Shenandoah')")

    assert "“choir” has rows, and isn’t a table of Full Circle’s" in refusal()


@pytest.mark.usefixtures("old")
def test_how_often_something_was_done_is_counted_from_zero(old):
    old("INSERT INTO shared_cache VALUES ('limit', 'MQ==', '2030-01-01 00:00:00')")

    assert "shared_cache" not in copied()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_cache")
        assert cursor.fetchone() == (0,)
    assert MigrationRecorder(connection).applied_migrations()


def headings(client, email):
    """The title of each page of the demo that a person may read, and what a search finds."""
    client.force_login(User.objects.get(email=email))
    circle = Circle.objects.get(slug="maple-street")
    places = ["circle_detail", "event_list", "member_list", "meeting_list", "poll_list"]
    paths = [
        *[reverse("circles:home"), reverse("briefs:brief_list"), "/briefs/?q=trafficking"],
        *[reverse(f"circles:{name}", args=[circle.slug]) for name in places],
        *[meeting.get_absolute_url() for meeting in circle.meetings.exclude(scheduled_at=None)],
        *[brief.get_absolute_url() for brief in Brief.objects.order_by("slug")],
    ]
    found = {}
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        soup = BeautifulSoup(page.content, "html.parser")
        found[path] = [each.get_text(" ", strip=True) for each in soup.select("h1, h2, h3")]
    return found


@on_postgresql
def test_the_demo_goes_on_where_it_was(old, client):
    people = ["member@example.org", "facilitator@example.org"]
    with in_the_old_one():
        demo.load()
        there = [headings(client, email) for email in people]
    before = all_rows(OLD)

    copied()

    assert all_rows("default") == before
    assert [headings(client, email) for email in people] == there
    meeting = Meeting.objects.get(started_at__isnull=False, ended_at=None)
    said = {"text": "It works here, too."}
    client.post(reverse("circles:note_list", args=[meeting.circle.slug, meeting.number]), said)
    assert Note.objects.filter(**said).exists()


@on_postgresql
@pytest.mark.long
@pytest.mark.usefixtures("old")
def test_a_network_of_circles_is_the_same_afterward():
    with in_the_old_one():
        demo.load()
        call_command("generate_network", circles=6, add=True, stdout=StringIO())
    before = all_rows(OLD)

    copied()

    assert all_rows("default") == before
