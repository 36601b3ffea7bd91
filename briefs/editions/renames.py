"""Renames parts of a brief and keeps everything that points at them."""

from collections.abc import Iterable
from typing import Any, cast

from django.apps import apps
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
        move_rows(rows.filter(**{name: new}), name, old)
    values = {column.attname: getattr(new, column.attname) for column in fields_of(type(new))}
    values |= {"retired_at": new.retired_at, "settled_at": new.settled_at}
    try:
        with transaction.atomic():
            new.delete()
    except models.ProtectedError:
        rest = {"slug": f"{new.slug[:70]}-{new.pk}", "was": "", "retired_at": timezone.now()}
        type(new).objects.filter(pk=new.pk).update(**rest)
    type(old).objects.filter(pk=old.pk).update(**values)


def move_rows(rows: models.QuerySet[Any], name: str, to: models.Model) -> None:
    """Point rows at another part, one by one. A row that can't move stays.

    Args:
        rows: what points at the one part.
        name: the field that does.
        to: the other part.
    """
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                rows.model._base_manager.filter(pk=pk).update(**{name: to})
        except IntegrityError:
            continue


def rows_on(part: PartOfBrief) -> dict[str, list[str]]:
    """The ids of what other apps have on a part: {"app.model.field": [id, …]}."""
    found = {}
    for relation in part._meta.related_objects:
        other = cast(type[models.Model], relation.related_model)
        if other._meta.app_label != part._meta.app_label:
            name = relation.field.name
            ids = other._base_manager.filter(**{name: part}).values_list("pk", flat=True)
            found[f"{other._meta.label_lower}.{name}"] = [str(pk) for pk in ids]
    return {key: ids for key, ids in found.items() if ids}


def give_back(rows: dict[str, list[str]], now_on: int, to: PartOfBrief) -> None:
    """Move rows back to the part that they were on, if they are still where they were moved.

    Args:
        rows: from `rows_on`, when they were moved.
        now_on: the id of the part that they were moved to.
        to: the part that they were on.
    """
    for key, ids in rows.items():
        label, _dot, name = key.rpartition(".")
        other = apps.get_model(label)._base_manager
        move_rows(other.filter(pk__in=ids, **{name: now_on}), name, to)
