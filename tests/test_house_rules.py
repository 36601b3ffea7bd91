"""What a machine can check of the way this house is built."""

import ast
import re
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from .routes import routes

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "briefs", "circles", "operations"]
LONGEST_TEMPLATE_LINE = 160


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


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


def test_no_line_of_a_template_is_too_long():
    too_long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.is_file() and path.suffix != ".uri"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST_TEMPLATE_LINE
    ]

    assert too_long == []


def test_what_templates_keep_is_the_same_for_everyone():
    kept = re.compile(r"{% cache \S+ \S+ language [^%]*%}(.*?){% endcache %}", re.DOTALL)
    tag = re.compile(r'{{|{% (?!static |translate |url |include "_mark.html")')
    found = {
        path.name: [tag.search(part) for part in kept.findall(text)]
        for path in (ROOT / "templates").rglob("*.html")
        if "{% cache " in (text := path.read_text())
    }

    assert {name: any(guilty) for name, guilty in found.items()} == {
        "_text_size.html": False,
        "base.html": False,
    }
    for name, guilty in found.items():
        assert len(guilty) == (ROOT / "templates" / name).read_text().count("% cache ")


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


# The folders that keep the two rules of length below.
SHORT = [*APPS, "config", "bin"]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


MOST_FLAT_MODULES = 10


def is_python(path):
    """Named as such; or a script, which says so in its first line."""
    if path.suffix == ".py":
        return True
    return path.parent == ROOT / "bin" and "python" in path.read_text().partition("\n")[0]


def python_files(*folders):
    """The Python files in these folders, migrations left out."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    return [
        path
        for path in paths
        if path.is_file() and "migrations" not in path.parts and is_python(path)
    ]


def is_data(node):
    """Whether an expression is a table: constants, names and translated words."""
    if isinstance(node, ast.Dict):
        return all(map(is_data, filter(None, [*node.keys, *node.values])))
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(is_data, node.elts))
    if isinstance(node, ast.Call):
        is_words = isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext")
        return is_words and all(map(is_data, node.args))
    return isinstance(node, ast.Constant | ast.Name | ast.Attribute)


def lines_of(node):
    return set(range(node.lineno, node.end_lineno + 1))


def length_of(function):
    """The lines and the statements of a function, without its docstring and its tables."""
    lines = lines_of(function)
    if ast.get_docstring(function):
        lines -= lines_of(function.body[0])
    for node in ast.walk(function):
        if isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set) and is_data(node):
            lines -= lines_of(node)
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(function))
    return max(len(lines), statements)


def test_no_python_file_is_too_long():
    too_long = {
        str(path.relative_to(ROOT)): number
        for path in python_files(*SHORT)
        if (number := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert too_long == {}


def test_no_function_is_too_long():
    too_long = {
        f"{path.relative_to(ROOT)}:{node.name}": length_of(node)
        for path in python_files(*SHORT)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length_of(node) > LONGEST_FUNCTION
    }

    assert too_long == {}


def test_a_route_and_its_view_share_one_name():
    """Paths of before lead on under names of their own; they begin with `old_`."""
    differ = {
        name: view.__name__
        for name, view, _arguments in routes()
        if not name.split(":")[-1].startswith("old_") and name.split(":")[-1] != view.__name__
    }

    assert differ == {}


def test_circles_has_few_modules_outside_its_rooms():
    flat = [path.stem for path in (ROOT / "circles").glob("*.py") if path.stem != "__init__"]

    assert len(flat) <= MOST_FLAT_MODULES, sorted(flat)


def test_every_file_that_contributing_names_is_there():
    named = re.findall(r"`([\w.-]+/[\w./-]*|[\w.]+\.\w+)`", (ROOT / "CONTRIBUTING.md").read_text())
    files = {name for name in named if "/" in name or name.startswith(".")}

    assert len(files) > 20
    assert {name for name in files if not (ROOT / name).exists()} == set()


def test_every_name_that_contributing_gives_for_code_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    code = "".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
    names = re.findall(r"`(?:\w+\.)?(SAID|ROLES|TOPICS|URGENT|PRECEDENCE|\w*[a-z]_\w+)`", text)

    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()
