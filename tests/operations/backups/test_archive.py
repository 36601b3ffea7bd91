"""The file of a backup: only its key opens it, and nothing in it can change unseen."""

import errno
import json
import random
import tarfile
from datetime import UTC, datetime

import pyrage
import pytest
from pyrage import x25519

from operations.backups import archive
from operations.backups.archive import Manifest
from operations.backups.workplace import Fault

WORDS = b"What Mel said about the river. " * 20_000
MANIFEST = Manifest(
    made_at=datetime(2026, 11, 26, 23, 16, tzinfo=UTC),
    kind="sqlite",
    rows={"circles_note": 3},
    migrations=["circles.0001_first"],
    site="circles.example.org",
    version="",
)


@pytest.fixture(params=["encrypted", "plain"])
def is_plain(request):
    return request.param == "plain"


@pytest.fixture
def backup(tmp_path, is_plain):
    return written(tmp_path, is_plain=is_plain)


def written(folder, *, is_plain=False, manifest=MANIFEST):
    database, path = folder / "dump", folder / "circles.age"
    # What doesn't shrink is longer than a few pieces of the encryption.
    database.write_bytes(WORDS + random.Random(7).randbytes(300_000))
    with path.open("wb") as file:
        archive.write(database, manifest, file, None if is_plain else archive.key())
    return path


def test_what_was_written_is_read(backup, tmp_path):
    found = archive.read(backup, tmp_path / "opened")

    assert (tmp_path / "opened").read_bytes().startswith(WORDS)
    assert (found.made_at, found.rows, found.migrations) == (
        MANIFEST.made_at,
        MANIFEST.rows,
        MANIFEST.migrations,
    )
    assert found.size == (tmp_path / "opened").stat().st_size


def test_any_program_for_age_and_tar_opens_it(tmp_path, key):
    backup = written(tmp_path)
    identity = x25519.Identity.from_str(key)
    (tmp_path / "circles.tar.gz").write_bytes(pyrage.decrypt(backup.read_bytes(), [identity]))

    with tarfile.open(tmp_path / "circles.tar.gz") as tar:
        assert tar.getnames() == ["manifest.json", "database"]
        assert json.load(tar.extractfile("manifest.json"))["rows"] == {"circles_note": 3}


def test_a_file_that_was_cut_off_is_refused(backup, tmp_path):
    whole = backup.read_bytes()
    for length in [*range(0, len(whole), len(whole) // 40), len(whole) - 9, len(whole) - 1]:
        backup.write_bytes(whole[:length])
        with pytest.raises(Fault, match="Nothing was changed"):
            archive.read(backup, tmp_path / "opened")


def test_a_changed_byte_is_found(backup, tmp_path):
    whole, chance = backup.read_bytes(), random.Random(11)
    for place in [0, *chance.choices(range(20, len(whole)), k=40)]:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        backup.write_bytes(changed)
        with pytest.raises(Fault, match="Nothing was changed"):
            archive.read(backup, tmp_path / "opened")


@pytest.mark.parametrize("other", ["", "another"])
def test_only_its_key_opens_it(tmp_path, settings, other):
    backup = written(tmp_path)
    settings.BACKUP_KEY = archive.new_key() if other else ""

    with pytest.raises(Fault, match="BACKUP_KEY"):
        archive.read(backup, tmp_path / "opened")


def test_what_is_no_key_is_told(settings):
    settings.BACKUP_KEY = "AGE-SECRET-KEY-1CUTOFF"

    with pytest.raises(Fault, match="BACKUP_KEY isn’t a key"):
        archive.key()


@pytest.mark.parametrize("content", [b"", b"A letter.", b"\x1f\x8bnot really", b"SQLite format 3"])
def test_another_file_is_no_backup(tmp_path, content):
    path = tmp_path / "letter"
    path.write_bytes(content)

    with pytest.raises(Fault, match="letter”"):
        archive.read(path, tmp_path / "opened")


def test_a_later_format_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "FORMAT", archive.FORMAT + 1)
    backup = written(tmp_path)
    monkeypatch.undo()

    with pytest.raises(Fault, match="Upgrade first"):
        Manifest.from_json(json.dumps({"format": archive.FORMAT + 1}).encode())
    assert backup.exists()


def test_a_full_disk_is_told_as_that(tmp_path, is_plain):
    (tmp_path / "dump").write_bytes(WORDS)

    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError) as caught:
        archive.write(tmp_path / "dump", MANIFEST, full, None if is_plain else archive.key())

    assert caught.value.errno == errno.ENOSPC


def test_a_full_disk_is_not_taken_for_damage(tmp_path):
    backup = written(tmp_path)
    packed = tmp_path / "opened.packed"
    packed.symlink_to("/dev/full")

    with pytest.raises(Fault, match="disk is full"):
        archive.read(backup, tmp_path / "opened")


def test_a_summary_says_what_people_know():
    rows = {"circles_circle": 1, "accounts_user": 12, "circles_note": 1200, "other": 7}

    assert archive.summary(rows) == "1 circle, 12 people, 1,200 notes"
