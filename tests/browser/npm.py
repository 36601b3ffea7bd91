"""Downloads an npm package for a test, pinned by its version and its checksum.

It comes from the registry that npm uses on this machine, and is cached beside the Python
environment, not in the repository.
"""

import base64
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path

PUBLIC = "https://registry.npmjs.org"
KEPT_IN = Path(sys.prefix)


class NotFetched(Exception):
    """The package couldn't be downloaded. The message says why."""


def fetch(name, version, integrity, member):
    """The text of one file of a package.

    Args:
        name: the name of the package, without a scope.
        version: its exact version.
        integrity: the output of `npm view NAME@VERSION dist.integrity`: "sha512-…".
        member: the file's path in the package.

    Raises:
        NotFetched: the registry couldn't be reached, or the checksum is wrong.
    """
    kept = KEPT_IN / name / f"{version}.tgz"
    content = kept.read_bytes() if kept.exists() else b""
    if _integrity_of(content) != integrity:
        content = _download(f"{registry()}/{name}/-/{name}-{version}.tgz")
        if _integrity_of(content) != integrity:
            raise NotFetched(f"{name} {version} is not what it was when the test was written.")
        kept.parent.mkdir(exist_ok=True)
        # Rename the finished file, as another test run may be reading it.
        half = kept.with_suffix(f".{os.getpid()}")
        half.write_bytes(content)
        half.replace(kept)
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        return package.extractfile(f"package/{member}").read().decode()


def registry():
    """The registry that npm uses here: from its variable, its settings, or the public one."""
    # The variable is usually in lower case, but can be in capitals.
    named = {name.lower(): value for name, value in os.environ.items()}
    return (named.get("npm_config_registry") or _set_for_npm() or _set_in_file() or PUBLIC).rstrip(
        "/"
    )


def _set_for_npm():
    if not shutil.which("npm"):
        return ""
    asked = subprocess.run(["npm", "config", "get", "registry"], capture_output=True, text=True)
    answer = asked.stdout.strip()
    return answer if answer.startswith("http") else ""


def _set_in_file():
    file = Path.home() / ".npmrc"
    text = file.read_text() if file.exists() else ""
    found = re.search(r"^\s*registry\s*=\s*(http\S+)", text, re.MULTILINE)
    return found[1] if found else ""


def _download(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read()
    except OSError as error:
        raise NotFetched(
            f"{url} could not be fetched ({error}). This test needs the network once; "
            "set npm_config_registry if npm packages come from elsewhere here."
        ) from error


def _integrity_of(content):
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
