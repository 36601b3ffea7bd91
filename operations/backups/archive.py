"""The file of a backup: a manifest and the database, in a tar that is compressed and encrypted.

It's encrypted in the age format (https://age-encryption.org/v1), which other programs open, too.
Everything goes in pieces, as a database may be larger than the memory.
"""

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import pyrage
from django.conf import settings
from pyrage import x25519

from .workplace import Fault, faults

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
MOST_BYTES_OF_MANIFEST = 1_000_000
AGE, GZIP = b"age-encryption.org/", b"\x1f\x8b"
PIECE = 1 << 18
# 9 takes twice the time for a hundredth less.
COMPRESSION = 6


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: what was saved before this moment is in it.
        kind: the database that it's from, "sqlite" or "postgresql".
        rows: how many rows each table has.
        migrations: those that the database had, as "circles.0001_first".
        site: the host name of its site.
        version: the commit of the code; empty if it isn't known.
        size: the bytes of the database in it.
        digest: their SHA-256.
    """

    made_at: datetime
    kind: str
    rows: dict[str, int]
    migrations: list[str]
    site: str
    version: str
    size: int = 0
    digest: str = ""

    def as_json(self) -> bytes:
        told = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(told, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read it.

        Raises:
            Fault: it's of a later format.
            ValueError, TypeError, KeyError: it isn't one.
        """
        told: dict[str, Any] = json.loads(text)
        if told.pop("format") > FORMAT:
            raise Fault(
                "This backup was made by a newer version of Full Circle. Upgrade first, then "
                "restore it. Nothing was changed."
            )
        return cls(**told | {"made_at": datetime.fromisoformat(told["made_at"])})


def new_key() -> str:
    """A key for `BACKUP_KEY`."""
    return str(x25519.Identity.generate())


def key() -> x25519.Identity | None:
    """The key of this installation; None if it has none.

    Raises:
        Fault: what is set isn't a key.
    """
    if not settings.BACKUP_KEY:
        return None
    try:
        return x25519.Identity.from_str(settings.BACKUP_KEY.strip())
    except pyrage.IdentityError as error:
        raise Fault(
            "BACKUP_KEY isn’t a key. It must begin with AGE-SECRET-KEY-1 and be whole. "
            "“manage.py backup --new-key” makes one."
        ) from error


def write(
    database: Path, manifest: Manifest, to: BinaryIO, identity: x25519.Identity | None
) -> Manifest:
    """Write a backup of a copy of the database. The copy is used up: it's deleted.

    Args:
        database: the copy, in the workplace.
        to: an open file.
        identity: the key that opens it; None leaves it unencrypted.

    Returns:
        The manifest with size and digest.

    Raises:
        OSError: the disk is full, for example.
    """
    with database.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = replace(manifest, size=database.stat().st_size, digest=digest)
    if identity is None:
        _pack(database, manifest, to)
        return manifest
    packed = _packed(database)
    with faults(packed), packed.open("wb") as file:
        _pack(database, manifest, file)
    database.unlink()
    with packed.open("rb") as file, _Watched(to) as watched:
        pyrage.encrypt_io(file, watched, [identity.to_public()])
    packed.unlink()
    return manifest


class _Watched:
    """A file that pyrage writes to. pyrage tells in words only that a disk is full, and not at all
    if it notices at the very end. So this raises the error of the system at its own end."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.error: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self.file.write(piece)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Nothing yet: who opened the file does it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: Any) -> None:
        if self.error:
            raise self.error


def _pack(database: Path, manifest: Manifest, to: BinaryIO) -> None:
    with (
        gzip.GzipFile("", "wb", COMPRESSION, to) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        text = manifest.as_json()
        for name, size, content in (
            (MANIFEST, len(text), io.BytesIO(text)),
            (DATABASE, manifest.size, database.open("rb")),
        ):
            member = tarfile.TarInfo(name)
            member.size, member.mode = size, 0o600
            member.mtime = int(manifest.made_at.timestamp())
            with content:
                tar.addfile(member, content)


def read(path: Path, to: Path) -> Manifest:
    """Open a backup, and check that it's whole.

    Args:
        to: where the database goes, in the workplace.

    Raises:
        Fault: it can't be opened, isn't whole, or isn't a backup.
    """
    with faults(path), path.open("rb") as file:
        begins = file.read(len(AGE))
        file.seek(0)
        if begins == AGE:
            packed = _packed(to)
            _decrypt(file, packed, path)
            with packed.open("rb") as opened:
                manifest = _unpack(opened, to, path)
            packed.unlink()
            return manifest
        if begins.startswith(GZIP):
            return _unpack(file, to, path)
    raise Fault(f"“{path}” isn’t a backup of Full Circle. Nothing was changed.")


def _decrypt(file: BinaryIO, to: Path, path: Path) -> None:
    identity = key()
    if identity is None:
        raise Fault(
            f"“{path}” is encrypted. Set BACKUP_KEY to the key that it was made with. Nothing was "
            "changed."
        )
    with to.open("wb") as opened, _Watched(opened) as watched:
        try:
            pyrage.decrypt_io(file, watched, [identity])
        except pyrage.DecryptError as error:
            raise Fault(
                f"BACKUP_KEY doesn’t open “{path}”. Set it to the key that the backup was made "
                "with. If this is that key, the file is damaged. Nothing was changed."
            ) from error
        except OSError as error:
            raise _damaged(path) from error


def _packed(database: Path) -> Path:
    return database.with_name(f"{database.name}.packed")


def _unpack(file: BinaryIO, to: Path, path: Path) -> Manifest:
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            with tarfile.open(fileobj=packed, mode="r|") as tar:
                manifest = Manifest.from_json(_member(tar, MANIFEST).read(MOST_BYTES_OF_MANIFEST))
                is_same = _copied(_member(tar, DATABASE), to) == (manifest.size, manifest.digest)
            # What is missing at the very end is only found by reading on.
            while packed.read(PIECE):
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Fault(f"“{path}” isn’t a backup of Full Circle. Nothing was changed.") from error
    if not is_same:
        raise _damaged(path)
    return manifest


def _member(tar: tarfile.TarFile, name: str) -> Any:
    """The next file in the tar, which must have this name."""
    member = tar.next()
    if member is None or member.name != name or not member.isfile():
        raise KeyError(name)
    return tar.extractfile(member)


def _copied(file: BinaryIO, to: Path) -> tuple[int, str]:
    """Write a file in pieces. Returns its size and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with to.open("wb") as written:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += written.write(piece)
    return size, digest.hexdigest()


def _damaged(path: Path) -> Fault:
    return Fault(
        f"“{path}” is damaged: it was changed, or part of it is missing. Use another backup. "
        "Nothing was changed."
    )


def summary(rows: dict[str, int]) -> str:
    """“40 circles, 312 people, 9,120 notes”."""
    tables = {"circles_circle": "circle", "accounts_user": "person", "circles_note": "note"}
    many = {"circle": "circles", "person": "people", "note": "notes"}
    counts = [(rows.get(table, 0), word) for table, word in tables.items()]
    return ", ".join(f"{number:,} {word if number == 1 else many[word]}" for number, word in counts)


def moment(at: datetime) -> str:
    """“2026-11-26 23:16 UTC”."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
