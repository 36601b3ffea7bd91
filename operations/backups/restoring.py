"""Puts a backup back: looked at first, then in one piece or not at all."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from circles.models import Mail
from config.migration_state import migrations_of_code

from . import archive, making, postgresql, rows, sqlite
from .archive import Manifest
from .workplace import Damaged, Fault, check_space

# Why an email that waited when the backup was made isn't sent. The admin shows it.
HELD = "it waited when a backup was restored, and may have been sent since"
# The name of the backup's database while its rows are copied to another kind of database.
SOURCE = "backup"


@dataclass(frozen=True)
class Backup:
    """A backup that was opened and is whole.

    Attributes:
        path: its file.
        database: a copy of the database, in the workplace.
    """

    path: Path
    manifest: Manifest
    database: Path


@dataclass(frozen=True)
class Here:
    """What a restore would replace.

    Attributes:
        rows: how many rows each table has.
        last_note_at: when the last note was written, if there is one.
        damage: a sentence if the database can't be read.
    """

    rows: dict[str, int]
    last_note_at: datetime | None = None
    damage: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no one uses it yet. Briefs may be there, and the worker may have run."""
        used = [
            table
            for table, number in self.rows.items()
            if number and table.startswith(("accounts_", "circles_"))
        ]
        return not self.damage and set(used) <= {"circles_heartbeat"}


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes:
        held: how many emails wait for an admin to decide.
        before: where what was there before is kept; None if there was nothing.
    """

    held: int
    before: Path | None


def look_into(path: Path, folder: Path) -> Backup:
    """Open a backup and check it, so that it can be put back here.

    Args:
        folder: the workplace.

    Raises:
        Fault: it can't be put back here.
    """
    if path.exists():
        # Compressed, so this is the least that it needs.
        check_space(folder, path.stat().st_size)
    database = folder / "backup"
    manifest = archive.read(path, database)
    _check_migrations(manifest)
    if manifest.kind == "postgresql" and connection.vendor != "postgresql":
        raise Fault(
            "This backup is of a PostgreSQL database, and this installation uses SQLite. Set "
            "DATABASE_URL to a PostgreSQL database. Nothing was changed."
        )
    if making.KINDS[manifest.kind].check(database) != manifest.rows:
        raise Fault(f"“{path}” doesn’t hold the rows that it names. Nothing was changed.")
    return Backup(path, manifest, database)


def _check_migrations(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in migrations_of_code()}
    if newer := sorted(set(manifest.migrations) - known):
        raise Fault(
            f"This backup is from a newer version of Full Circle: it has “{newer[0]}”. Upgrade "
            "first, then restore it. Nothing was changed."
        )


def look_around() -> Here:
    """What's in the database now.

    Raises:
        DatabaseError: the server can't be asked.
    """
    try:
        found = making.KINDS[connection.vendor].rows()
    except Damaged as fault:
        return Here({}, damage=str(fault))
    if not found.get("circles_note"):
        return Here(found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(created_at) FROM circles_note")
        (last,) = cursor.fetchone()
    if isinstance(last, str):
        last = datetime.fromisoformat(last).replace(tzinfo=UTC)
    return Here(found, last)


def is_in_use() -> bool:
    """Whether the web server, the worker, or anyone else has the database open."""
    return bool(making.KINDS[connection.vendor].is_in_use())


def put_back(backup: Backup, here: Here, folder: Path) -> Restored:
    """Put a backup in the place of what's here, and bring it up to date.

    What's here is saved first, beside the backup. If anything fails, it's put back.

    Raises:
        Fault: everything is as it was, or the sentence says how to get there.
    """
    now = timezone.now()
    before = sqlite.set_aside() if here.damage else _saved(backup.path, folder, now)
    statements = _settle(backup.manifest, now)
    is_same = backup.manifest.kind == connection.vendor
    if is_same:
        _put_in(backup, here, before, statements)
    try:
        if not is_same:
            _move_in(backup, statements)
        call_command("migrate", verbosity=0, interactive=False)
        held = Mail.objects.filter(last_error=HELD, failed_at=now).count()
    except BaseException as error:
        _undo(before, here, folder, error)
        raise
    if here.is_empty:
        before.unlink()
        return Restored(held, None)
    return Restored(held, before)


def _saved(path: Path, folder: Path, now: datetime) -> Path:
    """A backup of what's here, beside the one to put back."""
    if connection.vendor == "sqlite":
        sqlite.location().parent.mkdir(parents=True, exist_ok=True)
        sqlite.location().touch(mode=0o600)
    plain = archive.key() is None
    ending = ".tar.gz" if plain else ".age"
    before = path.absolute().with_name(f"before-restore-{now:%Y-%m-%d-%H%M%S-%f}{ending}")
    try:
        making.make_in(folder, before, plain=plain)
    except Fault as fault:
        raise Fault(f"What’s here couldn’t be saved first. {fault}") from fault
    return before


def _settle(manifest: Manifest, now: datetime) -> list[str]:
    """SQL that makes the past fit for the present, in the same transaction.

    Emails that were due may have been sent since, and reminders that fell due since, too. A
    session that was ended since would begin again.
    """
    if "circles_mail" not in manifest.rows:
        return []
    at = f"{now:%Y-%m-%d %H:%M:%S.%f}"
    return [
        "DELETE FROM accounts_device",
        "DELETE FROM django_session",
        f"UPDATE circles_mail SET failed_at = '{at}', claimed_until = NULL, last_error = '{HELD}' "
        f"WHERE sent_at IS NULL AND dropped_at IS NULL AND failed_at IS NULL AND due_at <= '{at}'",
        f"UPDATE circles_heartbeat SET reminded_until = '{at}' WHERE reminded_until < '{at}'",
    ]


def _put_in(backup: Backup, here: Here, before: Path, statements: list[str]) -> None:
    """Put it in the place of what's here, in one transaction."""
    try:
        making.KINDS[connection.vendor].put_in(backup.database, statements)
    except BaseException as error:
        if here.damage:
            sqlite.put_aside_back(before)
        elif here.is_empty:
            before.unlink()
        elif isinstance(error, Fault):
            raise Fault(f"{error} What’s here was saved in “{before}”, too.") from error
        raise
    connection.close()


def _move_in(backup: Backup, statements: list[str]) -> None:
    """Copy the rows of an SQLite database into PostgreSQL, in the place of what's here."""
    sqlite.run(backup.database, statements)
    postgresql.clear()
    _migrate_to(backup.manifest.migrations)
    _copy_rows(backup.database)


def _migrate_to(names: list[str]) -> None:
    """Give an empty database these migrations, and no later ones."""
    executor = MigrationExecutor(connection)
    nodes = executor.loader.graph.node_map
    wanted = {key for key in nodes if ".".join(key) in names}
    executor.migrate([key for key in wanted if not set(nodes[key].children) & wanted])
    # Some migrations add rows. The backup brings its own.
    postgresql.empty()


def _copy_rows(database: Path) -> None:
    source = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    configured = connections.configure_settings({"default": source})["default"]
    # Not among the settings, so that no one else takes it for a database of the site.
    connections[SOURCE] = DatabaseWrapper(configured, SOURCE)
    try:
        rows.copy(SOURCE, "default")
    finally:
        connections[SOURCE].close()
        del connections[SOURCE]


def _undo(before: Path, here: Here, folder: Path, error: BaseException) -> None:
    """Put back what was here before, as a restore failed.

    Raises:
        Fault: always; it says why the restore failed, and what is here now.
    """
    connection.close()
    native = making.KINDS[connection.vendor]
    why = str(error)
    if isinstance(error, KeyboardInterrupt):
        why = "it was interrupted."
    elif not isinstance(error, Fault):
        why = f"{type(error).__name__}: {why.rstrip('.')}."
    try:
        if here.damage:
            sqlite.put_aside_back(before)
        else:
            archive.read(before, folder / "before")
            native.put_in(folder / "before", [])
    except (Fault, DatabaseError, OSError) as again:
        raise Fault(
            f"The backup couldn’t be put back: {why} What was here is in “{before}”, and couldn’t "
            f"be put back either: {again} Restore it once that’s fixed."
        ) from error
    if not here.damage:
        before.unlink()
    raise Fault(f"The backup couldn’t be put back: {why} Everything is as it was.") from error
