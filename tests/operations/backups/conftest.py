import pytest

from operations.backups import archive, workplace


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    """The machine of a test has room, and nobody waits for a lock."""
    monkeypatch.setattr(workplace, "RESERVE", 0)
    monkeypatch.setattr("operations.backups.sqlite.PATIENCE", 0)
    monkeypatch.setattr("operations.backups.postgresql.PATIENCE", "100ms")


@pytest.fixture(autouse=True)
def key(settings):
    settings.BACKUP_KEY = archive.new_key()
    return settings.BACKUP_KEY


@pytest.fixture
def backups(tmp_path):
    """The folder for backups."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder
