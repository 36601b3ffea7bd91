"""The app as gunicorn serves it: what is logged, read and left on the disk."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from tests.processes import free_port

TOKEN = "abcd-efgh-jkmn-pqrs"

pytestmark = pytest.mark.long


class Served:
    """A gunicorn of its own, with its data folder and what it printed."""

    def __init__(self, folder):
        self.port = free_port()
        self.folder, self.log = folder, folder / "printed.txt"
        self.base = f"http://127.0.0.1:{self.port}"
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = known | {
            "DATA_DIR": str(folder / "data"),
            "SECRET_KEY": "a-key-for-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
            "SITE_URL": self.base,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            "TRUSTED_PROXY_COUNT": "1",
        }

    def start(self):
        (self.folder / "data").mkdir()
        for arguments in (["migrate"], ["collectstatic", "--noinput"]):
            subprocess.run(
                [sys.executable, "manage.py", *arguments, "--verbosity", "0"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                check=True,
                umask=0o022,
            )
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [Path(sys.executable).parent / "gunicorn", "--access-logfile", "-"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                umask=0o022,
            )
        for _try in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def get(self, path, **headers):
        try:
            return urlopen(Request(self.base + path, headers=headers), timeout=60)
        except HTTPError as answer:
            return answer

    def stop(self):
        """End it, and return what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)
        return self.log.read_text()


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path)
    try:
        served.start()
        yield served
    finally:
        served.stop()


def test_the_app_as_it_is_served(served):
    number = "from-the-proxy-1"
    closed = served.get(f"/join/{TOKEN}/?next=/rsvp/{TOKEN}/", **{"X-Request-ID": number})
    style = served.get("/static/img/favicon.svg")
    refused = answer_to_60_megabytes(served.port)
    printed = served.stop()

    assert (closed.status, style.status) == (410, 200)
    assert closed.headers["X-Request-ID"] == number
    for answer in (closed, style):
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
    assert refused.startswith("HTTP/1.1 413 ")
    (line,) = [line for line in printed.splitlines() if "/join/" in line and "gunicorn" in line]
    assert re.match(rf"\S+ INFO gunicorn.access \[{number}\] 127.0.0.1 \"GET /join/…/\" 410 ", line)
    assert TOKEN not in printed
    data = served.folder / "data"
    closed = {path.stat().st_mode & 0o077 for path in data.glob("db.sqlite3*")}
    assert closed == {0}


def answer_to_60_megabytes(port):
    """What the server says to who announces so much; no byte of it is sent."""
    head = (
        "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 60000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode())
        return line.recv(200).decode()


# gunicorn loads the app once and forks: what is open by then, all processes would share.
LOADED = """
import sys, threading
import config.wsgi
from django.core.cache import caches
from django.db import connection

assert "circles.views.live" in sys.modules
assert threading.active_count() == 1, threading.enumerate()
assert connection.connection is None
assert caches.all(initialized_only=True) == []
"""


def test_the_app_is_loaded_before_the_fork_and_has_opened_nothing(tmp_path):
    environment = Served(tmp_path).environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}

    subprocess.run(
        [sys.executable, "-c", LOADED], cwd=settings.BASE_DIR, env=environment, check=True
    )
