"""The settings in a production environment, read in a process of their own."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

STRONG = "a-key-for-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


def manage(*arguments, **environment):
    """Run manage.py as in production. Returns the finished process."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_is_silent_under_production_settings(tmp_path):
    finished = manage(
        "check",
        "--deploy",
        "--fail-level=INFO",
        SECRET_KEY=STRONG,
        SITE_URL="https://circles.example.org",
        DATA_DIR=str(tmp_path),
    )

    assert (finished.returncode, finished.stderr) == (0, "")
    assert "no issues" in finished.stdout


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 60, "django-insecure-" + STRONG], ids=str.__len__
)
def test_production_refuses_to_start_with_a_missing_or_weak_key(key):
    finished = manage("check", SECRET_KEY=key)

    assert finished.returncode != 0
    assert "SECRET_KEY is missing or weak" in finished.stderr.splitlines()[-1]


def test_production_refuses_to_start_without_any_key():
    finished = manage("check")

    assert "SECRET_KEY is missing or weak" in finished.stderr.splitlines()[-1]


def test_a_blank_line_in_the_example_counts_as_left_out():
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    names = [line.partition("=")[0] for line in example.splitlines() if re.match(r"\w+=", line)]
    blank = dict.fromkeys(names, "") | {"SECRET_KEY": STRONG}
    code = (
        "from django.conf import settings as s;"
        "print(s.DATABASES, s.DATA_DIR, s.EMAIL_BACKEND, s.EMAIL_FILE_PATH, s.ALLOWED_HOSTS,"
        "s.DEFAULT_FROM_EMAIL, s.SITE_URL, s.DEBUG, s.OPEN_SIGN_UP, s.TRUSTED_PROXY_COUNT,"
        "s.CACHES)"
    )

    told = manage("shell", "--no-imports", "-c", code, **blank)
    left_out = manage("shell", "--no-imports", "-c", code, SECRET_KEY=STRONG)

    assert "DATA_DIR" in names
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == left_out.stdout


def test_a_site_on_https_sends_people_there_and_guards_its_cookies(tmp_path):
    told = manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s;"
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.DEBUG)",
        SECRET_KEY=STRONG,
        SITE_URL="https://circles.example.org",
        DATA_DIR=str(tmp_path),
    )

    assert told.stdout.split() == ["True", "True", "True", "False"]
