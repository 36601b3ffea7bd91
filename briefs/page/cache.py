"""Keeps the page of a brief: it is rendered once for each state of what is on it.

Fixtures are saved raw, editors change single rows in the admin, and someone may use SQL. None
of these can be relied on to clear a cache. So the page is kept with the state of the brief
(`state.py`), which the database changes with each of those writes.

Each process keeps its own pages, so those of other code, templates or settings are never found.
There is one page a brief and language: a new state takes the place of the old one.
"""

import gzip
import hashlib
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import get_language

from ..models import Brief
from .html import page_context
from .kept import kept


@dataclass(frozen=True)
class Page:
    """The bytes of a page, and a digest for its strong entity tag (RFC 9110, 8.8.3).

    `packed` is the same page in gzip: another representation, so it has another tag.
    """

    body: bytes
    packed: bytes
    digest: str

    def answer(self, *, packs: bool) -> tuple[bytes, dict[str, str]]:
        """The body to send, and its headers.

        Args:
            packs: whether the browser accepts gzip.
        """
        if packs:
            return self.packed, {"ETag": f'"{self.digest}-gzip"', "Content-Encoding": "gzip"}
        return self.body, {"ETag": f'"{self.digest}"'}


def page(brief: Brief) -> Page:
    """The page of a brief as it was in the database at `brief.state`, or later. Asks the
    database nothing if the page is kept.

    Args:
        brief: from `BriefQuerySet.at_a_glance`.
    """
    name = f"brief:{get_language()}"
    return kept(name, brief, lambda: _render(Brief.objects.get(pk=brief.pk)))


def _render(brief: Brief) -> Page:
    body = render_to_string("briefs/brief_detail.html", page_context(brief)).encode()
    # mtime=0, so that every process makes the same bytes.
    packed = gzip.compress(body, mtime=0)
    return Page(body, packed, hashlib.sha256(body).hexdigest()[:32])
