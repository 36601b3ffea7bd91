"""One way to lock a row: hold it, read it again, then decide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound="Lockable")


class RowGone(ObjectDoesNotExist):
    """The row was deleted after it was read. A request that meets it is answered by
    `config.odd_requests.OddRequestsMiddleware`, with all that was typed."""


class Lockable(models.Model):
    """A row that one writer at a time holds, to look at what is saved before they write."""

    # The relation whose row is the lock of this one; empty if the row is its own lock.
    LOCKED_BY = ""

    # The thread that holds the row through this object.
    _holder: int | None = None

    class Meta:
        abstract = True

    @contextmanager
    def locked(self, *, to_delete: bool = False) -> Iterator[None]:
        """Hold the row until the transaction ends, and see it as it is in the database.

        Everything written inside is one transaction. What was set on the row and isn't saved
        is lost. A lock within a lock of the same object changes nothing.

        SQLite locks with the transaction itself. PostgreSQL lets others save rows that point
        at this one (`no_key`), unless it is to be deleted.

        Raises:
            RowGone: somebody deleted it meanwhile.
        """
        if self._holder == get_ident():
            yield
            return
        lock = getattr(self, self.LOCKED_BY).locked() if self.LOCKED_BY else transaction.atomic()
        with lock:
            rows = type(self)._base_manager.all()
            if not self.LOCKED_BY:
                rows = rows.select_for_update(no_key=not to_delete)
            # Many rows may be locked in a request, each by itself: that is no query to prefetch.
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
        """Take every value of this row as it is saved. Related objects at hand stay at hand."""
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(saved, field.attname))
        self._prefetched_objects_cache: dict[str, Any] = {}


def under_lock(verb: Callable[Concatenate[Row, P], T]) -> Callable[Concatenate[Row, P], T]:
    """Make a method of a `Lockable` hold its row, so that it decides on what is saved."""

    @wraps(verb)
    def locked_verb(self: Row, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.locked():
            return verb(self, *args, **kwargs)

    return locked_verb
