"""Prints the growth table of docs/scale.md from the JSON of several runs of `make bench`.

    .venv/bin/python -m tests.bench.growth_table var/bench/*.json

Each column is one run: the processor time of each page and write in ms, how many times it is that
of an empty view in the same run (E), and how many times that is what it was in the smallest run on
the same database. Of several runs of one size, the median is shown. Below are
the plans of the heaviest queries in the largest run on each database.
"""

import json
import re
import statistics
import sys
from pathlib import Path

# Of a plan, the first steps that read a table are shown.
PLAN, READS = 3, re.compile(r"SEARCH|SCAN|Scan")


def read(paths):
    """The runs by database and size: {(database, circles): [run, …]}, in this order."""
    found = {}
    for path in paths:
        run = json.loads(Path(path).read_text())
        found.setdefault((run["database"], run["circles"]), []).append(run)
    return dict(sorted(found.items(), key=lambda each: (each[0][0] != "sqlite", each[0][1])))


def cost(runs, name, unit):
    """The median of what a page cost, in `cpu_ms` or as a `ratio` to E; None if no run has it."""
    rows = [run["pages"][name] for run in runs if name in run.get("pages", {})]
    return statistics.median(row[unit] for row in rows) if rows else None


def line(cells):
    return f"| {' | '.join(cells)} |"


def times(found):
    """The table of costs, line by line."""
    names = dict.fromkeys(name for runs in found.values() for name in runs[0].get("pages", {}))
    if not names:
        return
    yield line(
        ["processor time", *(f"{database}, {circles:,} circles" for database, circles in found)]
    )
    yield line(["---"] + ["--:"] * len(found))
    for name in names:
        cells = []
        for (database, _circles), runs in found.items():
            # The smallest comes first.
            smallest = next(other for (of, _), other in found.items() if of == database)
            now, then = cost(runs, name, "ratio"), cost(smallest, name, "ratio")
            grown = f", ×{now / then:.2f}" if now and then and runs is not smallest else ""
            ms = cost(runs, name, "cpu_ms")
            cells.append(f"{ms:.1f} ms, {now:.1f} E{grown}" if now else "")
        yield line([" ".join(name.split()), *cells])


def work(found):
    """The table of what each page touches, line by line."""
    found = {key: runs for key, runs in found.items() if "plans" in runs[0]}
    names = dict.fromkeys(name for runs in found.values() for name in runs[0]["plans"])
    if not names:
        return
    heads = [f"{database}, {circles:,} circles" for database, circles in found]
    yield line(["steps (SQLite) or rows (PostgreSQL)", *heads])
    yield line(["---"] + ["--:"] * len(found))
    for name in names:
        rows = [runs[0]["plans"].get(name) for runs in found.values()]
        yield line([" ".join(name.split()), *(f"{row['work']:,}" if row else "" for row in rows)])


def plans(found):
    """The plan of each page's heaviest query in the largest run on each database."""
    largest = {database: runs[0] for (database, _circles), runs in found.items()}
    for database, run in largest.items():
        if "plans" not in run:
            continue
        yield f"Heaviest query of each, {database}, {run['circles']:,} circles:"
        yield ""
        yield line(["page", "plan"])
        yield line(["---", "---"])
        for name, row in run["plans"].items():
            steps = [step.strip() for step in row["heaviest"]["plan"] if READS.search(step)]
            shown = [*steps[:PLAN], *(["…"] if len(steps) > PLAN else [])]
            yield line([" ".join(name.split()), "; ".join(shown) or "inserts"])
        yield ""


def main():
    found = read(sys.argv[1:])
    for part in (times, work, plans):
        print("\n".join(part(found)))
        print()


if __name__ == "__main__":
    main()
