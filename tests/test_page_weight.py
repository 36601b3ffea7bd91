"""What a first visit costs on a slow line: how many files, and how many bytes of them."""

import gzip
import posixpath
import re
from urllib.parse import urlsplit

import brotli
import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from config.static import BundledFiles

from . import strict_html

MOST_FILES = 6
MOST_BYTES = 60 * 1024
PACKED = {"Accept-Encoding": "gzip"}
# What a browser asks for by itself, and by which attribute. Of a picture it takes one; the largest
# is its `img`.
LOADING = {"script": "src", "img": "src", "link": "href"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload"}
# The admin has Django's own files.
LEFT_OUT = re.compile(r"/admin/|/circles/[\w-]+/meetings/\d+/(?:run|projector)/")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The static files as production has them, but those of Django's admin. None is compressed:
    a test compresses the few that it looks at."""

    class Uncompressed(BundledFiles):
        def compress_files(self, paths):
            return []

    storage = Uncompressed(location=tmp_path_factory.mktemp("static"), base_url="/static/")
    found = {}
    for finder in get_finders():
        for name, source in finder.list(["admin"]):
            found.setdefault(name, (source, name))
    for name, _hashed, fault in storage.post_process(found):
        assert not isinstance(fault, Exception), (name, fault)
    return storage


def asked_for(page):
    """The addresses that a browser asks for when it opens this page, each once."""
    found = {}
    for element in page.elements:
        is_loaded = element.tag != "link" or element.get("rel") in LOADED_LINKS
        address = element.get(LOADING.get(element.tag, ""), "") if is_loaded else ""
        if element.get("data-hx-trigger") == "load":
            address = element.get("data-hx-get")
        if address and not address.startswith("data:"):
            found.setdefault(address.split()[0])
    return list(found)


def static_names(page):
    paths = [urlsplit(address).path for address in asked_for(page)]
    return [path.removeprefix("/static/") for path in paths if path.startswith("/static/")]


def files_of(page, storage):
    """The bytes on the wire of each file that a page needs. All that its style sheet names
    counts too, such as a typeface."""
    weights = {}
    waiting = [storage.stored_name(name) for name in static_names(page)]
    for name in waiting:
        with storage.open(name) as file:
            content = file.read()
        weights[name] = len(brotli.compress(content))
        if name.endswith(".css"):
            folder = posixpath.dirname(name)
            for address in re.findall(r"url\(\"?(?!data:|#)([^\")]+)", content.decode()):
                waiting.append(posixpath.normpath(posixpath.join(folder, address)))
    return weights


@pytest.mark.parametrize("person", ["visitor", "member"])
def test_a_first_visit_to_the_front_page_and_home_is_light(
    client, collected, circle, meeting, member, person
):
    if person == "member":
        client.force_login(member)
    answer = client.get("/", headers=PACKED)
    page = strict_html.read(gzip.decompress(answer.content).decode())

    weights = {"the page": len(answer.content), **files_of(page, collected)}

    assert weights[collected.stored_name("css/app.css")]
    assert weights[collected.stored_name("js/page.js")]
    assert len(weights) <= MOST_FILES, weights
    assert sum(weights.values()) <= MOST_BYTES, weights


def test_a_first_visit_to_a_section_is_light(client, collected, db):
    call_command("loaddata", "fixtures/human_trafficking.yaml", verbosity=0)
    answer = client.get("/briefs/human-trafficking/who/", headers=PACKED)
    page = strict_html.read(gzip.decompress(answer.content).decode())
    own = client.get(
        "/briefs/human-trafficking/mine/?at=who", headers=PACKED | {"HX-Request": "true"}
    )

    weights = {"the page": len(answer.content), "one's own": len(own.content)}
    weights |= files_of(page, collected)

    assert len(asked_for(page)) + 1 <= MOST_FILES, asked_for(page)
    assert sum(weights.values()) <= MOST_BYTES, weights


def test_no_page_asks_for_more_than_six_files(walk):
    """But the live meeting: it's opened again and again, and works offline."""
    many = {
        stop.path: asked_for(stop.page)
        for stop in walk.stops
        if not LEFT_OUT.match(stop.path) and len(asked_for(stop.page)) >= MOST_FILES
    }

    assert many == {}


def test_each_static_file_that_a_page_names_is_there_in_production(walk, collected):
    named = {name for stop in walk.stops for name in static_names(stop.page)}

    missing = named - set(collected.hashed_files)
    assert {name for name in missing if not name.startswith("admin/")} == set()
