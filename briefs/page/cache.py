"""Keeps the pages of a brief: each is rendered once for each state of what is on it. They are the
cover, a page for each section with a text, and the whole on one page.

Fixtures are saved raw, editors change single rows in the admin, and someone may use SQL. None
of these can be relied on to clear a cache. So the page is kept with the state of the brief
(`state.py`), which the database changes with each of those writes.

Each process keeps its own pages, so those of other code, templates or settings are never found.
A new state of a page takes the place of the old one. Only what nearly every browser asks for is
kept: the page in gzip.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from ..models import Brief
from .html import cover_context, page_context
from .kept import kept
from .section_page import section_page_context


@dataclass(frozen=True)
class Page:
    """A page in gzip, and a digest for its strong entity tag (RFC 9110, 8.8.3).

    The same page without gzip is another representation, so it has another tag.
    """

    packed: bytes
    digest: str

    def answer(self, *, packs: bool) -> tuple[bytes, dict[str, str]]:
        """The body to send, and its headers.

        Args:
            packs: whether the browser accepts gzip.
        """
        if packs:
            return self.packed, {"ETag": f'"{self.digest}-gzip"', "Content-Encoding": "gzip"}
        return gzip.decompress(self.packed), {"ETag": f'"{self.digest}"'}


def cover(brief: Brief) -> Page:
    """The cover of a brief as it was in the database at `brief.state`, or later. Asks the database
    nothing if it's kept.

    Args:
        brief: from `BriefQuerySet.at_a_glance`, here and below.
    """
    return _kept("cover", brief, "briefs/brief_detail.html", lambda: cover_context(brief))


def section(brief: Brief, slug: str) -> Page:
    """The page of a section with a text.

    Raises:
        Http404: the edition has no such section, or it has no text.
    """
    return _kept(
        f"section:{slug}",
        brief,
        "briefs/brief_section.html",
        lambda: section_page_context(brief, slug),
    )


def whole(brief: Brief) -> Page:
    """The whole brief on one page."""
    return _kept("all", brief, "briefs/brief_all.html", lambda: page_context(brief))


def _kept(name: str, brief: Brief, template: str, context: Callable[[], dict[str, Any]]) -> Page:
    def make() -> Page:
        body = render_to_string(template, context()).encode()
        # mtime=0, so that every process makes the same bytes.
        return Page(gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:32])

    return kept(f"page:{get_language()}:{name}", brief, make)
