"""The environment that `make run` and bin/manage share in this folder."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
    for name in ("DATA_DIR", "DJANGO_SETTINGS_MODULE", "PORT", "SECRET_KEY", "SITE_URL"):
        if not os.environ.get(name):
            os.environ.pop(name, None)  # set but empty counts as left out
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", stored_secret(data_dir / "secret-key"))
    os.environ.setdefault("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
    return data_dir
