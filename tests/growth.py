"""How much of the database a page touches: a measure that no clock and no machine changes."""

import json
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# How PostgreSQL plans here. A small table is read whole and joined by hashing, whatever the
# indexes: plan as for a large one. And only rows count, not pages: those of other tests, which
# were taken back but still lie around, would make an index dear that isn't.
PLANNING = {
    **dict.fromkeys(["enable_seqscan", "enable_hashjoin", "enable_mergejoin"], "off"),
    **{"enable_material": "off", "seq_page_cost": "0", "random_page_cost": "0"},
    **{"cpu_tuple_cost": "1", "cpu_index_tuple_cost": "1"},
}


class Touched:
    """What was counted: `by_query` is the work of each query, in rows or in SQLite's steps.

    SQLite's virtual machine takes a few steps for each row that it looks at, so its steps
    tell how many rows a query visits. PostgreSQL says it in its plans.
    """

    by_query = ()


@contextmanager
def touched():
    """Count the work of the queries inside."""
    count = Touched()
    counted = _count_steps if connection.vendor == "sqlite" else _count_rows
    with counted(count):
        yield count


@contextmanager
def _count_steps(count):
    steps, begun = 0, []

    def handler():
        nonlocal steps
        steps += 1
        return 0

    def note(execute, sql, params, many, context):
        begun.append((steps, sql))
        return execute(sql, params, many, context)

    connection.ensure_connection()
    connection.connection.set_progress_handler(handler, 1)
    try:
        with connection.execute_wrapper(note):
            yield
    finally:
        connection.connection.set_progress_handler(None, 0)
    # Rows are fetched after a query has begun, and before the next one does.
    ends = [start for start, _sql in begun[1:]] + [steps]
    count.by_query = [(end - start, sql) for (start, sql), end in zip(begun, ends, strict=False)]


@contextmanager
def _count_rows(count):
    with CaptureQueriesContext(connection) as captured:
        yield
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for name, value in PLANNING.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        count.by_query = []
        for query in captured:
            if query["sql"].lstrip("( ").upper().startswith("SELECT"):
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                found = cursor.fetchone()[0]
                plans = json.loads(found) if isinstance(found, str) else found
                count.by_query.append((rows_looked_at(plans[0]["Plan"]), query["sql"]))
        for name in PLANNING:
            cursor.execute(f"SET LOCAL {name} TO DEFAULT")


def rows_looked_at(plan):
    """The rows that a plan of PostgreSQL visited, from its JSON."""
    seen = plan["Actual Rows"] + sum(
        plan.get(f"Rows Removed by {why}", 0) for why in ["Filter", "Index Recheck"]
    )
    inner = sum(rows_looked_at(part) for part in plan.get("Plans", []))
    return inner + (seen * plan["Actual Loops"] if "Scan" in plan["Node Type"] else 0)
