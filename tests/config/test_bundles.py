"""Many small scripts become one that does the same."""

import re
from pathlib import Path

import pytest
import rjsmin
from django.conf import settings
from django.contrib.staticfiles import finders

from config import bundles


def joined(**scripts):
    """The script `main`, joined with others that stand beside it."""
    return bundles.joined_script("main.js", lambda name: scripts[name.removesuffix(".js")])


def test_a_module_comes_once_and_after_all_that_it_imports():
    script = joined(
        main='import "./first.js";\nimport { b } from "./second.js";\nsay(b);',
        first='import { b } from "./second.js";\nsay("first", b);',
        second="say('second');\nexport const b = 1;",
    )

    assert re.findall(r"say\(('second'|\"first\"|b)", script) == ["'second'", '"first"', "b"]


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("{ a }", "const{a}=m0;"),
        ("{ a as mine }", "const{a:mine}=m0;"),
        ("* as all", "const all=m0;"),
        ("{\n  a,\n  b,\n}", "const{a,b,}=m0;"),
    ],
)
def test_what_is_imported_has_the_name_that_the_importer_gave_it(wanted, given):
    script = joined(main=f'import {wanted} from "./other.js";\nuse();', other="export const a = 1;")

    assert given in script


def test_every_kind_of_export_is_handed_over():
    script = joined(
        main='import * as other from "./other.js";\nother.a();',
        other=(
            "export function a() {}\nexport async function b() {}\nexport const c = 1;\n"
            "export const { d, e: f } = c;\nconst hidden = 2;"
        ),
    )

    assert "return {a, b, c, d, f};" in script
    assert "export" not in script


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;",
        "export let a = 1;",
        'export { a } from "./b.js";',
        'import a from "./b.js";',
        'const b = await import("./b.js");',
        "await fetch('/');",
    ],
)
def test_what_cannot_be_joined_is_refused_and_not_passed_over(text):
    with pytest.raises(bundles.CannotJoin, match="main.js"):
        joined(main=text)


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(bundles.CannotJoin, match="main.js → other.js → main.js"):
        joined(main='import "./other.js";', other='import "./main.js";')


def test_a_comment_about_imports_is_no_import():
    assert "say(1)" in joined(main='/**\nimport "./gone.js"\n*/\n// export default\nsay(1);')


def test_the_script_of_every_page_holds_each_module_that_it_names():
    def read(name):
        return Path(finders.find(name)).read_text()

    names = bundles.imported("js/every-page.js", read("js/every-page.js"))
    script = bundles.joined_script("js/page.js", read)

    assert "js/keep-draft.js" in names
    for name in names:
        longest = max(re.findall(r'"[^"]+"', rjsmin.jsmin(read(name))), key=len)
        assert longest in script, name


def test_the_style_sheet_of_a_reader_holds_each_component():
    folder = settings.BASE_DIR / "static/css"
    sheet = bundles.joined_style(str(folder / "reader.css"))

    for path in [*folder.glob("layout/*.css"), *folder.glob("components/*.css")]:
        classes = re.findall(r"^\.([a-z][\w-]*)", path.read_text(), re.MULTILINE)
        assert f".{classes[0]}" in sheet, path.name
    assert "@import" not in sheet
    # Later layers win over earlier ones, and paper, in no layer, wins over all.
    assert re.findall(r"@layer (\w+)\{|(@page)", sheet) == [
        *[(name, "") for name in ("tokens", "base", "layout", "components", "utilities")],
        ("", "@page"),
    ]
