"""Edit conflicts: someone else saved a row since a person saw it."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from config.locks import Lockable


class Stale(Exception):
    """Someone else saved other values since the writer looked. `theirs` is what is saved."""

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs


def stamp(values: Iterable[object]) -> str:
    """A short hash of these values, to compare what was seen with what is saved."""
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:16]


class Editable(Lockable):
    """A row that several people may edit. No one can replace values that they have not seen."""

    class Meta:
        abstract = True

    def stamp(self, names: Iterable[str]) -> str:
        """A short hash of the values of these fields."""
        columns = [self._meta.get_field(name) for name in names]
        return stamp(
            column.value_from_object(self)  # type: ignore[union-attr]  # no relation
            for column in columns
        )

    @contextmanager
    def replacing(self, names: list[str], *, seen: str | None = None) -> Iterator[None]:
        """Lock and reload the row, keeping the values that were set on these fields.

        Args:
            names: the fields to replace. Other fields get the values that are saved.
            seen: the `stamp` of these fields as the writer saw them; None replaces whatever
                is saved.

        Raises:
            Stale: someone else saved other values since. The row then has their values.
        """
        mine = {name: getattr(self, name) for name in names}
        with self.locked():
            if seen is not None and seen != self.stamp(names) and self._differs_from(mine):
                raise Stale(self)
            for name, value in mine.items():
                setattr(self, name, value)
            yield

    def _differs_from(self, values: dict[str, Any]) -> bool:
        return any(getattr(self, name) != value for name, value in values.items())

    def keep(self, changed: list[str], *, seen: str | None = None) -> None:
        """Save these fields. See `replacing`."""
        with self.replacing(changed, seen=seen):
            self.save(update_fields=changed)
