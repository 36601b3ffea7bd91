"""Renames parts of a brief and keeps everything that points at them."""

from collections.abc import Iterable
from typing import cast

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ..models import Brief, PartOfBrief
from .fixture import fields_of

# The model, the old slug and the new one.
Rename = tuple[type[PartOfBrief], str, str]


def rename(brief: Brief, renames: Iterable[Rename]) -> None:
    """Give parts their new slugs. The rows stay, so notes and other relations stay too."""
    for model, was, slug in renames:
        old = model.objects.filter(brief=brief, slug=was).first()
        if old is None:
            continue
        new = model.objects.filter(brief=brief, slug=slug).first()
        if new:
            _merge(old, new)
        else:
            model.objects.filter(pk=old.pk).update(slug=slug, was=was)


def _merge(old: PartOfBrief, new: PartOfBrief) -> None:
    """Merge two rows into the old one, which notes point at, with the new one's values.

    Rows that point at the new one are moved, one by one. If a person has the same thing on
    both (a read mark, say), theirs can't move; it stays on the new row, which is retired.
    """
    for relation in new._meta.related_objects:
        name = relation.field.name
        rows = cast(type[models.Model], relation.related_model)._base_manager
        for row in rows.filter(**{name: new}):
            try:
                with transaction.atomic():
                    rows.filter(pk=row.pk).update(**{name: old})
            except IntegrityError:
                continue
    values = {column.attname: getattr(new, column.attname) for column in fields_of(type(new))}
    values |= {"retired_at": new.retired_at, "settled_at": new.settled_at}
    try:
        with transaction.atomic():
            new.delete()
    except models.ProtectedError:
        rest = {"slug": f"{new.slug[:70]}-{new.pk}", "was": "", "retired_at": timezone.now()}
        type(new).objects.filter(pk=new.pk).update(**rest)
    type(old).objects.filter(pk=old.pk).update(**values)
