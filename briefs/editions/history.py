"""The editions of a brief, as its readers are told of them."""

from datetime import date
from functools import cached_property

from ..models import Brief
from .changes import Changes, changes_between


class History:
    """What a brief says otherwise than it did. Editions of one day count as one.

    Args:
        brief: whose editions.
        since: the day of the edition to compare with, as an address gives it; without one,
            or with one that is no day, the edition before the newest.
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
        return self.days[1:]

    @cached_property
    def since(self) -> date | None:
        """The day compared with: of the edition that stood on the day wanted. None if none."""
        try:
            wanted = date.fromisoformat(self.wanted)
        except ValueError:
            return next(iter(self.earlier), None)
        return next((day for day in self.days if day <= wanted), None)

    @cached_property
    def changes(self) -> Changes:
        """From the last text of that edition to the text that stands now."""
        if self.since is None:
            return Changes()
        old = self.brief.editions.filter(date=self.since).first()
        new = self.brief.editions.first()
        return changes_between(old.content, new.content) if old and new else Changes()
