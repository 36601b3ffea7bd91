"""The application as gunicorn starts it: nothing but the environment says what the settings are."""

import os
import subprocess
import sys

from django.conf import settings


def test_the_application_finds_its_settings_by_itself(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a-key-for-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    }
    start = [sys.executable, "-c", "from config.wsgi import application"]

    done = subprocess.run(
        start, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
