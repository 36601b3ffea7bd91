"""bin/manage runs a management command with the settings and data of `make run`."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from config import local


@pytest.fixture
def kept_umask():
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


def manage(*arguments, data_dir):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [settings.BASE_DIR / "bin" / "manage", *arguments],
        env=clean | {"DATA_DIR": str(data_dir)},
        cwd=data_dir,
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_command_runs_from_any_folder_with_a_key_that_is_made_once(tmp_path):
    asked = ("shell", "--no-imports", "-c")
    code = "from django.conf import settings; print(settings.SECRET_KEY)"

    first, again = (manage(*asked, code, data_dir=tmp_path) for _time in range(2))

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == again.stdout
    assert first.stdout.strip() == (tmp_path / "secret-key").read_text()


def test_empty_variables_count_as_left_out(tmp_path, monkeypatch, kept_umask):
    monkeypatch.setattr(local, "ROOT", tmp_path)
    monkeypatch.setattr(os, "environ", {"DATA_DIR": "", "SECRET_KEY": "", "SITE_URL": ""})

    assert local.prepare() == tmp_path / "var"
    assert os.environ["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text()
    assert os.environ["SITE_URL"] == "http://localhost:8000"


def modes_of(folder):
    """{path: mode} of all files below."""
    return {
        str(path.relative_to(folder)): stat.filemode(path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def test_files_that_others_could_read_are_closed_to_them(tmp_path, monkeypatch, kept_umask):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name in ("db.sqlite3", "db.sqlite3-wal", "mail/a.log", "secret-key", "static/app.css"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
        path.chmod(0o644)
        path.parent.chmod(0o755)

    local.keep_private()

    assert modes_of(tmp_path) == {
        "db.sqlite3": "-rw-------",
        "db.sqlite3-wal": "-rw-------",
        "mail": "drwx------",
        "mail/a.log": "-rw-------",
        "secret-key": "-rw-------",
        "static": "drwxr-xr-x",
        "static/app.css": "-rw-r--r--",
    }


def test_a_data_folder_that_is_not_there_yet_is_no_error(tmp_path, monkeypatch, kept_umask):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "none"))

    local.keep_private()

    assert not (tmp_path / "none").exists()


@pytest.mark.slow
@pytest.mark.parametrize("program", ["bin/manage", "manage.py"])
def test_the_database_and_mails_are_made_for_their_owner_only(tmp_path, program):
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = "from django.core.mail import send_mail; send_mail('a', 'b', None, ['c@example.org'])"
    for arguments in (["migrate", "accounts", "0001"], ["shell", "--no-imports", "-c", code]):
        subprocess.run(
            [sys.executable, settings.BASE_DIR / program, *arguments],
            env=clean | {"DATA_DIR": str(tmp_path), "SECRET_KEY": "a key of the tests 123" * 4},
            umask=0o022,
            check=True,
            capture_output=True,
        )

    modes = modes_of(tmp_path)
    assert {"db.sqlite3", "mail"} <= set(modes)
    assert {mode[4:] for mode in modes.values()} == {"------"}
