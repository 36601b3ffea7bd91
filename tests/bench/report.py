"""The table of a run, its JSON, and how two runs compare."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

COLUMNS = {
    "cpu_ms": ("CPU ms", 8, ".2f"),
    "ratio": ("× E", 7, ".1f"),
    "per_second": ("req/s", 8, ".0f"),
    "p50_ms": ("p50 ms", 8, ".1f"),
    "p95_ms": ("p95 ms", 8, ".1f"),
    "p99_ms": ("p99 ms", 8, ".1f"),
    "queries": ("queries", 8, "d"),
    "bytes": ("bytes", 8, "d"),
}
COMPARED = {"cpu_ms": "CPU ms", "ratio": "× E", "p95_ms": "p95 ms", "queries": "queries"}
NAME = 22


def with_ratios(figures):
    """With what each costs as a multiple of the empty view."""
    empty = figures[next(name for name in figures if name.startswith("E "))]["cpu_ms"]
    return {name: row | {"ratio": row["cpu_ms"] / empty} for name, row in figures.items()}


def print_table(figures):
    print("  " + " " * NAME + "".join(f"{head:>{wide}}" for head, wide, _ in COLUMNS.values()))
    for name, row in figures.items():
        cells = [f"{row[key]:>{wide}{how}}" for key, (_, wide, how) in COLUMNS.items()]
        print(f"  {name:{NAME}}" + "".join(cells))


def about():
    """What was measured, where and when."""
    from circles.models import Circle, Note

    commit = ["git", "describe", "--always", "--dirty"]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "database": connection.vendor,
        "commit": subprocess.run(
            commit, capture_output=True, text=True, cwd=settings.BASE_DIR
        ).stdout.strip(),
        "circles": Circle.objects.count(),
        "notes": Note.objects.count(),
        "load_before": os.getloadavg()[0],
    }


def _processor():
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def write(found):
    """Write what was found; gives the path."""
    folder = settings.BASE_DIR / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found['at'].replace(':', '')[:17]}-{found['database']}.json"
    path.write_text(json.dumps(found, indent=2))
    return path


def compare(old, new):
    """Print two runs side by side, with the change of each figure."""
    print(f"Against {old['at']} ({old['commit']}, {old['database']}, {old['circles']} circles)")
    print("  " + " " * NAME + "".join(f"{head:>26}" for head in COMPARED.values()))
    for name, row in new["pages"].items():
        before = old["pages"].get(name)
        cells = [_change(before and before[key], row[key]) for key in COMPARED]
        print(f"  {name:{NAME}}" + "".join(f"{cell:>26}" for cell in cells))
    for key, head in {"memory_mb": "memory, MB", "start_seconds": "second start, s"}.items():
        if old.get(key) and new.get(key):
            pair = [
                value if isinstance(value, float) else max(value) for value in (old[key], new[key])
            ]
            print(f"  {head:{NAME}}{_change(*pair):>26}")


def _change(before, after):
    if before is None:
        return f"{after:.4g} (new)"
    percent = f"{(after / before - 1) * 100:+.0f} %" if before else ""
    return f"{before:.4g} → {after:.4g} {percent:>6}"
