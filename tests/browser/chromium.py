"""Finds a Chromium for the browser tests, or installs one.

    python -m tests.browser.chromium

Prints nothing if there is one. Otherwise it installs Debian's package (as root), or else
Playwright's own build. If it can do neither, it exits with one sentence.
"""

import os
import shutil
import subprocess
import sys

# Debian's Chromium without windows, which starts more quickly.
SHELL = "chromium-headless-shell"
NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find():
    """The path of a Chromium or Chrome; None if this machine has none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if os.path.exists(MAC):
        return MAC
    return playwrights_own()


def playwrights_own():
    """The path of the build that Playwright downloaded earlier, if there is one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def install():
    """Try to install what this machine allows, Debian's package first."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests ...", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", SHELL], env=environment, **quiet)
    if not find():
        print("Fetching Playwright's Chromium for the browser tests ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], **quiet)


def main():
    if find():
        return
    install()
    if not find():
        sys.exit(
            "Full Circle: the browser tests need Chromium or Chrome, and none could be "
            "installed. Install one, or set CHROMIUM to its path, and run make test again."
        )


if __name__ == "__main__":
    main()
