"""What a machine can check of the way this house is built."""

import ast
import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "briefs", "circles"]


def imports_of(path):
    """The first name of every module that a Python file imports, relative ones left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_apps_depend_one_way():
    for rank, app in enumerate(APPS):
        for path in (ROOT / app).rglob("*.py"):
            later = set(imports_of(path)) & set(APPS[rank + 1 :])
            assert not later, f"{path.relative_to(ROOT)} imports {later}"


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_every_setting_of_the_environment_is_explained():
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "config/settings.py").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read == explained


def test_no_template_has_inline_script_style_or_handler():
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", re.IGNORECASE)
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if not {"mail", "email"} & set(path.parts) and inline.search(path.read_text())
    ]

    assert guilty == []


def test_no_template_loads_from_another_host():
    loads = re.compile(
        r"""<(?:script|img|link|iframe|source)[^>]*(?:src|href)=["']?(?:https?:)?//"""
    )
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if loads.search(path.read_text())
    ]

    assert guilty == []


def test_every_style_token_that_is_used_is_defined():
    sheets = {path: path.read_text() for path in (ROOT / "static/css").rglob("*.css")}
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(sheets.values())))
    used = {
        (str(path.relative_to(ROOT)), token)
        for path, text in sheets.items()
        for token in re.findall(r"var\((--[\w-]+)\)", text)
    }

    assert {(path, token) for path, token in used if token not in defined} == set()


def test_colours_are_written_in_the_tokens_only():
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch)a?\(", re.IGNORECASE)
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "static/css").rglob("*.css")
        if path.name not in ("tokens.css", "print.css") and colour.search(path.read_text())
    ]

    assert guilty == []


def test_every_folder_and_make_word_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    folders = [
        f"{app}/" for app in [*APPS, "config", "templates", "static", "fixtures", "tests", "docs"]
    ]
    words = re.findall(r"^([\w-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)

    missing = [
        name for name in [*folders, *(f"make {word}" for word in words)] if name not in readme
    ]

    assert missing == []
