"""Makes a network of circles: some row by row, all others as copies of these.

Made row by row, ten thousand circles take hours. So a few dozen circles that differ in all that
matters are made that way, and the database copies them: each copy has people, links and numbers
of its own, and the days and the words of its original.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from django.db import connection, transaction

from ...models import Circle
from .meetings import add_meetings
from .people import Founding
from .rows import Rows, set_sequences
from .shelf import Shelf

# So many circles are made row by row.
ORIGINALS = 40
CACHE_KB = 256 * 1024


@dataclass
class Network:
    """What is to be made. The same values make the same rows in the same database.

    Args:
        circles: how many.
        seed: where the variety comes from.
        months: how long each has met.
        notes: how many notes each meeting has.
        today: the day that counts as today.
    """

    circles: int
    seed: int
    months: int
    notes: int
    today: date

    def make(self) -> Iterator[tuple[int, int]]:
        """Make it, piece by piece, each in a transaction; yields (circles, rows) of each piece."""
        shelf = Shelf.load()
        copies, rest = divmod(self.circles, ORIGINALS)
        _prepare()
        if copies:
            originals = self._rows(shelf, range(ORIGINALS))
            with transaction.atomic():
                originals.save()
                set_sequences()
            yield ORIGINALS, len(originals)
            for number in range(1, copies):
                with transaction.atomic():
                    originals.copy(number)
                    set_sequences()
                yield ORIGINALS, len(originals)
        if rest:
            with transaction.atomic():
                others = self._rows(shelf, range(ORIGINALS, ORIGINALS + rest))
                others.save()
                set_sequences()
            yield rest, len(others)
        _tell_the_planner()

    def _rows(self, shelf: Shelf, numbers: range) -> Rows:
        rows = Rows()
        for place, number in enumerate(numbers):
            # By its number in the database: what is added later has other random texts.
            chance = Random(f"{self.seed} {rows.first[Circle] + place}")
            add_meetings(Founding(rows, shelf, number, self.today, self.months, self.notes, chance))
        return rows


def _prepare() -> None:
    """SQLite reads and writes the same pages again and again: let it keep them at hand."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{CACHE_KB}")


def _tell_the_planner() -> None:
    """PostgreSQL looks at its tables by itself, but only after a while."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
