"""bin/manage runs a management command with the settings and data of `make run`."""

import os
import subprocess

import pytest
from django.conf import settings

from config import local


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


def test_empty_variables_count_as_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(local, "ROOT", tmp_path)
    monkeypatch.setattr(os, "environ", {"DATA_DIR": "", "SECRET_KEY": "", "SITE_URL": ""})

    assert local.prepare() == tmp_path / "var"
    assert os.environ["SECRET_KEY"] == (tmp_path / "var" / "secret-key").read_text()
    assert os.environ["SITE_URL"] == "http://localhost:8000"
