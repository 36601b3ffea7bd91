"""How much of the database each page and each write touches, and the plan of its heaviest query.

No clock measures it, so a busy machine gives the same figures. They are steps of SQLite's virtual
machine, or the rows that PostgreSQL's plans visit.
"""

import json
from contextlib import nullcontext
from functools import partial

from django.contrib.sessions.models import Session
from django.db import connection, transaction

from ..growth import rows_looked_at, touched
from ..plans import asked
from .bench_pages import answer_here, rows, take_back
from .load import headers_of
from .people import Cast
from .server import Gunicorn


def explained(sql, params):
    """What PostgreSQL did for a statement: (rows it looked at, its plan, line by line)."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return rows_looked_at(plan), list(_lines(plan))


def _lines(plan, depth=0):
    named = [plan["Node Type"], plan.get("Index Name", ""), plan.get("Relation Name", "")]
    rows = f"({plan['Actual Rows']} rows, {plan['Actual Loops']} times)"
    yield "  " * depth + " ".join([*filter(None, named), rows])
    for part in plan.get("Plans", []):
        yield from _lines(part, depth + 1)


def plan_of(sql, params):
    """SQLite's plan of a statement, line by line."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [detail for *_numbers, detail in cursor.fetchall()]


def study(row):
    """The second request of a row: how many queries, their work, and the heaviest of them; None
    if it reads nothing."""
    asks = row.asks()
    answer_here(next(asks))
    is_sqlite = connection.vendor == "sqlite"
    with asked() as found, touched() if is_sqlite else nullcontext() as count:
        answer_here(next(asks))
    if not found:
        return None
    if is_sqlite:
        weighed = [(work, sql, None) for work, sql in count.by_query if sql in found]
    else:
        # Only of what reads: EXPLAIN ANALYZE would write again.
        reads = [sql for sql in found if sql.lstrip("( \n").upper().startswith("SELECT")]
        with transaction.atomic():
            weighed = [(*explained(sql, found[sql][0]), sql) for sql in reads]
        weighed = [(work, sql, plan) for work, plan, sql in weighed]
    if not weighed:
        return None
    work, sql, plan = max(weighed, key=lambda each: each[0])
    plan = plan or plan_of(sql, found[sql][0])
    return {
        "queries": len(found),
        "work": sum(each[0] for each in weighed),
        "heaviest": {"work": work, "plan": plan, "sql": sql},
    }


def main():
    cast = Cast.gather()
    try:
        with Gunicorn() as server:
            # It gives the tickets that some rows ask with.
            found = {}
            for row in rows(cast, partial(headers_of, server.port)):
                found[row.name] = study(row)
                take_back(cast)
    finally:
        Session.objects.filter(pk__in=cast.sessions).delete()
    unit = "steps" if connection.vendor == "sqlite" else "rows"
    print(f"  {'':22}{unit:>10}{'heaviest':>10}  its plan, in short")
    found = {name: row for name, row in found.items() if row}
    for name, row in found.items():
        top = row["heaviest"]
        first = (top["plan"] or ["inserts"])[0][:60]
        print(f"  {name:22}{row['work']:>10}{top['work']:>10}  {first}")
    return {"plans": found}
