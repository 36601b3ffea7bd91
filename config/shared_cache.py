"""The shared cache where there is no Redis: a table in the database."""

import base64
import pickle
from typing import Any

from django.core.cache.backends import db
from django.db import connections, router
from django.utils import timezone


class DatabaseCache(db.DatabaseCache):
    """Django's, with an `incr` that loses nothing when several processes count at once, and
    that leaves it at the time when the count ends."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number.

        It takes no lock: the number is only written if it is still the one that was read. Where
        someone else was quicker, it's read again.

        Raises:
            ValueError: there is no such key.
        """
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # not in the stubs
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

    def _packed(self, value: Any) -> str:
        """As Django stores it."""
        return base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")
