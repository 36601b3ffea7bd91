"""Makes PDFs in a separate process, and caches one file for each state of a brief's rows.

A request waits a few seconds for its document, which is enough for all but the longest. Then
it responds without the document; the process goes on, and a later request finds the file.
Only one such process runs on a machine at a time. It inherits an open, locked file, so the
operating system releases the lock when the process ends for any reason.

`set_now` is for documents that must not be cached: it returns the PDF and writes no file. It
takes the same lock, and kills a process that takes too long.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Thread
from typing import IO, Any

from django.conf import settings

from ..models import Brief
from ..page.state import state_of

Compose = Callable[[], dict[str, Any]]

HERE = Path(__file__).parent
TYPESETTER = HERE / "typst"
# Names of settings that hold keys or passwords.
SECRETS = re.compile("KEY|TOKEN|PASSWORD|_URL")
PATIENCE = 2  # seconds that a request waits
# Seconds that `set_now` gives the process: a request waits for it.
LONGEST_SECONDS = 20
# A document that fails is tried a second time, and then not for `REST_SECONDS`.
TRIES = 2
REST_SECONDS = 600
MOST_VARIANTS = 40  # variants of one brief: lengths, papers, choices of sections

# Named after the package: the operators' guide names this logger.
logger = logging.getLogger(__package__)


class CannotBeSet(Exception):
    """The typesetter failed; the log says why."""


class Busy(Exception):
    """Another document is being set right now."""


def pdf_file(brief: Brief, kind: str, options: list[Any], compose: Compose) -> Path | None:
    """The PDF file for the current state of a brief; None while it's being made.

    Args:
        brief: the brief.
        kind: "brief", "guide" or "reading".
        options: what else the document depends on, such as the paper; JSON values.
        compose: gives the document. Called only if there is no file.

    Raises:
        CannotBeSet: making it failed twice. Raised for ten minutes without another try.
    """
    path = _path_of(brief, kind, options)
    if path.exists():
        return path
    if _has_failed(path):
        raise CannotBeSet
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _set_to_file(path, compose)
    except OSError as error:
        logger.error("The PDF %s couldn't be saved: %s", path.name, error)
        raise CannotBeSet from error


def set_now(document: dict[str, Any]) -> bytes:
    """The bytes of a PDF that must not be cached, such as the minutes of a circle.

    Raises:
        Busy: another document is being set.
        CannotBeSet: the typesetter failed, or took too long and was killed.
    """
    given = json.dumps(document).encode()
    lock = _take_turn()
    try:
        run = subprocess.run(
            _command(),
            input=given,
            capture_output=True,
            env=_surroundings(),
            pass_fds=[lock],
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        logger.error("A PDF took longer than %d seconds and was stopped.", LONGEST_SECONDS)
        raise CannotBeSet from error
    finally:
        os.close(lock)
    if run.returncode:
        logger.error("A PDF couldn't be made: %s", _last_words(run.stderr))
        raise CannotBeSet
    return run.stdout


def _take_turn() -> int:
    """The lock that lets one typesetter run. A request waits for it as long as for a PDF.

    Raises:
        Busy: another process holds it.
        CannotBeSet: the folder can't be written.
    """
    folder = settings.DATA_DIR / "pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        logger.error("The lock for PDFs couldn't be created: %s", error)
        raise CannotBeSet from error
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError as error:
            if time.monotonic() > until:
                os.close(lock)
                raise Busy from error
            time.sleep(0.1)


def _set_to_file(path: Path, compose: Compose) -> Path | None:
    lock = os.open(path.parent / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists():
            return path
        _count_try(path)
        process, said = _start(path, compose, lock)
    except BlockingIOError:
        return None
    finally:
        os.close(lock)
    watcher = Thread(target=_watch, args=(path, process, said), daemon=True)
    watcher.start()
    watcher.join(PATIENCE)
    if path.exists():
        return path
    if watcher.is_alive():
        return None
    raise CannotBeSet


def _start(path: Path, compose: Compose, lock: int) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start the typesetter, which holds the lock from now on: (process, its error output)."""
    try:
        document = json.dumps(compose())
    except Exception as error:
        # Rows can have unexpected content. The reader then gets an error page.
        logger.exception("The PDF %s couldn't be composed", path.name)
        raise CannotBeSet from error
    # Files, not pipes: this process may end before the other has read or written everything.
    said = tempfile.TemporaryFile()  # noqa: SIM115 (`_watch` closes it)
    with tempfile.TemporaryFile() as given:
        given.write(document.encode())
        given.seek(0)
        process = subprocess.Popen(
            [*_command(), str(path)],
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=_surroundings(),
            pass_fds=[lock],
            start_new_session=True,
        )
    return process, said


def _watch(path: Path, process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Wait for the typesetter to end, then delete outdated files or log the error."""
    with said:
        process.wait()
        said.seek(0)
        words = _last_words(said.read())
    if process.returncode:
        status = process.returncode
        logger.error("The PDF %s couldn't be made (exit %s): %s", path.name, status, words)
    else:
        _tidy(path)


def _command() -> list[str]:
    return [sys.executable, str(TYPESETTER)]


def _surroundings() -> dict[str, str]:
    """The environment for the typesetter, without secrets."""
    return {name: value for name, value in os.environ.items() if not SECRETS.search(name)}


def _last_words(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no word of why"


def _path_of(brief: Brief, kind: str, options: list[Any]) -> Path:
    """The path of the PDF for the current state of a brief. The parts of its name are
    separated by dots, which slugs don't have."""
    state = hashlib.blake2b(digest_size=12)
    for part in (state_of(brief.pk), settings.SITE_URL, _made_by()):
        state.update(part.encode())
    choice = hashlib.blake2b(json.dumps(options).encode(), digest_size=8)
    name = f"{brief.slug}.{kind}.{state.hexdigest()}.{choice.hexdigest()}.pdf"
    return settings.DATA_DIR / "pdf" / name


@cache
def _made_by() -> str:
    """A digest of the code that makes documents, so that a new version makes new files."""
    files = [*sorted(HERE.parent.rglob("*.py")), *sorted(TYPESETTER.iterdir())]
    digest = hashlib.blake2b(digest_size=12)
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


def _tries(path: Path) -> Path:
    return path.with_suffix(".tries")


def _has_failed(path: Path) -> bool:
    try:
        number, age = int(_tries(path).read_text()), time.time() - _tries(path).stat().st_mtime
    except (OSError, ValueError):
        return False
    if age > REST_SECONDS:
        _tries(path).unlink(missing_ok=True)
        return False
    return number >= TRIES


def _count_try(path: Path) -> None:
    """Count the try before it starts, so that a process that gets killed counts too."""
    tries = _tries(path)
    number = int(tries.read_text() or 0) if tries.exists() else 0
    tries.write_text(str(number + 1))


def _tidy(path: Path) -> None:
    """Delete the files that this one replaces, and the oldest of too many variants."""
    slug, kind, state, _choice, _suffix = path.name.split(".")
    _tries(path).unlink(missing_ok=True)
    alike = list(path.parent.glob(f"{slug}.{kind}.*"))
    older = [file for file in alike if file.name.split(".")[2] != state]
    now = [file for file in alike if file.suffix == ".pdf" and file not in older]
    now.sort(key=_changed_at, reverse=True)
    for file in [*older, *now[MOST_VARIANTS:]]:
        file.unlink(missing_ok=True)


def _changed_at(file: Path) -> float:
    try:
        return os.stat(file).st_mtime
    except FileNotFoundError:
        return 0
