"""The docs say what is so: the map is the tree, and each path that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "briefs", "circles", "config"]
DOCS = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])


def modules_of(folder):
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def test_the_map_for_developers_is_the_tree():
    rows = re.findall(
        r"^\| `([\w/]+)/` \| ([\w, ]*) \| .+ \|$",
        (ROOT / "docs/developers.md").read_text(),
        re.MULTILINE,
    )
    told = {folder: modules.split(", ") if modules else [] for folder, modules in rows}

    folders = {path.parent for app in APPS for path in (ROOT / app).rglob("*.py")}
    tree = {
        str(folder.relative_to(ROOT)): modules_of(folder)
        for folder in folders
        if folder.name != "migrations"
    }
    empty = {folder for folder, modules in tree.items() if not modules} - set(told)

    assert told == {folder: tree[folder] for folder in tree if folder not in empty}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_each_path_that_a_doc_names_is_there(doc):
    named = set(re.findall(r"`((?:[\w-]+/)+[\w-]*(?:\.\w+)?)`", doc.read_text()))
    ours = {
        path
        for path in named
        if path.split("/")[0] in {*APPS, "templates", "static", "tests", "bin"}
    }

    assert {path for path in ours if not (ROOT / path).exists()} == set()


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_each_test_that_a_doc_names_is_there(doc):
    named = re.findall(r"`((?:[\w-]+/)*test_\w+\.py)(?:::(\w+))?`", doc.read_text())
    missing = []
    for path, name in named:
        file = ROOT / "tests" / path.removeprefix("tests/")
        if not file.exists() or (name and f"def {name}(" not in file.read_text()):
            missing.append((path, name))

    assert missing == []
