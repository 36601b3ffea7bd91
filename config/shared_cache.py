"""The shared cache where there is no Redis: a table in the database."""

import base64
import pickle
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.core.cache import caches
from django.core.cache.backends import db
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

# How many values a process adds until it looks again whether there are too many.
BETWEEN_LOOKS = 100


def forget_ended(before: datetime, most: int) -> int:
    """Delete values of the shared cache that ended before this moment; none if it's not ours."""
    cache = caches["default"]
    return cache.forget_ended(before, most) if isinstance(cache, DatabaseCache) else 0


class DatabaseCache(db.DatabaseCache):
    """Django's, with an `incr` that loses nothing when several processes count at once, and
    that leaves it at the time when the count ends; and with an `add` that doesn't count all
    rows each time."""

    _added = count(1)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep a value, unless there is one; says whether it was kept. In one statement."""
        ends = self.get_backend_timeout(timeout)
        if ends is None or next(self._added) % BETWEEN_LOOKS == 0:
            return super().add(key, value, timeout, version)
        connection, table = self._table_to_write()
        name = self.make_and_validate_key(key, version=version)
        now, expires = (
            connection.ops.adapt_datetimefield_value(moment)
            for moment in (timezone.now(), datetime.fromtimestamp(int(ends), tz=UTC))
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "
                "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, "
                f"expires = excluded.expires WHERE {table}.expires < %s",
                [name, self._packed(value), expires, now],
            )
            return cursor.rowcount == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number.

        It takes no lock: the number is only written if it is still the one that was read. Where
        someone else was quicker, it's read again.

        Raises:
            ValueError: there is no such key.
        """
        connection, table = self._table_to_write()
        name = self.make_and_validate_key(key, version=version)
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            while True:
                cursor.execute(
                    f"SELECT value FROM {table} WHERE cache_key = %s AND expires >= %s", [name, now]
                )
                found = cursor.fetchone()
                if not found:
                    raise ValueError(f"Key '{key}' not found")
                number = pickle.loads(base64.b64decode(found[0])) + delta
                cursor.execute(
                    f"UPDATE {table} SET value = %s WHERE cache_key = %s AND value = %s",
                    [self._packed(number), name, found[0]],
                )
                if cursor.rowcount:
                    return number

    def forget_ended(self, before: datetime, most: int) -> int:
        """Delete values that ended before this moment. Django does so only in a full table."""
        connection, table = self._table_to_write()
        moment = connection.ops.adapt_datetimefield_value(before)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key IN "
                f"(SELECT cache_key FROM {table} WHERE expires < %s LIMIT %s)",
                [moment, most],
            )
            return cursor.rowcount

    def _table_to_write(self) -> tuple[BaseDatabaseWrapper, str]:
        connection = connections[router.db_for_write(self.cache_model_class)]
        return connection, connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # not in the stubs

    def _packed(self, value: Any) -> str:
        """As Django stores it."""
        return base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
