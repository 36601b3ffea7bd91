"""The settings in a production environment, read anew or in a process of their own."""

import contextlib
import importlib.util
import os
import re
import runpy
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.cache import CacheHandler
from django.core.exceptions import ImproperlyConfigured

from config.limits import check_proxies
from config.settings import backup_every, env, health_token

STRONG = "a-key-for-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


def clean(environment):
    """This environment, with nothing of the machine's that settings read."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return known | environment


def manage(*arguments, **environment):
    """Run manage.py as in production. Returns the finished process."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=clean(environment),
        capture_output=True,
        text=True,
    )


@pytest.fixture
def read(monkeypatch):
    """Read the settings as production does, with a strong key unless another is given."""

    def read(**environment):
        spec = importlib.util.find_spec("config.settings")
        module = importlib.util.module_from_spec(spec)
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", clean({"SECRET_KEY": STRONG} | environment))
            spec.loader.exec_module(module)
        return module

    return read


@pytest.mark.slow
def test_the_deployment_check_is_silent_under_production_settings(tmp_path):
    finished = manage(
        "check",
        "--deploy",
        "--fail-level=INFO",
        SECRET_KEY=STRONG,
        SITE_URL="https://circles.example.org",
        TRUSTED_PROXY_COUNT="1",
        DATA_DIR=str(tmp_path),
    )

    assert (finished.returncode, finished.stderr) == (0, "")
    assert "no issues" in finished.stdout


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 60, "django-insecure-" + STRONG], ids=str.__len__
)
def test_production_refuses_to_start_with_a_missing_or_weak_key(read, key):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is missing or weak"):
        read(SECRET_KEY=key)


def test_production_refuses_to_start_without_any_key():
    finished = manage("check")

    assert finished.returncode != 0
    assert "SECRET_KEY is missing or weak" in finished.stderr.splitlines()[-1]


def test_a_blank_line_in_the_example_counts_as_left_out(read):
    example = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    names = [line.partition("=")[0] for line in example.splitlines() if re.match(r"\w+=", line)]
    blank = dict.fromkeys(names, "") | {"SECRET_KEY": STRONG}

    def told(module):
        return {name: str(value) for name, value in vars(module).items() if name.isupper()}

    assert "DATA_DIR" in names
    assert told(read(**blank)) == told(read())


def test_a_site_on_https_sends_people_there_and_guards_its_cookies(read):
    told = read(SITE_URL="https://circles.example.org")

    assert told.SECURE_SSL_REDIRECT
    assert told.SESSION_COOKIE_SECURE
    assert told.CSRF_COOKIE_SECURE
    assert not told.DEBUG


@pytest.mark.slow
def test_a_site_on_https_that_does_not_say_how_many_proxies_it_has_is_told_at_the_start(tmp_path):
    secure = {"SECRET_KEY": STRONG, "SITE_URL": "https://circles.example.org"}
    checked = manage("check", DATA_DIR=str(tmp_path), **secure)
    started = manage(
        "shell", "--no-imports", "-c", "import config.wsgi", DATA_DIR=str(tmp_path), **secure
    )

    assert "TRUSTED_PROXY_COUNT isn't set" in checked.stderr
    assert "TRUSTED_PROXY_COUNT isn't set" in started.stderr


def test_a_site_on_https_that_says_it_has_no_proxy_is_told_nothing(read, settings):
    told = read(SITE_URL="https://circles.example.org", TRUSTED_PROXY_COUNT="0")
    settings.IS_SECURE_SITE = told.IS_SECURE_SITE

    settings.TRUSTED_PROXY_COUNT = None
    assert check_proxies() != []
    settings.TRUSTED_PROXY_COUNT = told.TRUSTED_PROXY_COUNT
    assert check_proxies() == []


@pytest.mark.parametrize("wrong", ["one", "-1"])
def test_a_proxy_count_that_is_no_number_is_refused_with_a_sentence(read, wrong):
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXY_COUNT must be a number"):
        read(TRUSTED_PROXY_COUNT=wrong)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("redis://:secret@cache:6379/2", "redis://:secret@cache:6379/2"),
        ("rediss://cache:6379/0", "rediss://cache:6379/0"),
        ("valkey://cache:6379/1", "redis://cache:6379/1"),
    ],
)
def test_limits_are_counted_in_redis_or_valkey_if_the_operator_has_one(read, url, location):
    cache = CacheHandler(read(CACHE_URL=url).CACHES)["default"]

    assert cache._servers == [location]
    assert str(cache._cache).startswith("<django.core.cache.backends.redis.Redis")


def test_a_cache_that_processes_do_not_share_is_refused_with_a_sentence(read):
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must begin with redis://"):
        read(CACHE_URL="locmemcache://")


def test_hsts_reaches_other_hosts_only_if_the_operator_says_so(read):
    def told(**environment):
        site = read(SITE_URL="https://circles.example.org", **environment)
        hsts = ("SECONDS", "INCLUDE_SUBDOMAINS", "PRELOAD")
        return [getattr(site, f"SECURE_HSTS_{name}") for name in hsts]

    assert told() == [31536000, False, False]
    assert told(HSTS_INCLUDE_SUBDOMAINS="1", HSTS_PRELOAD="1") == [31536000, True, True]


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({"SITE_URL": "https://circles.example.org"}, ["circles.example.org"]),
        (
            {"SITE_URL": "https://circles.example.org", "DEBUG": "1"},
            ["circles.example.org", "localhost", "127.0.0.1", "[::1]"],
        ),
        (
            {"SITE_URL": "http://127.0.0.1:8001"},
            ["127.0.0.1", "localhost", "127.0.0.1", "[::1]"],
        ),
        (
            {"SITE_URL": "https://circles.example.org", "ALLOWED_HOSTS": "a.org,b.org"},
            ["a.org", "b.org"],
        ),
    ],
    ids=["a site", "while developing", "a local site", "named"],
)
def test_localhost_is_a_host_of_a_local_site_only(read, environment, hosts):
    assert hosts == read(**environment).ALLOWED_HOSTS


def test_earlier_keys_are_read(read):
    assert read().SECRET_KEY_FALLBACKS == []
    assert read(SECRET_KEY_FALLBACKS="").SECRET_KEY_FALLBACKS == []
    assert read(SECRET_KEY_FALLBACKS="one,two").SECRET_KEY_FALLBACKS == ["one", "two"]


def test_postgresql_connections_are_tried_before_they_are_used(read):
    database = read(DATABASE_URL="postgres://a:b@127.0.0.1:1/c").DATABASES["default"]

    assert database["CONN_HEALTH_CHECKS"] is True
    # A pool waits for a server that is gone, and comes back late.
    assert database["OPTIONS"] == {"connect_timeout": 3, "tcp_user_timeout": 3000}


def test_deleted_words_are_gone_from_the_file(read, tmp_path):
    file = tmp_path / "db.sqlite3"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=OFF")
        database.executescript(read().DATABASES["default"]["OPTIONS"]["init_command"])
        database.execute("CREATE TABLE notes (text)")
        database.execute("INSERT INTO notes VALUES ('What Ann said')")
        database.execute("DELETE FROM notes")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert b"What Ann said" not in file.read_bytes()


@pytest.mark.slow
def test_no_logger_of_production_mails_anything():
    """Django's own would mail what was posted, and the settings, to ADMINS."""
    code = (
        "import logging; names = ['', *logging.root.manager.loggerDict];"
        "found = {type(h).__name__ for n in names for h in logging.getLogger(n).handlers};"
        "forms = {type(h.formatter).__name__"
        " for n in names for h in logging.getLogger(n).handlers};"
        "print(found, forms)"
    )

    finished = manage("shell", "--no-imports", "-c", code, SECRET_KEY=STRONG)

    assert finished.stdout.strip() == "{'StreamHandler'} {'Masked'}"


@pytest.mark.parametrize(
    ("environment", "bind"),
    [
        ({}, "127.0.0.1:8000"),
        ({"PORT": "9000"}, "127.0.0.1:9000"),
        ({"PORT": "", "BIND": ""}, "127.0.0.1:8000"),
        ({"PORT": "9000", "BIND": "0.0.0.0"}, "0.0.0.0:9000"),
        ({"BIND": "[::]"}, "[::]:8000"),
        ({"PORT": "9000", "BIND": "unix:/run/circle.sock"}, "unix:/run/circle.sock"),
        ({"PORT": "9000", "BIND": "10.0.0.1:80"}, "10.0.0.1:80"),
    ],
    ids=str,
)
def test_gunicorn_listens_on_this_machine_unless_told_otherwise(environment, bind, monkeypatch):
    for name in ("PORT", "BIND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    told = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))

    assert told["bind"] == bind


def test_the_steps_of_an_upgrade_load_no_brief():
    """A site may have a newer edition than the one that comes along."""
    guide = (settings.BASE_DIR / "docs" / "operators.md").read_text(encoding="utf-8")
    chapters = {part.partition("\n")[0]: part for part in guide.split("\n## ")}
    first, upgrade = chapters["Install"], chapters["Upgrade"]

    def steps_of(chapter):
        return [line for line in chapter.splitlines() if line.startswith("    ")]

    steps = steps_of(upgrade)
    assert not any("loaddata" in step for step in steps_of(first) + steps)
    assert any("load_brief" in step for step in steps_of(first))
    assert any(step.endswith("/deploy/update") for step in steps)
    assert "load_brief" not in (settings.BASE_DIR / "deploy/update").read_text(encoding="utf-8")
    assert not any("load" in step and "--dry-run" not in step for step in steps)


@pytest.mark.parametrize(
    ("name", "wrong", "read", "sentence"),
    [
        ("BACKUP_EVERY", "daily", backup_every, "a number of hours from 1 to 168"),
        ("BACKUP_EVERY", "0", backup_every, "a number of hours from 1 to 168"),
        ("BACKUP_EVERY", "-24", backup_every, "a number of hours from 1 to 168"),
        ("HEALTH_TOKEN", "guess me", health_token, "HEALTH_TOKEN is too short"),
    ],
)
def test_what_backups_and_monitors_need_is_refused_with_a_sentence_if_it_is_wrong(
    monkeypatch, name, wrong, read, sentence
):
    monkeypatch.setitem(env.ENVIRON, name, wrong)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        read()
