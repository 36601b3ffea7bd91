"""Loads an edition, gets killed halfway, and prints which edition the database has.

    python -m tests.briefs.editions.load_in_process OLD NEW

A test runs this against a database of its own. Each try is killed at a later statement, until
one finishes. Prints “old” or “new” after each.
"""

import os
import signal
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from briefs.editions import fixture_reading  # noqa: E402
from briefs.editions.content import content_of  # noqa: E402
from briefs.editions.load import load  # noqa: E402
from briefs.models import Brief  # noqa: E402


def killer(at):
    """An execute wrapper that kills the process at the statement with this number."""
    seen = 0

    def count(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    return count


def main(old, new):
    call_command("migrate", verbosity=0)
    load(old, named="the first")
    before = content_of(Brief.objects.get())
    at, is_killed = 1, True
    while is_killed:
        connection.close()
        child = os.fork()
        if child == 0:
            with connection.execute_wrapper(killer(at)):
                load(new, named="the second")
            os._exit(0)
        is_killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        now = content_of(Brief.objects.get())
        print("old" if now == before else "new", flush=True)
        at = at * 5 // 4 + 1


if __name__ == "__main__":
    main(*(fixture_reading.read_file(path) for path in sys.argv[1:]))
