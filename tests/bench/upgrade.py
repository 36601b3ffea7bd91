"""Upgrade a full PostgreSQL database from an earlier version, and time what others wait for.

    bin/with-postgres .venv/bin/python -m tests.bench.upgrade

It makes the tables of that version in an empty database and fills them: the largest with a million
rows each (`ROWS`), others with a tenth. Then it runs all later migrations. While they run, another
process adds notes, one after the other, and asks ten times a second who holds a lock that keeps
others from writing.
"""

import multiprocessing
import os
import sys
import threading
import time

import django

FROM = [
    ("accounts", "0003_language"),
    ("briefs", "0003_search"),
    ("circles", "0016_mail_message_id"),
]
ROWS = int(os.environ.get("ROWS", "1000000"))
MANY = {"accounts_user", "circles_mail", "circles_meeting", "circles_note", "circles_rsvp"}
SMALL = {"circles_heartbeat", "circles_swap"}

# What the checks of the database ask for. All other columns get a value of their type.
VALUES = {
    "confidentiality": "'recorded'",
    "number": f"1 + n / {ROWS // 10}",
    "role": "1",
    "duration_minutes": "90",
    "usual_minutes": "90",
    "expires_at": "now() + interval '9 days'",
    "suits": "'yes'",
    "visitor_name": "'x' || n",
    "title": "'x'",
    "address": "n || '@example.org'",
    "scheduled_at": "now() - interval '2 days'",
    "started_at": "now() - interval '1 day'",
    "could_speak": "4",
    "understood": "4",
    "circles_note.text": "repeat('word ', 40)",
    "circles_rsvp.answer": "'yes'",
    "circles_reaction.kind": "'star'",
    "circles_invitation.created_at": "now()",
    "briefs_brief.audience": "'everyone'",
}
OF_A_TYPE = {
    "boolean": "false",
    "smallint": "1",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "uuid": "gen_random_uuid()",
    "jsonb": "'[]'",
    "character varying": "left('x' || n, {length})",
    "text": "'x' || n",
}
COLUMNS = """
    SELECT column_name, data_type, coalesce(character_maximum_length, 0), is_nullable = 'YES',
        is_generated = 'ALWAYS', confrelid::regclass::text
    FROM information_schema.columns
    LEFT JOIN pg_constraint ON contype = 'f' AND conrelid = table_name::regclass AND conkey =
        (SELECT array_agg(attnum) FROM pg_attribute
         WHERE attrelid = table_name::regclass AND attname = column_name)
    WHERE table_name = %s ORDER BY ordinal_position
"""
HOLDERS = """
    SELECT locks.pid, relname, mode FROM pg_locks locks JOIN pg_class ON pg_class.oid = relation
    WHERE granted AND relname = ANY(%s)
    AND mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
"""
ANOTHER_NOTE = """
    INSERT INTO circles_note SELECT (jsonb_populate_record(
        null::circles_note, to_jsonb(note) || jsonb_build_object('id', gen_random_uuid())
    )).* FROM (SELECT * FROM circles_note LIMIT 1) note
"""


def size_of(table):
    if table.startswith("briefs_"):
        return 1
    return ROWS if table in MANY else ROWS // 10


def value_of(table, column, kind, length, is_optional, target):
    value = VALUES.get(f"{table}.{column}") or VALUES.get(column)
    if is_optional and column not in ("brief_id", "section_id", "recorder_id"):
        return value if value and column in ("scheduled_at", "started_at") else "NULL"
    if target:
        return f"1 + n % {size_of(target)}"
    return value or OF_A_TYPE.get(kind, "n").format(length=length)


def fill(cursor, table):
    """Fill a table. Row n points at a row of its own in other tables, if they have as many."""
    rows = size_of(table)
    cursor.execute(COLUMNS, [table])
    columns = {
        row[0]: value_of(table, row[0], *row[1:4], row[5])
        for row in cursor.fetchall()
        if not row[4]
    }
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(columns.values())
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(1, {rows}) n"
    )
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {rows})")


def fill_all(connection):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # Leaves out foreign keys.
        for table in ("briefs_brief", "briefs_section"):
            fill(cursor, table)
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if name == "accounts_user" or (name.startswith("circles_") and name not in SMALL)
        ]
        for table in tables:
            fill(cursor, table)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return tables


class Watch:
    """Others who use the database while it's migrated, in a process of their own."""

    def __init__(self, tables):
        self.tables, self.ends = tables, threading.Event()
        self.waits_since, self.longest_wait, self.longest_hold = None, 0.0, (0.0, "")
        for run in (self.write, self.look):
            threading.Thread(target=run).start()

    def write(self):
        from django.db import connection

        with connection.cursor() as cursor:
            while not self.ends.is_set():
                self.waits_since = time.monotonic()
                cursor.execute(ANOTHER_NOTE)
                self.note_wait()
                self.ends.wait(0.01)
        connection.close()

    def note_wait(self):
        if self.waits_since:
            self.longest_wait = max(self.longest_wait, time.monotonic() - self.waits_since)
            self.waits_since = None

    def look(self):
        from django.db import connection

        since = {}
        with connection.cursor() as cursor:
            while not self.ends.is_set():
                cursor.execute(HOLDERS, [self.tables])
                now = time.monotonic()
                since = {row: since.get(row, now) for row in cursor.fetchall()}
                for (_pid, table, mode), begun in since.items():
                    self.longest_hold = max(self.longest_hold, (now - begun, f"{mode} {table}"))
                self.ends.wait(0.1)
        connection.close()

    def take(self):
        """What was seen since the last time."""
        self.note_wait()
        seen = self.longest_wait, *self.longest_hold
        self.longest_wait, self.longest_hold = 0.0, (0.0, "")
        return seen


def serve(pipe, tables):
    """Answer with what was seen, each time the other end asks."""
    django.setup()
    watch = Watch(tables)
    while pipe.recv():
        pipe.send(watch.take())
    watch.ends.set()


def upgrade(connection, pipe):
    from django.db.migrations.executor import MigrationExecutor

    begun = {}

    def ask():
        pipe.send(True)
        return pipe.recv()

    def progress(action, migration=None, _fake=False):
        if action == "apply_start":
            ask()
            begun[migration] = time.monotonic()
        if action == "apply_success":
            seconds = time.monotonic() - begun[migration]
            wait, hold, which = ask()
            print(
                f"| {migration} | {seconds:.1f} | {wait:.2f} | {hold:.1f} | {which} |", flush=True
            )

    executor = MigrationExecutor(connection, progress)
    executor.migrate(executor.loader.graph.leaf_nodes())


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor != "postgresql":
        sys.exit("This needs PostgreSQL: bin/with-postgres … -m tests.bench.upgrade")
    if connection.introspection.table_names():
        sys.exit("This needs an empty database.")
    begun = time.monotonic()
    MigrationExecutor(connection).migrate(FROM)
    tables = fill_all(connection)
    print(f"{len(tables)} tables filled in {time.monotonic() - begun:.0f} s\n")
    print("| migration | seconds | longest insert | longest lock seen | which |")
    print("| --- | --: | --: | --: | --- |")
    spawn = multiprocessing.get_context("spawn")
    pipe, other_end = spawn.Pipe()
    spawn.Process(target=serve, args=(other_end, tables)).start()
    try:
        upgrade(connection, pipe)
    finally:
        pipe.send(False)


if __name__ == "__main__":
    main()
