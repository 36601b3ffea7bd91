"""`make run` collects static files when one has changed, and only then."""

import runpy

import pytest
from django.conf import settings


@pytest.fixture
def collect(tmp_path, monkeypatch):
    """Collects as `bin/serve` does; returns how often it was done so far."""
    done = []

    def call_command(*args, **options):
        done.append(args)
        (tmp_path / "static").mkdir(exist_ok=True)
        (tmp_path / "static/staticfiles.json").touch()

    monkeypatch.setattr("django.core.management.call_command", call_command)
    serve = runpy.run_path(str(settings.BASE_DIR / "bin/serve"))

    def collect():
        serve["collect_changed_static_files"](tmp_path)
        return len(done)

    return collect


def test_files_that_have_not_changed_are_not_collected_again(collect):
    assert [collect(), collect()] == [1, 1]


def test_a_changed_file_is_collected(collect, tmp_path, settings):
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [ours]
    collect()

    (ours / "a.css").write_text("a { color: red }")

    assert collect() == 2


def test_collected_files_that_are_gone_are_collected(collect, tmp_path):
    collect()
    (tmp_path / "static/staticfiles.json").unlink()

    assert collect() == 2
