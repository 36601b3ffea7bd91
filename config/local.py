"""The environment of this folder's own copy of the app: what `make run` and bin/manage share."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def kept_secret(path: Path) -> str:
    """A secret key of this machine's own, made once."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def prepare() -> Path:
    """Set what Django needs to find, where the environment does not say otherwise; gives the
    folder of the data."""
    data_dir = Path(os.environ.get("DATA_DIR", ROOT / "var"))
    data_dir.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SECRET_KEY", kept_secret(data_dir / "secret-key"))
    os.environ.setdefault("SITE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
    return data_dir
