"""The settings of the tests: those of the app, made quick, strict and quiet."""

import atexit
import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("DEBUG", "1")

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, INSTALLED_APPS, MIDDLEWARE  # noqa: E402

DEBUG = False
# What the app keeps beside its database is gone when the tests are over.
DATA_DIR = Path(tempfile.mkdtemp(prefix="full-circle-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
if DATABASES["default"]["ENGINE"] == "config.sqlite":
    # A file, as in the app: threads of one database in memory share a connection, and one's
    # commit meets another's open read ("table is locked"). Nothing waits for the disk.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Some tests have the site speak another language.
USE_I18N = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tests of the wait set it themselves.
MAIL_WAIT = timedelta(0)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# A query in a loop fails the test that meets it. That costs more than the queries, so only
# tests with the fixture `no_query_in_a_loop` look for it; ZEAL=1 has all of them look.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
ZEAL_MIDDLEWARE = "zeal.middleware.zeal_middleware"
if os.environ.get("ZEAL"):
    MIDDLEWARE = [ZEAL_MIDDLEWARE, *MIDDLEWARE]
# Collected files are not there in tests; Django's own finder serves them to the browser.
MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
ZEAL_RAISE = True

# Signing in is django-allauth's and Django's own code: it looks up the same row more than
# once, never a row more for each person there is.
ZEAL_ALLOWLIST = [
    {"model": "account.EmailAddress", "field": "get()"},
    {"model": "sessions.Session", "field": "get()"},
    {"model": "accounts.User", "field": "get()"},
    # A saved inline form of Django's admin looks up its row and what that points at.
    {"model": "briefs.*", "field": "get()"},
]
