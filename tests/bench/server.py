"""The production set-up in processes of its own, and what they use of the machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = 2
# What the `make` around this one would tell the one that is measured.
OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """Something that serves the app on a port, until it is stopped."""

    def __init__(self, command, **environment):
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [part.format(port=self.port) for part in command],
            cwd=ROOT,
            env=inherited
            | {"PORT": str(self.port), "SITE_URL": f"http://localhost:{self.port}"}
            | environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_until_it_answers(self):
        """Gives the seconds since it was started."""
        while True:
            try:
                urlopen(f"http://localhost:{self.port}/", timeout=60).close()
                return time.monotonic() - self.begun
            except OSError:
                pass  # not yet
            if self.process.poll() is not None:
                sys.exit(f"The server ended: {self.process.args}")
            time.sleep(0.02)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        self.process.wait()

    def __enter__(self):
        try:
            self.took = self.wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error):
        self.stop()


def make_run():
    """`make run`, as someone types it."""
    return Process(["make", "-s", "run"], DJANGO_SETTINGS_MODULE="config.settings")


class Gunicorn(Process):
    """gunicorn as production has it, but that no process is replaced while one measures."""

    def __init__(self):
        gunicorn = str(Path(sys.executable).parent / "gunicorn")
        super().__init__(
            [gunicorn, "--bind", "127.0.0.1:{port}", "--log-level", "error"]
            + ["--max-requests", "0", "--max-requests-jitter", "0"],
            WEB_CONCURRENCY=str(WORKERS),
        )

    @property
    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [Path("/proc") / pid for pid in children.read_text().split()]

    def processor_seconds(self):
        """User and system time of all workers since they were started."""
        ticks = 0
        for worker in self.workers:
            # After the name, which is in parentheses: utime is the 12th field, stime the 13th.
            fields = (worker / "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """MB of each worker: its own pages, and its part of those that are shared (PSS)."""
        found = []
        for worker in self.workers:
            lines = (worker / "smaps_rollup").read_text().splitlines()
            [pss] = [line.split()[1] for line in lines if line.startswith("Pss:")]
            found.append(round(int(pss) / 1024, 1))
        return found
