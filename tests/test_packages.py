"""What is installed: locked with hashes, listed with licenses, and checked for vulnerabilities."""

import json
import re
import runpy
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ["requirements.in", "requirements-dev.in", "requirements-tools.in"]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-tools.txt"]


@pytest.fixture
def packages(tmp_path):
    """bin/packages, in a folder with copies of the locks."""
    for name in [*INPUTS, *LOCKS, "docs/licenses.md"]:
        copy = tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text((ROOT / name).read_text())
    names = runpy.run_path(str(ROOT / "bin/packages"))
    here = names["main"].__globals__
    here |= {"ROOT": tmp_path, "LICENSES": tmp_path / "docs/licenses.md", "BIN": tmp_path}
    return SimpleNamespace(**names, here=here)


@pytest.fixture
def reason():
    """What bin/setup makes of the output of pip."""
    return runpy.run_path(str(ROOT / "bin/setup"))["reason"]


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_inputs_locks_and_licenses_are_in_step(packages):
    assert packages.out_of_step() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("requirements.in", "\nnh3\n", "\nnh3\nnew-one\n", "lacks new-one"),
        ("requirements.in", "\nnh3\n", "\n", "has nh3 for requirements.in"),
        ("requirements.in", "\nnh3\n", "\nnh3>9999\n", "not nh3>9999"),
        ("requirements.txt", "sha256:", "sha256:0", "a line without a version and hashes"),
        ("requirements.txt", "# This", "nh3==1.0\n# This", "a line without a version and hashes"),
        ("requirements-dev.txt", "\nnh3==", "\nnh3==9", "another nh3 than requirements.txt"),
        ("docs/licenses.md", "[`nh3`]", "[`nh4`]", "lists other packages or versions"),
    ],
)
def test_what_is_out_of_step_is_told(packages, file, old, new, told):
    replace(packages.here["ROOT"] / file, old, new)

    assert any(told in sentence for sentence in packages.out_of_step())


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_says_nothing_of_where_it_was_made(name):
    assert re.findall(r"://|^-.*|(?<=[ =])/\S+", (ROOT / name).read_text(), re.MULTILINE) == []


def component(name, *licenses):
    return {"name": name, "licenses": list(licenses)}


def test_a_license_is_told_in_the_words_of_spdx(packages):
    old = {"license": {"name": "License :: OSI Approved :: BSD License"}}
    spdx = {"license": {"id": "BSD-3-Clause"}}

    assert packages.license_of(component("a", old)) == "BSD"
    assert packages.license_of(component("a", old, spdx)) == "BSD-3-Clause"
    assert packages.license_of(component("a", {"expression": "MIT OR ISC"})) == "MIT OR ISC"
    assert packages.license_of(component("pyrage")) == "MIT"
    assert packages.license_of(component("unknown")) == ""


@pytest.mark.parametrize("words", ["GPL-3.0-or-later", "MIT AND Shareware", ""])
def test_a_license_that_we_cannot_use_stops_the_list(packages, words):
    def bill_of(name):
        locked = packages.Locked.all_in((ROOT / f"{name}.txt").read_text())
        mine = [{"expression": words}] if words else []
        return {
            "components": [
                component(it, *(mine if it == "nh3" else [{"expression": "MIT"}])) for it in locked
            ]
        }

    packages.here["bill_of"] = bill_of

    with pytest.raises(SystemExit, match=f"nh3 .*requirements.txt.: “{words}”"):
        packages.licenses()


@pytest.fixture
def audit(packages, monkeypatch, capsys):
    """Audits with an answer of pip-audit; returns how it ended and what it printed."""

    def audit(*dependencies, says="", error=""):
        said = says or json.dumps({"dependencies": dependencies})
        answer = SimpleNamespace(stdout=said, stderr=error, returncode=1)
        monkeypatch.setattr(subprocess, "run", lambda *args, **options: answer)
        try:
            packages.main("audit")
        except SystemExit as end:
            return str(end), capsys.readouterr().out
        return "", capsys.readouterr().out

    return audit


def test_an_audit_without_findings_says_so(audit):
    ended, printed = audit({"name": "nh3", "version": "1.0", "vulns": []})

    assert (ended, printed) == ("", "No locked package has a known vulnerability.\n")


def test_an_audit_names_each_vulnerability_and_its_fix(audit):
    found = {"id": "PYSEC-1", "fix_versions": ["1.1"]}

    ended, printed = audit({"name": "nh3", "version": "1.0", "vulns": [found]})

    assert printed == "nh3 1.0: PYSEC-1, fixed in 1.1\n"
    assert "make lock RENEW=" in ended


def test_an_audit_that_learns_nothing_of_a_package_fails(audit):
    ended, _printed = audit({"name": "nh3", "skip_reason": "not found"})

    assert "we don’t know: nh3" in ended


def test_an_audit_without_a_network_fails(audit):
    ended, _printed = audit(says="Traceback", error="ConnectionError")

    assert "we couldn’t reach the list of vulnerabilities" in ended
    assert ended.endswith("ConnectionError")


def test_a_lock_that_cannot_be_made_leaves_all_files_as_they_were(packages):
    def compile_lock(name, renew):
        packages.lock_of(name).write_text("half")
        if name == "requirements-dev":
            raise SystemExit("no network")

    packages.here["compile_lock"] = compile_lock

    with pytest.raises(SystemExit, match="no network"):
        packages.main("lock")
    for name in LOCKS:
        assert (packages.here["ROOT"] / name).read_text() == (ROOT / name).read_text()


def test_a_package_that_no_lock_has_cannot_be_renewed(packages):
    with pytest.raises(SystemExit, match="dajngo is in no lock"):
        packages.main("lock", "dajngo")


def test_setup_names_the_package_whose_hash_differs(reason):
    output = (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have\n"
        "    nh3==0.3.8 from file:///nh3.whl (from -r requirements.txt (line 9)):\n"
        "        Expected sha256 00\n"
        "             Got        11\n"
    )

    assert "we got for nh3==0.3.8 isn't the one that requirements.txt" in reason(
        output, "requirements.txt"
    )


def test_setup_says_how_a_package_gets_its_hash(reason):
    output = "ERROR: Hashes are required in --require-hashes mode, but they are missing from nh3"

    assert "Name it in requirements-dev.in, then run make lock." in reason(
        output, "requirements-dev.txt"
    )
