"""The people and the circle of the demo, and helpers to fill its meetings."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from briefs.models import Brief

from ..models import Attendance, Circle, Note

if TYPE_CHECKING:
    from briefs.models import Section

    from ..models import Meeting, Membership


SLUG = "maple-street"


PASSWORD = "circle-demo"


ACCOUNTS = {
    "admin@example.org": "admin",
    "facilitator@example.org": "facilitator",
    "member@example.org": "member",
}


ZONE = "America/Chicago"


AGREEMENTS = """\
Be curious: ask before you answer.
Speak for yourself, from what you know and have lived.
Share the air: everyone once before anyone twice. You may always pass.
Say what you disagree with, never whom.
What is said in the circle stays in the circle.
We begin on time and end on time."""


FACILITATOR = "Ruth Delgado"


MEMBER = "Sam Whitfield"


NEIGHBORS = [
    "Ida Bergström",
    "Walter Okafor",
    "June Takahashi",
    "Pete Kowalski",
    "Marisol Vega",
    "Harriet Boone",
    "Amir Haddad",
]


def make_people() -> dict[str, User]:
    """The nine people of Maple Street: {name: user}. Two of them have the demo's password."""
    people = {
        FACILITATOR: User.objects.create_user(
            "facilitator@example.org", PASSWORD, display_name=FACILITATOR, time_zone=ZONE
        ),
        MEMBER: User.objects.create_user(
            "member@example.org", PASSWORD, display_name=MEMBER, time_zone=ZONE
        ),
    }
    for name in NEIGHBORS:
        first = name.split()[0].lower()
        people[name] = User.objects.create_user(
            f"{first}@example.org", display_name=name, time_zone=ZONE
        )
    return people


def make_circle() -> Circle:
    return Circle.objects.create(
        slug=SLUG,
        name="Maple Street Circle",
        purpose="Neighbors of Maple Street who read before they argue. "
        "We meet once a month in a living room, and everyone brings a chair.",
        time_zone=ZONE,
        agreements=AGREEMENTS,
        usual_minutes=90,
        cadence="Third Thursday of the month, 7 pm",
        usual_place="Ruth’s living room, 14 Maple Street",
    )


def seven_pm(days: int) -> datetime:
    """7 PM in the circle's time zone, this many days from today."""
    zone = ZoneInfo(ZONE)
    day = timezone.now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(19), zone)


def brief(slug: str) -> Brief | None:
    """The brief with this slug, or None if its fixture isn't loaded."""
    return Brief.objects.filter(slug=slug).first()


def sections(of_brief: Brief | None, *slugs: str) -> "list[Section]":
    """These sections of a brief, in this order, without those that it doesn't have."""
    if of_brief is None:
        return []
    found = {section.slug: section for section in of_brief.sections.in_edition()}
    return [found[slug] for slug in slugs if slug in found]


def write(
    meeting: "Meeting",
    members: "dict[str, Membership]",
    entries: list[tuple[str, Note.Kind, str]],
    *,
    section: "Section | None" = None,
) -> None:
    """Save notes, given as (name, kind, text), in this order."""
    for name, kind, text in entries:
        note = Note(meeting=meeting, section=section, kind=kind, text=text)
        note.write(members[name].user)


def attend(meeting: "Meeting", members: "dict[str, Membership]", names: list[str]) -> None:
    for name in names:
        Attendance.objects.create(meeting=meeting, membership=members[name])
