"""Django's backend for SQLite, for a file that may go away while the site runs.

SQLite goes on in a file that was deleted or moved, and what's saved there is lost. Where there's no
file, it makes an empty one. Here, a connection ends once its file isn't in its place, and only
`migrate` and `restore` make one.
"""

import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a file that's there.

    Attributes:
        opened: the device and the number of the file it was opened with.
    """

    opened: tuple[int, int] | None = None

    @property
    def path(self) -> Path:
        return Path(self.settings_dict["NAME"]).absolute()

    def make_file(self) -> None:
        if not self.is_in_memory_db():
            self.path.touch()

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if not self.is_in_memory_db():
            params["database"] = f"{self.path.as_uri()}?mode=rw"
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.opened = self._in_place()
        return super().get_new_connection(conn_params)

    def close_if_unusable_or_obsolete(self) -> None:
        """Django calls it before and after each request, and the worker before each round."""
        super().close_if_unusable_or_obsolete()
        is_open = self.connection is not None and not self.in_atomic_block
        if is_open and self.opened != self._in_place():
            self.close()

    def _in_place(self) -> tuple[int, int] | None:
        """Which file is where the database should be; None if there is none."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino
