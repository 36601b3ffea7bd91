"""What loading a brief costs, by its length: ten times the sections, at most ten times the time."""

import time

from django.db import connection, transaction

from briefs.editions.load import load as load_edition
from tests.briefs.samples import Draft

TEXT = "\n\n".join(["Some words about the water of the town, and who pays for it. " * 12] * 4)


def of_length(number):
    draft = Draft()
    for place in range(number - 3):
        draft.section(f"part-{place}", f"Part {place}", TEXT)
    return draft


def load(text):
    """Processor seconds of a load, and its statements; the rows are not kept."""
    statements = 0

    def count(execute, *arguments):
        nonlocal statements
        statements += 1
        return execute(*arguments)

    begun = time.process_time()
    with transaction.atomic(), connection.execute_wrapper(count):
        load_edition(text.fixture, named="bench")
        seconds = time.process_time() - begun
        transaction.set_rollback(True)
    return seconds, statements


def main():
    load(of_length(10))
    for number in (50, 500):
        seconds, statements = load(of_length(number))
        print(f"  {number:3} sections {seconds:7.2f} s  {statements} statements")
