"""The app in processes of its own, on a database that a test has filled."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url(folder):
    """The URL of the test's database for another process; SQLite's is copied to a file there."""
    if connection.vendor != "sqlite":
        return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    path = folder / "db.sqlite3"
    if not path.exists():
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
    return f"sqlite:///{path}"


class WebServer:
    """gunicorn with the settings of production, on the test's database.

    The test sets a SECRET_KEY that production accepts.

    Args:
        folder: the folder of its data.
    """

    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.log = folder / "server.log"
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DEBUG")
        } | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "SITE_URL": f"http://localhost:{self.port}",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url(folder),
            "WEB_CONCURRENCY": "2",
        }

    def start(self):
        gunicorn = Path(sys.executable).parent / "gunicorn"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [gunicorn, "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self):
        """Kill all its processes at once, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_one_worker(self, chance):
        """Kill one of the processes that answer; gunicorn starts another."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)
        pairs = [map(int, line.split()) for line in listed.stdout.splitlines()]
        workers = sorted(pid for pid, parent in pairs if parent == self.process.pid)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)

    def rows(self, sql):
        """What the database holds, asked without the server."""
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database:
            return database.execute(sql).fetchall()
