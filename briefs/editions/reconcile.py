"""Finishes a brief that was loaded with plain `loaddata`.

`loaddata` can't rename or retire. `reconcile` does that afterward. `settled_at` tells it what
was in the file: loading writes every column and leaves that one empty, so a row in which it
is set was not in the file.
"""

import logging

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import SiteEvent

from ..models import PARTS, Brief, BriefQuerySet
from .content import record
from .renames import Rename, rename

logger = logging.getLogger(__name__)


def reconcile(brief: Brief) -> int:
    """Finish what a plain `loaddata` or an editor began.

    Renames the parts with `was`. If an edition of a later date was loaded, retires the parts
    that weren't in its file. Records the edition if its content is new. Safe to repeat.

    Returns:
        How many parts it retired.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update().get(pk=brief.pk)
        rename(brief, _renames(brief))
        retired = 0
        if brief.settled_at is None and _is_later(brief):
            now = timezone.now()
            for model in PARTS:
                left = model.objects.in_edition().filter(brief=brief, settled_at__isnull=False)
                retired += left.update(retired_at=now)
        record(
            brief,
            named=_("loaddata") if brief.settled_at is None else _("the admin pages"),
            kind=SiteEvent.Kind.EDITION_RECONCILED,
            retired=retired,
        )
    return retired


def reconcile_all() -> None:
    """Reconcile every brief that needs it. An error in one is logged; the others go on."""
    for brief in unreconciled():
        try:
            reconcile(brief)
        except Exception:
            logger.exception("The brief “%s” couldn't be reconciled", brief.slug)


def unreconciled() -> BriefQuerySet:
    """Briefs that a plain `loaddata` has written, or whose edition isn't recorded."""
    is_recorded = models.Q(recorded=models.F("edition"))
    return Brief.objects.with_recorded().filter(
        models.Q(settled_at=None) | models.Q(recorded=None) | ~is_recorded
    )


def _renames(brief: Brief) -> list[Rename]:
    """The parts in the edition with a former slug: [(model, old slug, new slug), …]."""
    return [
        (model, was, slug)
        for model in PARTS
        for was, slug in model.objects.filter(brief=brief)
        .in_edition()
        .exclude(was="")
        .values_list("was", "slug")
    ]


def _is_later(brief: Brief) -> bool:
    last = brief.editions.first()
    return last is not None and brief.edition > last.date
