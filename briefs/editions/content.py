"""The current content of a brief, in the form of a fixture, and its recording."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import SiteEvent

from ..models import PARTS, Brief, PartOfBrief, Section
from ..page.compose import rows_in_edition
from .fixture import Item, as_held, fields_of, spare

if TYPE_CHECKING:
    from accounts.models import User


Row = Brief | PartOfBrief


def content_of(brief: Brief) -> list[Item]:
    """The current edition as the objects of a fixture, in the order of the page.

    Parts of a retired section are left out. A section inside a retired one moves to the
    top level, as on the page.
    """
    rows = rows_in_edition(brief)
    slugs = {
        model: dict(model.objects.filter(brief=brief).values_list("pk", "slug")) for model in PARTS
    }
    known = {section.pk for section in rows[Section]}
    content = [spare(Brief._meta.label_lower, _data(brief, {}))]
    for model in PARTS:
        for row in rows[model]:
            if model is Section and row.parent_id not in known:
                row.parent_id = None
            content.append(spare(model._meta.label_lower, _data(row, slugs)))
    return content


def content_with(brief: Brief, rows: Iterable[Row]) -> list[Item]:
    """The content as it will be once these rows are saved."""
    content = content_of(brief) if brief.pk else []
    slugs = {
        model: dict(model.objects.filter(brief=brief.pk).values_list("pk", "slug"))
        for model in PARTS
    }
    places = {(item["model"], item["fields"]["slug"]): at for at, item in enumerate(content)}
    for row in rows:
        if not is_in_edition(row):
            continue
        label = row._meta.label_lower
        item = spare(label, _data(row, slugs))
        if isinstance(row, Section) and row.parent and row.parent.is_retired:
            item["fields"].pop("parent")
        at = places.setdefault((label, row.slug), len(content))
        content[at : at + 1] = [item]
    return content


def is_in_edition(row: Row) -> bool:
    """Whether readers see a row: neither it nor its section is retired."""
    section = getattr(row, "section", None)
    return isinstance(row, Brief) or not (row.is_retired or section and section.is_retired)


def _data(row: Row, slugs: dict[Any, dict[int, str]]) -> dict[str, Any]:
    """The values of a row as in a fixture. A row of another brief is named with that brief."""
    brief = row if isinstance(row, Brief) else row.brief
    data = {}
    for column in fields_of(type(row)):
        value = getattr(row, column.attname)
        if column.is_relation and value is not None:
            model = column.related_model
            slug = slugs.get(model, {}).get(value)
            if model is Brief:
                value = [brief.slug]
            else:
                value = (
                    [brief.slug, slug] if slug else list(getattr(row, column.name).natural_key())
                )
        elif isinstance(value, str):
            value = as_held(column, value)
        data[column.name] = value
    return data


def record(
    brief: Brief,
    *,
    named: str,
    by: "User | None" = None,
    kind: SiteEvent.Kind = SiteEvent.Kind.EDITION_LOADED,
    retired: int = 0,
) -> None:
    """Mark all rows as reconciled, and record the edition if its content is new.

    Args:
        brief: the brief.
        named: who made the edition, in words, if `by` is None.
        by: the user who made it.
        kind: what the site's admins are told.
        retired: how many parts it retired.
    """
    now = timezone.now()
    Brief.objects.filter(pk=brief.pk).update(settled_at=now)
    for model in PARTS:
        model.objects.filter(brief=brief, settled_at=None).update(settled_at=now)
    content = json.loads(json.dumps(content_of(brief), cls=DjangoJSONEncoder))
    last = brief.editions.first()
    if last is None or last.content != content:
        brief.editions.create(
            date=brief.edition,
            loaded_at=now,
            loaded_by=by,
            loaded_as=(str(by) if by else named)[:120],
            content=content,
        )
        SiteEvent.objects.record(
            kind,
            by=by,
            named=named,
            subject=brief.title,
            edition=brief.edition.isoformat(),
            retired=retired,
        )
