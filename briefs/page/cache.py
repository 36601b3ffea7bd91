"""Caches the page of a brief: it is rendered once for each state of the brief's rows.

Fixtures are saved raw, editors change single rows in the admin, and someone may use SQL. None
of these can be relied on to clear a cache. So each request computes a fingerprint of all rows
on the page, in one query, and looks the page up by it.
"""

import gzip
import hashlib
import marshal
from dataclasses import dataclass
from functools import cache

from django.core.cache import caches
from django.db import connection, models
from django.template.loader import render_to_string

from ..models import PARTS, Brief, Edition, Series
from .html import page_context

IN_SERIES = "SELECT series_id FROM briefs_seriesentry WHERE brief_id = %s"


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
    """The page of a brief as it is in the database now. One query if the page is cached."""
    key = f"brief:{brief.pk}:{fingerprint(brief)}"
    cached_pages = caches["pages"]
    found = cached_pages.get(key)
    if found is None:
        body = render_to_string("briefs/brief_detail.html", page_context(brief)).encode()
        # mtime=0, so that every process makes the same bytes.
        packed = gzip.compress(body, mtime=0)
        found = Page(body, packed, hashlib.sha256(body).hexdigest()[:32])
        cached_pages.set(key, found)
    return found


def fingerprint(brief: Brief) -> str:
    """A digest that changes with any row of the brief, and with the lists that it is in."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [brief.pk] * (len(PARTS) + 3))
        rows = cursor.fetchall()
    return hashlib.blake2b(marshal.dumps(rows), digest_size=16).hexdigest()


@cache
def _statement() -> str:
    """The SQL of `fingerprint`: a row for each row on the page, as (kind, id, values as text)."""
    selects = [_select(model, "brief_id = %s") for model in PARTS]
    selects.append(_select(Brief, "id = %s"))
    selects.append(_select(Edition, "brief_id = %s", ["date"]))
    selects.append(_select(Series, f"id IN ({IN_SERIES})", ["slug", "title"]))
    selects.append(_select(Brief, "audience = 'everyone'", ["slug", "title"]))
    return " UNION ALL ".join(selects) + " ORDER BY 1, 2"


def _select(model: type[models.Model], where: str, names: list[str] | None = None) -> str:
    columns = names or [field.column for field in model._meta.concrete_fields]
    quoted = map(connection.ops.quote_name, columns)
    # The unit separator between values: people don't type it.
    values = " || '\x1f' || ".join(f"COALESCE(CAST({name} AS TEXT), '')" for name in quoted)
    table = model._meta.db_table
    kind = table if names is None else f"{table} list"
    return f"SELECT '{kind}', id, {values} FROM {table} WHERE {where}"
