"""Which part of the code may know which: the arrows that must never be.

`docs/developers.md` says what each room is for. These tests read imports (relative ones too),
the names of routes in `reverse()` and `redirect()`, and what templates include, extend and link to.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["config", "accounts", "briefs", "circles", "operations"]
ROOMS = {"planning", "inviting", "reading", "live", "notes", "calendars", "mail", "home"}
MODELS = {"models"}

# For each part of circles/, the parts that it must not know. Models and briefs are always allowed.
FORBIDDEN = {
    "models": ROOMS | {"forms", "views", "access", "dashboards", "meeting_overview"},
    **{room: {"forms", "views", "access", "dashboards"} for room in ROOMS},
    "forms": {"views", "dashboards"},
    "access": {"forms", "views", "dashboards"},
    "signed_links": {"forms", "views", "access", "dashboards"},
    "meeting_overview": {"forms", "views", "access", "dashboards"},
    "next_steps": {"forms", "views", "access", "dashboards"},
    "dashboards": {"forms", "views", "access"},
}
for room in ("planning", "notes", "inviting", "calendars", "home"):
    FORBIDDEN[room] |= ROOMS - {room}
FORBIDDEN["reading"] |= ROOMS - {"reading", "notes"}
FORBIDDEN["live"] |= ROOMS - {"live", "notes", "planning"}
FORBIDDEN["mail"] |= ROOMS - {"mail", "calendars"}

# Any room may register there what its own mails tell.
MAIL_REGISTRY = "circles.mail.registry"

# The pages that the site's frame and its plain pages lead to.
HOME = ("circles:home", "circles:circle_list")

REVERSERS = {"reverse", "reverse_lazy", "redirect", "resolve_url", "back_to"}

# Where the other apps may name circles, and why.
ALLOWED = {
    "config/urls.py": "the root of the site map",
    "config/settings.py": "the installed apps",
    "templates/account/signup_closed.html": "leads to the way to start a circle",
    "templates/accounts/profile_edit.html": "links to a person's own settings",
    "templates/briefs/_reader_bar.html": "the hook of the personal fragment",
    "templates/briefs/brief_all.html": "the hook of the personal fragment",
    "templates/briefs/brief_detail.html": "the hook of the personal fragment",
    "templates/briefs/brief_section.html": "the way to one's own notes",
    "templates/briefs/series_detail.html": "the hook of the personal fragment",
}


def modules_of(path):
    """The dotted names that a Python file imports, relative ones made absolute."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            base += node.module.split(".") if node.module else []
            yield ".".join(base)
            yield from (".".join([*base, name.name]) for name in node.names)


def routes_of(path):
    """The namespaces of the routes that a Python file reverses or redirects to."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            route = str(node.args[0].value)
            if name in REVERSERS and route not in HOME:
                yield route.split(":")[0]


def part_of(module):
    """The part of circles/ that a dotted name lies in; None outside circles."""
    names = module.split(".")
    return names[1] if names[0] == "circles" and len(names) > 1 else None


def python_files(folder):
    return [p for p in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in p.parts]


@pytest.mark.parametrize("part", sorted(FORBIDDEN))
def test_a_part_of_circles_knows_only_what_it_may(part):
    folder = ROOT / "circles" / part
    files = python_files(folder) if folder.is_dir() else [ROOT / "circles" / f"{part}.py"]

    wrong = {
        f"{path.relative_to(ROOT)} → {module}"
        for path in files
        for module in modules_of(path)
        if part_of(module) in FORBIDDEN[part]
        and not (part in ROOMS and module.startswith(MAIL_REGISTRY))
    }

    assert files and wrong == set()


def test_only_views_know_the_dashboards():
    wrong = {
        f"{path.relative_to(ROOT)} → {module}"
        for path in python_files("circles")
        if part_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) != "views"
        for module in modules_of(path)
        if part_of(module) == "dashboards"
    }

    assert wrong == set()


def test_apps_depend_one_way():
    """Imports and names of routes point to the left: accounts, briefs, circles, operations."""
    later_of = {
        "config": {"circles", "operations"},
        "accounts": {"briefs", "circles", "operations"},
        "briefs": {"circles", "operations"},
        "circles": {"operations"},
    }
    wrong = []
    for app, later in later_of.items():
        for path in python_files(app):
            named = {module.split(".")[0] for module in modules_of(path)} | set(routes_of(path))
            if named & later and str(path.relative_to(ROOT)) not in ALLOWED:
                wrong.append(f"{path.relative_to(ROOT)} → {sorted(named & later)}")

    assert wrong == []


def test_templates_of_other_apps_do_not_know_circles():
    known = re.compile(r"""{%\s*(?:url|include|extends)\s+["'](circles[:/][\w/.]+)""")
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in (".html", ".txt")
        and not {"circles", "mail"} & set(path.relative_to(ROOT / "templates").parts)
        and str(path.relative_to(ROOT)) not in ALLOWED
        and set(known.findall(path.read_text())) - set(HOME)
    ]

    assert wrong == []
