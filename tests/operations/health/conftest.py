"""The checks pass on any machine."""

import shutil
from collections import namedtuple

import pytest

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def have_room(monkeypatch):
    """Set how much room the disk has, in GB. Half of it is free unless a test says otherwise."""

    def have_room(total=20, free=10):
        usage = Usage(total * 10**9, 0, int(free * 10**9))
        monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)

    have_room()
    return have_room
