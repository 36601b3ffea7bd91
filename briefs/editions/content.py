"""The current content of a brief, in the form of a fixture, and its recording."""

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import SiteEvent

from ..models import PARTS, Brief, PartOfBrief, Section
from ..page.compose import rows_in_edition
from .fixture import Item, fields_of, spare, with_plain_line_ends

if TYPE_CHECKING:
    from accounts.models import User


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


def _data(row: PartOfBrief | Brief, slugs: dict[Any, dict[int, str]]) -> dict[str, Any]:
    """The values of a row as in a fixture. A key of a retired row is None."""
    brief = row if isinstance(row, Brief) else row.brief
    data = {}
    for column in fields_of(type(row)):
        value = getattr(row, column.attname)
        if column.is_relation and value is not None:
            model = column.related_model
            slug = slugs.get(model, {}).get(value)
            value = [brief.slug] if model is Brief else slug and [brief.slug, slug]
        elif isinstance(value, str):
            value = with_plain_line_ends(value)
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
