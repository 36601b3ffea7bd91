"""The shared cache where there is no Redis: a table in the database."""

import base64
import pickle

from django.core.cache.backends import db
from django.db import connections, router, transaction


class DatabaseCache(db.DatabaseCache):
    """Django's, with an `incr` that loses nothing when several processes count at once, and
    that leaves it at the time when the count ends."""

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number.

        Raises:
            ValueError: there is no such key.
        """
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]  # not in the stubs
        name = self.make_and_validate_key(key, version=version)
        # On SQLite the transaction itself is the lock.
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE cache_key = %s{lock}", [name])
            number = self.get(key, version=version)
            if number is None:
                raise ValueError(f"Key '{key}' not found")
            packed = base64.b64encode(pickle.dumps(number + delta, self.pickle_protocol)).decode()
            update = f"UPDATE {table} SET value = %s WHERE cache_key = %s"
            cursor.execute(update, [packed, name])
        return number + delta
