"""Which rows SQLite would look at: what a page costs on a large site, told by a small one.

Without statistics of its tables, SQLite plans by their indexes alone. So the plan for a test's
few rows is the plan for ten million.
"""

import re
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

# What editors and operators write doesn't grow with the people and circles of a site.
OF_THE_HOUSE = {"admin", "auth", "briefs", "contenttypes"}
# One row, and requests: a hundred a day at most, for a year at most.
SMALL = {"circles_heartbeat", "circles_circlerequest"}
NAMED = re.compile(r'(?:FROM|JOIN|UPDATE) "(\w+)"(?: (?:AS )?"?(?!WHERE|INNER|LEFT|SET|ON)(\w+))?')
# One step of a plan, such as “SEARCH U0 USING INDEX note_on_nothing (meeting_id=?)”.
STEP = re.compile(
    r"(?P<how>SCAN|SEARCH) (?P<name>\w+)"
    r"(?: USING (?P<automatic>AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(?:INDEX|INTEGER PRIMARY KEY)"
    r"(?: (?P<index>\w+))?)?(?: \((?P<by>.*)\))?"
)


class Asked(dict):
    """The statements of some requests, each once: {SQL: (parameters, the first request)}."""

    request = ""


@contextmanager
def asked():
    """Note every statement inside; `request` of what is given says what is asked now."""
    found = Asked()

    def note(execute, sql, params, many, context):
        if not many:
            found.setdefault(sql, (params, found.request))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def wide_steps(found, on_purpose=()):
    """The steps that look at rows of the whole site, as readable lines; none is right.

    A step is narrow if it finds rows by a column that few rows share: their own, or that of one
    person, circle or meeting. What is found by a section of a brief, a date, or a kind is as much
    as the site is large.

    Args:
        found: what `asked` noted.
        on_purpose: how those steps begin that may look at more.
    """
    narrow, faults = _narrow_columns(), []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'")
        indexed = dict(cursor.fetchall())
        for sql, (params, request) in found.items():
            if not sql.lstrip("( ").startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                continue
            named = _tables(sql)
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            for *_numbers, detail in cursor.fetchall():
                step = STEP.match(detail)
                if not step:
                    continue
                owner = indexed.get(step["index"])
                tables = {owner} if owner else named.get(step["name"], set())
                if any(_is_wide(step, narrow[table]) for table in tables & narrow.keys()):
                    line = f"{' '.join(sorted(tables))}: {detail}"
                    if not line.startswith(tuple(on_purpose)):
                        faults.append(f"{line}\n    {request}\n    {sql}")
    return faults


def _is_wide(step, narrow):
    equal = {part.partition("=")[0] for part in (step["by"] or "").split(" AND ") if "=?" in part}
    return step["how"] == "SCAN" or bool(step["automatic"]) or not equal & narrow


def _tables(sql):
    """The tables of a statement by each name that its plan may have for them."""
    named = {}
    for table, alias in NAMED.findall(sql):
        for name in (table, alias or table):
            named.setdefault(name, set()).add(table)
    return named


def _narrow_columns():
    """Of each table that grows with the site, the columns that few rows share a value of."""
    growing = {
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in OF_THE_HOUSE and model._meta.db_table not in SMALL
    }
    return {
        model._meta.db_table: {"rowid"}
        | {
            field.column
            for field in model._meta.concrete_fields
            if field.unique or (field.remote_field and field.remote_field.model in growing)
        }
        for model in growing
    }
