"""The docs say what is so: the map is the tree, and each path, link and button is there."""

import re
from pathlib import Path

import pytest

from . import voice
from .catalog import messages
from .reading_grade import grade, sentences, words

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "briefs", "circles", "config", "operations"]
DOCS = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
PICTURES = sorted((ROOT / "docs/pictures").iterdir())
# Their readers may know nothing of computers. Words in bold are as they are on the pages.
FOR_CIRCLES = [ROOT / "docs/facilitators.md", ROOT / "docs/members.md"]
FOR_PEOPLE = [*FOR_CIRCLES, ROOT / "docs/admins.md"]
IN_DJANGOS_ADMIN = {"go", "view on site"}
CODE = re.compile(r"^ *```.*?^ *```|^    .*?$|`[^`]*`", re.MULTILINE | re.DOTALL)


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
        if path.split("/")[0] in {*APPS, "templates", "static", "tests", "bin", "deploy"}
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


def anchors_of(doc):
    """What GitHub makes of its headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", doc.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_each_link_of_a_doc_leads_somewhere(doc):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", doc.read_text())):
        path, _, anchor = link.partition("#")
        target = (doc.parent / path) if path else doc
        if ":" not in link and (
            not target.exists() or (anchor and anchor not in anchors_of(target))
        ):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_no_doc_has_a_word_we_dont_use(doc):
    without_modules = re.sub(
        r"^(\| `[\w/]+/`) \|[^|]*\|", r"\1", doc.read_text(), flags=re.MULTILINE
    )

    assert voice.unused_words(CODE.sub("", without_modules)) == []


def test_each_picture_is_small_and_shown():
    shown = {
        (doc.parent / path).resolve()
        for doc in DOCS
        for path in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", CODE.sub("", doc.read_text()))
    }

    assert shown == set(PICTURES)
    assert [path.name for path in PICTURES if path.stat().st_size > 120_000] == []


@pytest.mark.parametrize("doc", FOR_CIRCLES, ids=lambda doc: doc.name)
def test_an_eighth_grader_can_read_what_circles_read(doc):
    said = sentences(doc.read_text())

    assert grade(said) <= 8
    assert [one for one in said if len(words(one)) > voice.LONGEST_SENTENCE] == []


@pytest.fixture(scope="module")
def names():
    """A pattern of everything that a page can say, with a number wherever a value goes."""
    texts = {" ".join(it.text.split()).lower() for it in messages()} | IN_DJANGOS_ADMIN
    value = re.compile(r"%(?:\\\(\w+\\\))?[sd]")
    return re.compile("|".join(value.sub(r"\\d+", re.escape(text)) for text in texts if text))


def test_each_criterion_of_wcag_at_levels_a_and_aa_is_gone_through():
    rows = re.findall(
        r"^\| (\d\.\d\.\d+) [^|]+\| (held|seen|open) \| .+ \|$",
        (ROOT / "docs/accessibility.md").read_text(),
        re.MULTILINE,
    )

    assert len(rows) == len({number for number, _state in rows}) == 55


@pytest.mark.parametrize("doc", FOR_PEOPLE, ids=lambda doc: doc.name)
def test_each_name_in_bold_is_on_a_page(doc, names):
    bold = re.findall(r"\*\*(.+?)\*\*", CODE.sub("", doc.read_text()), re.DOTALL)
    said = {" ".join(name.split()) for name in bold}

    assert said
    assert {name for name in said if not names.fullmatch(name.lower())} == set()
