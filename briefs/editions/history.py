"""The editions of a brief, and what changed between them, for readers."""

from datetime import date
from functools import cached_property

from ..models import Brief
from .changes import Changes, changes_between


class History:
    """How a brief has changed. Editions of the same day count as one.

    Args:
        brief: the brief.
        since: the date to compare with, as in a URL (ISO 8601). If it's empty or not a
            date, the edition before the newest.
    """

    def __init__(self, brief: Brief, since: str = "") -> None:
        self.brief = brief
        self.wanted = since

    @cached_property
    def days(self) -> list[date]:
        """The days of the editions, newest first."""
        days = self.brief.editions.order_by("-date").values_list("date", flat=True)
        return list(dict.fromkeys(days))

    @property
    def earlier(self) -> list[date]:
        """The days of all editions but the newest, newest first."""
        return self.days[1:]

    @cached_property
    def since(self) -> date | None:
        """The date of the edition that was current on the day asked for; None if there was none."""
        try:
            wanted = date.fromisoformat(self.wanted)
        except ValueError:
            return next(iter(self.earlier), None)
        return next((day for day in self.days if day <= wanted), None)

    @cached_property
    def changes(self) -> Changes:
        """The changes from the last text of that edition to the current text."""
        if self.since is None:
            return Changes()
        old = self.brief.editions.filter(date=self.since).first()
        new = self.brief.editions.first()
        return changes_between(old.content, new.content) if old and new else Changes()
