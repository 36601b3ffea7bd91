"""`make bench`: run every bench_*.py here on a database with the demo and a made-up network.

A bench is a module with `main()`, which prints what it measured, asserts nothing, and gives what
belongs in the JSON. docs/scale.md says how to read it.

The environment may say:
    CIRCLES       how large the network is (10, which is also the least)
    MONTHS NOTES  how many meetings a circle held, and notes a meeting has (36 and 50)
    AGAINST       the JSON of an earlier run, to compare with
    ONLY          names of benches, such as "pages live_meeting"
    LONG          1 lets the live meeting go on until it is too much
    DATABASE_URL  a database that is kept, in place of one for this run
"""

import json
import os
import signal
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django

SECRET = "only-for-the-benches-0123456789-abcdefghijklmnopqrstuvwxyz"
FEWEST = 10  # circles: the pages are those of members of nine
# First the pages: what they are measured with is what was made, and nothing else.
ORDER = ["pages", "plans", "live_meeting", "brief_page", "load_brief"]


def set_up(circles):
    """Make the demo and the network, if they aren't there; gives the seconds of a second start.

    `make run` itself makes the demo.
    """
    from django.core.management import call_command

    from circles.models import Circle

    from .server import make_run

    with make_run():
        pass
    missing = circles - Circle.objects.filter(slug__startswith="network-").count()
    if missing > 0:
        sizes = {name: os.environ.get(name.upper()) for name in ("months", "notes")}
        given = {name: int(number) for name, number in sizes.items() if number}
        call_command("generate_network", circles=missing, add=True, **given)
    with make_run() as again:
        seconds = again.took
    print(f"`make run`, the second time, answered after {seconds:.1f} seconds.")
    return seconds


def main():
    against = os.environ.get("AGAINST")
    old = json.loads(Path(against).read_text()) if against else None
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("make bench reads /proc, so it needs Linux.")
    # However it ends, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_caught: sys.exit(1))
    with tempfile.TemporaryDirectory() as data_dir:
        # No email of a made-up network leaves the machine.
        os.environ.pop("EMAIL_URL", None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATA_DIR": data_dir,
            "SECRET_KEY": SECRET,
            "SITE_URL": "http://localhost",
        }
        django.setup()
        from . import report

        start_seconds = set_up(max(FEWEST, int(os.environ.get("CIRCLES") or 0)))
        found = report.about() | {"start_seconds": start_seconds}
        for name in (os.environ.get("ONLY") or " ".join(ORDER)).split():
            print(name.replace("_", " ").capitalize(), flush=True)
            found |= import_module(f"tests.bench.bench_{name}").main() or {}
        print(f"Written to {report.write(found)}")
        if old and "pages" in found:
            report.compare(old, found)


if __name__ == "__main__":
    main()
