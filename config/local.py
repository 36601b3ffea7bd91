"""The environment of the app's processes, and what `make run` and bin/manage add to it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ_HERE = [
    *("BIND", "DATA_DIR", "DJANGO_SETTINGS_MODULE", "PORT", "SECRET_KEY", "SITE_URL"),
    "WEB_CONCURRENCY",
]
# What the app makes can be read by its own user only: it holds what circles said.
UMASK = 0o077
# In the data folder, what an earlier version left open to other users of the machine.
PRIVATE = ("db.sqlite3*", "mail", "mail/*", "pdf", "pdf/*", "secret-key")


def keep_private() -> None:
    """Close files to other users of the machine: those to come, and those that are there.

    What another user owns stays as it is.
    """
    os.umask(UMASK)
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    for pattern in PRIVATE:
        for path in data_dir.glob(pattern):
            with suppress(OSError):
                path.chmod(path.stat().st_mode & 0o700)


def stored_secret(path: Path) -> str:
    """The secret key in this file, which is made if it's missing."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def prepare() -> Path:
    """Set the variables that Django needs and the environment lacks.

    Returns:
        The data folder, as a `Path`.
    """
    for name in READ_HERE:
        if not os.environ.get(name):
            os.environ.pop(name, None)  # set but empty counts as left out
    keep_private()
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", stored_secret(data_dir / "secret-key"))
    os.environ.setdefault("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
    return data_dir
