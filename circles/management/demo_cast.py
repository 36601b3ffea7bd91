"""The people and the circle of the demo, and helpers to fill its meetings."""

from datetime import date, datetime, time
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
Speak for yourself, from what you know and what you’ve lived.
Share the air: let everyone speak once before anyone speaks twice. You can always pass.
Disagree with ideas, not people.
What’s said in the circle stays in the circle.
Start on time and end on time."""


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
        purpose="We’re Maple Street neighbors who like to read up before we argue. "
        "We meet once a month in someone’s living room. Bring a chair!",
        time_zone=ZONE,
        agreements=AGREEMENTS,
        usual_minutes=90,
        cadence="Third Thursday of the month, 7 PM",
        usual_place="Ruth’s living room, 14 Maple Street",
    )


def today() -> date:
    return timezone.localdate(timezone=ZoneInfo(ZONE))


def at(day: date, hour: int = 19, *, zone: str = ZONE) -> datetime:
    """That hour of the day on the circle's clock; 7 PM, when circles meet."""
    return datetime.combine(day, time(hour), ZoneInfo(zone))


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
