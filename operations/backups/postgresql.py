"""PostgreSQL: a dump of one snapshot by its own tools, and a dump put back in one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import DatabaseError, connection
from django.db.backends.postgresql.client import DatabaseClient
from django.utils import timezone

from .workplace import Fault

# Where Debian and Ubuntu keep the tools of each version.
VERSIONS = Path("/usr/lib/postgresql")
# How long a restore waits for those who read and write.
PATIENCE = "30s"

# Drops all that a dump may bring, and nothing of an extension's. It needs no more rights than a
# migration does: `DROP SCHEMA` would take those of its owner, and lose what was granted on it.
CLEAR = """
DO $clear$
DECLARE
    dropped text;
BEGIN
    FOR dropped IN
        WITH ours AS (SELECT current_schema()::regnamespace AS id),
        found AS (
            SELECT 'pg_class'::regclass AS catalog, c.oid, 1 AS turn,
                CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                    WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind,
                c.oid::regclass::text AS name
            FROM pg_class c, ours WHERE c.relnamespace = ours.id AND c.relkind IN
                ('r', 'p', 'v', 'm', 'S', 'f')
            UNION ALL
            SELECT 'pg_proc'::regclass, p.oid, 2, 'ROUTINE', p.oid::regprocedure::text
            FROM pg_proc p, ours WHERE p.pronamespace = ours.id
            UNION ALL
            SELECT 'pg_type'::regclass, t.oid, 3, 'TYPE', t.oid::regtype::text
            FROM pg_type t, ours WHERE t.typnamespace = ours.id AND t.typtype IN ('e', 'd')
            UNION ALL
            SELECT 'pg_ts_config'::regclass, s.oid, 4, 'TEXT SEARCH CONFIGURATION',
                s.oid::regconfig::text
            FROM pg_ts_config s, ours WHERE s.cfgnamespace = ours.id
            UNION ALL
            SELECT 'pg_ts_dict'::regclass, d.oid, 5, 'TEXT SEARCH DICTIONARY',
                d.oid::regdictionary::text
            FROM pg_ts_dict d, ours WHERE d.dictnamespace = ours.id
        )
        SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM found
        WHERE NOT EXISTS (
            -- Of an extension, or of a column.
            SELECT FROM pg_depend
            WHERE classid = catalog AND objid = found.oid AND deptype IN ('e', 'i')
        )
        ORDER BY turn
    LOOP
        EXECUTE dropped;
    END LOOP;
END
$clear$;
"""


def size() -> int:
    """The bytes of the database. A dump has fewer."""
    return int(_asked("SELECT pg_database_size(current_database())"))


def _asked(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def dump(to: Path) -> tuple[datetime, dict[str, int]]:
    """Dump the database to a file, and count its rows, both as they are at one moment.

    Returns:
        A moment, so that all that was saved before it is in the dump; the rows of each table.

    Raises:
        Fault: the tools are missing or too old.
        DatabaseError: the server can't be asked.
    """
    tools = _tools()
    with connection.cursor() as cursor:
        moment = timezone.now()
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            snapshot = _asked("SELECT pg_export_snapshot()")
            counted = _counted(cursor)
            _dump(tools, to, snapshot, _schema())
        finally:
            cursor.execute("ROLLBACK")
    return moment, counted


def _dump(tools: Path, to: Path, snapshot: str, schema: str) -> None:
    # It's compressed with the rest of the backup.
    how = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    what = [f"--snapshot={snapshot}", f"--schema={_pattern(schema)}", f"--file={to}"]
    with _started([tools / "pg_dump", *how, *what, *_where()]) as (process, errors):
        process.wait()
        if process.returncode:
            raise Fault(f"pg_dump couldn’t read the database: {_last(errors)}")


def _pattern(schema: str) -> str:
    """A name as pg_dump takes it: quoted, so that no sign in it is a wildcard."""
    return f'"{schema}"'


def check(file: Path) -> dict[str, int]:
    """The rows of each table in a dump. It reads all of it.

    Raises:
        Fault: it's damaged, or the tools are missing.
    """
    found: dict[str, int] = {}
    table = ""
    read = [_tools() / "pg_restore", "--data-only", "--file=-", file]
    with _started(read, stdout=subprocess.PIPE) as (process, errors):
        assert process.stdout
        for line in process.stdout:
            if table and line == b"\\.\n":
                table = ""
            elif table:
                found[table] += 1
            elif line.startswith(b"COPY "):
                # COPY schema.table (columns) FROM stdin;
                names = re.findall(r'"(?:[^"]|"")+"|[^\s".(]+', line.decode().split(" (")[0])
                table = names[-1].strip('"')
                found[table] = 0
        process.wait()
        if process.returncode:
            raise Fault(f"The dump in the backup is damaged: {_last(errors)}")
    return found


def rows() -> dict[str, int]:
    """The rows of each table that is here.

    Raises:
        DatabaseError: the server can't be asked.
    """
    with connection.cursor() as cursor:
        return _counted(cursor)


def _counted(cursor: Any) -> dict[str, int]:
    cursor.execute(
        "SELECT relname FROM pg_class AS c WHERE relnamespace = current_schema()::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid "
        "AND classid = 'pg_class'::regclass AND deptype = 'e') ORDER BY relname"
    )
    counts = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
        counts[name] = cursor.fetchone()[0]
    return counts


def put_in(file: Path, statements: list[str]) -> None:
    """Put a dump in the place of what's here, in one transaction.

    Args:
        file: made by `dump`.
        statements: SQL to run on it in the same transaction.

    Raises:
        Fault: nothing was changed.
    """
    tools, schema = _tools(), _schema()
    connection.close()
    begins = f"BEGIN;\nSET LOCAL lock_timeout = '{PATIENCE}';\n{CLEAR}\n"
    # A dump ends with an empty path.
    path = f"SET LOCAL search_path = {connection.ops.quote_name(schema)}"
    ends = [path, "SET LOCAL TIME ZONE 'UTC'", *statements, "COMMIT"]
    # The schema is there already, and may belong to someone else.
    read = ["--no-owner", "--no-privileges", f"--schema={schema}", "--file=-", file]
    write = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", *_where()]
    with (
        _started([tools / "psql", *write], stdin=subprocess.PIPE) as (writer, refused),
        _started([tools / "pg_restore", *read], stdout=subprocess.PIPE) as (reader, broken),
    ):
        assert writer.stdin and reader.stdout
        try:
            writer.stdin.write(begins.encode())
            shutil.copyfileobj(reader.stdout, writer.stdin)
            # Without this, psql ends, and the server takes all of it back.
            if reader.wait() == 0:
                writer.stdin.write("".join(f"{each};\n" for each in ends).encode())
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()
        if writer.wait():
            raise Fault(f"PostgreSQL refused it: {_last(refused)}. Nothing was changed.")
        if reader.wait():
            raise Fault(f"The dump in the backup is damaged: {_last(broken)}. Nothing was changed.")


def clear() -> None:
    """Drop all tables, and what belongs to them."""
    with connection.cursor() as cursor:
        cursor.execute(CLEAR)


def empty() -> None:
    """Delete all rows, but not the list of the migrations that were made."""
    with connection.cursor() as cursor:
        names = [name for name in _counted(cursor) if name != "django_migrations"]
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, names))}")


def is_in_use() -> bool:
    """Whether another process of this user is connected to the database."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # not in the stubs
    with _alone() as cursor:
        for _turn in range(10):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND usename = current_user AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0] == 0:
                return False
            # The server may not have noticed yet that ours ended.
            time.sleep(0.1)
    return True


@contextmanager
def _alone() -> Iterator[Any]:
    """A cursor of a connection outside the pool, which opens some more."""
    parameters = connection.get_connection_params()
    try:
        with closing(psycopg.connect(**parameters, autocommit=True)) as alone:
            yield alone.cursor()
    except psycopg.Error as error:
        raise DatabaseError(str(error)) from error


def _schema() -> str:
    return str(_asked("SELECT current_schema()"))


def _tools() -> Path:
    """The folder of `pg_dump`, `pg_restore`, and `psql`: of the version of the server, or of the
    next newer one. What a much newer one writes, an older server may not read.

    Raises:
        Fault: there are none, or all are too old.
    """
    connection.ensure_connection()
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]  # not in the stubs
    found = shutil.which("pg_dump")
    # On Debian, the one in the path chooses among these by rules of its own.
    folders = [*VERSIONS.glob("*/bin"), *([Path(found).parent] if found else [])]
    versions = {_version(folder): folder for folder in folders if (folder / "pg_dump").exists()}
    if not versions:
        raise Fault(
            f"pg_dump isn’t installed here. Install PostgreSQL’s tools of version {server} or "
            f"newer: on Debian, apt install postgresql-client-{server}. Nothing was changed."
        )
    if new_enough := [version for version in versions if version >= server]:
        return versions[min(new_enough)]
    raise Fault(
        f"pg_dump is of version {max(versions)}, and the server of version {server}. Install newer "
        f"tools: on Debian, apt install postgresql-client-{server}. Nothing was changed."
    )


def _version(folder: Path) -> int:
    said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True)
    number = re.search(r"\d+", said.stdout)
    return int(number[0]) if number else 0


def _where() -> list[str]:
    """The arguments that name the database to each tool."""
    arguments, _environment = _for_tools()
    return ["--no-password", *arguments[1:-1], f"--dbname={arguments[-1]}"]


def _for_tools() -> tuple[list[str], dict[str, str]]:
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return list(arguments), environment or {}


@contextmanager
def _started(
    arguments: list[Any], *, stdin: int = subprocess.DEVNULL, stdout: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """A tool that runs, and what it says about errors. It never asks for a password."""
    _arguments, environment = _for_tools()
    environment |= {"PGCONNECT_TIMEOUT": "15", "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            arguments, env=os.environ | environment, stdin=stdin, stdout=stdout, stderr=errors
        )
        try:
            yield process, errors
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe and not pipe.closed:
                    with suppress(BrokenPipeError):
                        pipe.close()


def _last(errors: IO[bytes]) -> str:
    """What a tool said last about an error, in one line."""
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()
    told = [line for line in lines if "ERROR" in line or "error:" in line or "FATAL" in line]
    return (told or lines or ["it gave no reason"])[0 if told else -1].strip().rstrip(".")
