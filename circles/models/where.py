"""Where a meeting is, as all that tells of it has it: pages, emails, calendars, files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The fields of a meeting that say it. Forms ask for them, and a change of any is announced.
PLACES = ["place"]
FIELDS = [*PLACES, "online_link"]


@dataclass(frozen=True)
class Where:
    """Where people come, or how they join from home.

    Args:
        words: the places, in one line; empty where there is none.
        online_link: empty where there is none.
    """

    words: str
    online_link: str

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Where":
        """From the values of `FIELDS`; a field that is missing is empty."""
        places = [values.get(name, "") for name in PLACES]
        return cls("; ".join(filter(None, places)), values.get("online_link", ""))

    def __bool__(self) -> bool:
        return bool(self.words or self.online_link)

    @property
    def line(self) -> str:
        """The places, or the link where there is none, for what has room for one of them."""
        return self.words or self.online_link
