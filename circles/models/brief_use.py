"""Counts how circles use briefs, for `briefs.models.BriefUse`, which tells editors of no circle.

Once a week for each brief: circles that met on an edition of it for the first time since. A
meeting counts a week after it began, when its notes are written.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from briefs.models import Brief, BriefUse

from .agenda import AgendaItem
from .marks import Mark
from .meetings import Meeting
from .notes import Note

WRITTEN_AFTER = timedelta(days=7)
# Briefs in one round of the worker, and circles in one query.
AT_A_TIME, CIRCLES_AT_A_TIME = 20, 500

# A circle and the edition that it met on.
Group = tuple[int, date]
T = TypeVar("T")
Uses = dict[Group, dict[str, tuple[int, int]]]

logger = logging.getLogger(__name__)


def count_use() -> None:
    """Count what's due. An error in one brief is logged, and the others go on."""
    for brief in BriefUse.objects.due()[:AT_A_TIME]:
        try:
            count(brief)
        except Exception:
            logger.exception("The use of brief %d couldn't be counted", brief.pk)


@transaction.atomic
def count(brief: Brief) -> None:
    """Count the circles that met on an edition of this brief for the first time since the last
    count."""
    use = BriefUse.objects.locked_of(brief)
    until = timezone.now() - WRITTEN_AFTER
    groups = _new_groups(brief, use.counted_until, until)
    for some in _some(groups):
        by_edition: defaultdict[date, list[dict[str, tuple[int, int]]]] = defaultdict(list)
        uses = _uses(brief, {group: groups[group] for group in some})
        for (_circle, edition), one in uses.items():
            by_edition[edition].append(one)
        for edition, of_circles in by_edition.items():
            use.add(edition, of_circles)
    use.counted_until = until
    use.show()


def _new_groups(brief: Brief, since: datetime | None, until: datetime) -> dict[Group, list[int]]:
    """The meetings of each circle that met on an edition for the first time in this span."""
    over = Meeting.objects.past(until).filter(brief=brief, edition__isnull=False).order_by()
    over = over.filter(starts_at__lte=until)
    groups: defaultdict[Group, list[int]] = defaultdict(list)
    fresh = over.filter(starts_at__gt=since) if since else over
    for pk, circle, edition in fresh.values_list("pk", "circle", "edition"):
        if edition:  # as the filter says
            groups[circle, edition].append(pk)
    if since:
        for some in _some({circle for circle, _edition in groups}):
            known = over.filter(circle__in=some, starts_at__lte=since)
            for circle, edition in known.values_list("circle", "edition"):
                if edition:
                    groups.pop((circle, edition), None)
    return groups


def _some(each: Iterable[T]) -> Iterator[list[T]]:
    """These, so many at a time."""
    rows = list(each)
    for start in range(0, len(rows), CIRCLES_AT_A_TIME):
        yield rows[start : start + CIRCLES_AT_A_TIME]


def _uses(brief: Brief, groups: dict[Group, list[int]]) -> Uses:
    """What each circle did. A fixed number of queries."""
    of_meeting = {pk: group for group, meetings in groups.items() for pk in meetings}
    uses: Uses = {group: {BriefUse.MET: (0, 0)} for group in groups}
    for group, what, pk in [*_noted(brief, of_meeting), *_marked(brief, groups)]:
        uses[group][BriefUse.name_of(what, pk)] = (0, 0)
    for (group, section), minutes in _minutes(brief, of_meeting).items():
        uses[group][BriefUse.name_of(BriefUse.SECTION, section)] = (0, 0)
        planned, taken = (round(sum(each) / len(minutes)) for each in zip(*minutes, strict=True))
        if taken:
            uses[group][BriefUse.name_of(BriefUse.MINUTES, section)] = (planned, taken)
    return uses


def _noted(brief: Brief, of_meeting: dict[int, Group]) -> Iterable[tuple[Group, str, int]]:
    """Sections and questions that there are notes on."""
    on = Q(section__brief=brief) | Q(question__brief=brief)
    notes = Note.objects.filter(on, meeting__in=of_meeting, deleted_at=None).order_by()
    rows = notes.values_list("meeting", "section", "question", "question__section").distinct()
    for meeting, section, question, of_question in rows:
        if about := section or of_question:
            yield of_meeting[meeting], BriefUse.SECTION, about
        if question:
            yield of_meeting[meeting], BriefUse.QUESTION, question


def _marked(brief: Brief, groups: Iterable[Group]) -> Iterable[tuple[Group, str, int]]:
    """Sections that a member starred, or found confusing, where the circle counts it."""
    kinds = {Mark.Kind.STAR: BriefUse.STAR, Mark.Kind.CONFUSING: BriefUse.CONFUSING}
    editions: defaultdict[int, list[date]] = defaultdict(list)
    for circle, edition in groups:
        editions[circle].append(edition)
    marks = Mark.objects.filter(
        section__brief=brief, kind__in=kinds, deleted_at=None, memberships__circle__in=editions
    )
    rows = marks.order_by().values_list("memberships__circle", "section", "kind").distinct()
    for circle, section, kind in rows:
        for edition in editions[circle]:
            yield (circle, edition), kinds[Mark.Kind(kind)], section


def _minutes(
    brief: Brief, of_meeting: dict[int, Group]
) -> dict[tuple[Group, int], list[tuple[int, int]]]:
    """Minutes planned and taken for each section that was opened at a meeting."""
    items = AgendaItem.objects.filter(
        meeting__in=of_meeting, section__brief=brief, opened_at__isnull=False, deferred_at=None
    )
    found: defaultdict[tuple[Group, int], list[tuple[int, int]]] = defaultdict(list)
    for meeting, section, planned, seconds in items.order_by().values_list(
        "meeting", "section", "minutes", "used_seconds"
    ):
        found[of_meeting[meeting], section].append((planned, round(seconds / 60)))
    return found
