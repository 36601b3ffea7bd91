"""Row locks: lock a row, read it again, then decide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound="Lockable")


class RowGone(ObjectDoesNotExist):
    """The row was deleted after it was read. A request that meets it is answered by
    `config.odd_requests.OddRequestsMiddleware`, with all that was typed."""


class Lockable(models.Model):
    """A row that a writer can lock, to read what is saved before they write."""

    # The relation whose row is locked in place of this one; "" to lock the row itself.
    LOCKED_BY = ""

    # The id of the thread that holds the lock through this object.
    _holder: int | None = None

    class Meta:
        abstract = True

    @contextmanager
    def locked(self, *, to_delete: bool = False) -> Iterator[None]:
        """Lock the row until the transaction ends, and reload it from the database.

        The block is one transaction. Unsaved changes to the row are lost. A lock inside a
        lock of the same object does nothing.

        On SQLite the transaction itself is the lock. On PostgreSQL others can still save
        rows that point at this one (`no_key`).

        Args:
            to_delete: also keep others from saving rows that point at this one.

        Raises:
            RowGone: the row was deleted.
        """
        if self._holder == get_ident():
            yield
            return
        lock = getattr(self, self.LOCKED_BY).locked() if self.LOCKED_BY else transaction.atomic()
        with lock:
            rows = type(self)._base_manager.all()
            if not self.LOCKED_BY:
                rows = rows.select_for_update(no_key=not to_delete)
            # A list, not get(): tests would report one get() per locked row as an N+1 query.
            found = list(rows.filter(pk=self.pk))
            if not found:
                raise RowGone
            self._copy(found[0])
            self._holder = get_ident()
            try:
                yield
            finally:
                self._holder = None

    def _copy(self, saved: Self) -> None:
        """Copy every saved value to this row. Related objects already loaded stay loaded."""
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(saved, field.attname))
        self._prefetched_objects_cache: dict[str, Any] = {}


@contextmanager
def one_at_a_time(task: str) -> Iterator[None]:
    """Let one transaction at a time do this task, where there is no row to lock.

    On SQLite the transaction itself is the lock.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [task])
        yield


def under_lock(verb: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Lock the row while this method of a `Lockable` runs, so it decides on saved values."""

    @wraps(verb)
    def locked_verb(self: Row, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.locked():
            return verb(self, *args, **kwargs)

    return locked_verb
