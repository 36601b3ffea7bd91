"""The meetings of a made-up circle: those that were held, one that may be on, and those ahead."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from briefs.models import CallToAction, Section

from ...models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Evaluation,
    Meeting,
    Membership,
    Note,
    Reading,
    Rsvp,
    Swap,
)
from . import texts
from .people import DAY, FACILITATORS, MEMBERS, Founding
from .polls import add_poll
from .shelf import Shelved

MINUTE = timedelta(minutes=1)
# One circle of so many is in a meeting now.
ONE_MEETS_NOW = 20
DISCUSSED = 3  # sections on an agenda
ASSIGNED = 6  # sections to read
LED = 3  # of these, by one member each
AGENDA = {
    AgendaItem.Kind.WELCOME: 5,
    AgendaItem.Kind.AGREEMENTS: 5,
    AgendaItem.Kind.CARRIED: 10,
    AgendaItem.Kind.OPENING: 10,
    AgendaItem.Kind.SECTION: 15,
    AgendaItem.Kind.PROMISES: 5,
    AgendaItem.Kind.CLOSING: 5,
    AgendaItem.Kind.NEXT_DATE: 5,
}
KINDS = {
    Note.Kind.POINT: 50,
    Note.Kind.CONCERN: 10,
    Note.Kind.COMMON_GROUND: 10,
    Note.Kind.DIFFERENCE: 5,
    Note.Kind.QUESTION: 15,
    Note.Kind.QUOTATION: 5,
    Note.Kind.TAKEAWAY: 5,
}


def add_meetings(founding: Founding) -> None:
    """Add a meeting for each month, one that is on in some circles, one that is announced and
    one draft; and what belongs to each."""
    held, ahead = _days(founding)
    calendar = [*((day, "held") for day in held)]
    if founding.number % ONE_MEETS_NOW == 0:
        calendar.append((founding.today, "on"))
    calendar += [(ahead[0], "announced"), (ahead[1], "draft")]
    assigned: set[int] = set()
    for number, (day, state) in enumerate(calendar, 1):
        made = MeetingOf(founding, number, day, state)
        assigned.update(made.assigned)
    founding.mark(assigned)


def _days(founding: Founding) -> tuple[list[date], list[date]]:
    """The days of the meetings that were held, and of those ahead: the same weekday each month."""
    weekday, week = founding.chance.randrange(5), founding.chance.randrange(1, 4)
    days = []
    for month in range(-founding.months - 1, 4):
        year, index = divmod(founding.today.year * 12 + founding.today.month - 1 + month, 12)
        first = date(year, index + 1, 1)
        days.append(first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * week))
    held = [day for day in days if day < founding.today]
    return held[-founding.months :], [day for day in days if day > founding.today]


class MeetingOf:
    """One meeting, with all that belongs to it."""

    def __init__(self, founding: Founding, number: int, day: date, state: str) -> None:
        self.founding, self.number, self.state = founding, number, state
        self.rows, self.chance = founding.rows, founding.chance
        self.shelved: Shelved = founding.shelf.for_meeting(founding.number + number)
        self.is_held, self.is_on = state == "held", state == "on"
        self.starts_at = datetime.combine(day, time(19), founding.zone)
        if self.is_on:
            self.starts_at = founding.midnight
        sections = self.shelved.sections
        # From month to month the circle reads on.
        begin = number // len(founding.shelf.briefs) * DISCUSSED
        places = range(begin, begin + min(ASSIGNED, len(sections)))
        self.sections = [sections[place % len(sections)] for place in places]
        self.assigned = [section.pk for section in self.sections]
        self.meeting = self._meeting()
        self._read()
        self._agenda()
        if state != "draft":
            self._answer()
        if self.is_held or self.is_on:
            self._note()
            self._act()
        if self.is_held:
            self._give_feedback()
        if number % 4 == 0 or state == "draft":
            add_poll(founding, self.meeting, is_open=state == "draft")

    def _member(self, place: int) -> Membership:
        return self.founding.memberships[place % MEMBERS]

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _meeting(self) -> Meeting:
        begins, circle = self.starts_at, self.founding.circle
        begun = self.is_held or self.is_on
        ended = begins + 88 * MINUTE if self.is_held else None
        changes = {"agenda_revision": 1, "attendance_revision": 2, "actions_revision": 3}
        return self.rows.add(
            Meeting(
                circle=circle,
                number=self.number,
                brief=self.shelved.brief,
                edition=None if self.state == "draft" else self.shelved.brief.edition,
                starts_at=begins,
                time_zone=circle.time_zone,
                duration_minutes=90,
                place=circle.usual_place,
                welcome="Street parking is free after six." if self.number % 3 == 0 else "",
                **{role: self._member(self.number + n) for n, role in enumerate(Meeting.ROLES)},
                capacity=MEMBERS if self.number % 6 == 0 else None,
                minutes_summary=texts.SUMMARY if self.is_held and self.number % 5 else "",
                privacy=circle.privacy if begun else "",
                created_at=begins - 40 * DAY,
                scheduled_at=None if self.state == "draft" else begins - 35 * DAY,
                started_at=begins if begun else None,
                ended_at=ended,
                minutes_published_at=ended and ended + DAY,
                calendar_uid=self.founding.random_hex(40),
                revision=self.founding.notes + 3 if begun else 0,
                **(changes if begun else {}),
            )
        )

    def _read(self) -> None:
        given = {"meeting": self.meeting, "assigned_at": None}
        for section in self.sections:
            self.rows.add(Reading(section=section, is_required=True, **given))
        for n, section in enumerate(self.sections[:LED]):
            member = self._member(self.number + 5 + n)
            self.rows.add(Reading(section=section, membership=member, **given))
        if self.state == "announced" and self.founding.number % 3 == 0:
            asker, asked = self._member(self.number + 5), self._member(self.number + 6)
            at = self.founding.midnight - DAY
            self.rows.add(Swap(meeting=self.meeting, asker=asker, asked=asked, asked_at=at))

    def _agenda(self) -> None:
        self.items: list[AgendaItem] = []
        talk: list[Section | None] = [*self.sections[:DISCUSSED]]
        begins = self.starts_at
        for kind, minutes in AGENDA.items():
            for section in talk if kind == AgendaItem.Kind.SECTION else [None]:
                ends = begins + minutes * MINUTE
                item = AgendaItem(
                    meeting=self.meeting,
                    kind=kind,
                    section=section,
                    minutes=minutes,
                    position=len(self.items) + 1,
                    opened_at=begins if self.is_held else None,
                    closed_at=ends if self.is_held else None,
                )
                self.items.append(self.rows.add(item))
                begins = ends
        if self.is_on:
            self._open_the_talk()

    def _open_the_talk(self) -> None:
        """The parts before it are closed."""
        current = next(n for n, item in enumerate(self.items) if item.is_talk)
        for n, item in enumerate(self.items[: current + 1]):
            item.opened_at = self.starts_at + 8 * n * MINUTE
            item.closed_at = self.starts_at + 8 * (n + 1) * MINUTE if n < current else None

    def _answer(self) -> None:
        """RSVPs, and who came."""
        chance, turn = self.chance, 0
        for membership in self.founding.memberships:
            if chance.random() < (0.1 if self.is_held or self.is_on else 0.4):
                continue  # has not answered
            turn += 1
            [answer] = chance.choices(["yes", "maybe", "no"], [8, 1, 2])
            self.rows.add(
                Rsvp(
                    meeting=self.meeting,
                    membership=membership,
                    answer=answer,
                    online=chance.random() < 0.05,
                    comment=chance.choice(texts.COMMENTS) if chance.random() < 0.1 else "",
                    answered_at=self.meeting.created_at + (turn + 5) * DAY,
                    turn=turn,
                )
            )
            if answer != "no" and (self.is_held or self.is_on) and chance.random() < 0.9:
                self._came(membership=membership)
        if self.is_held and self.number % 4 == 1:
            self._came(visitor_name=texts.name(chance), is_first_visit=True)

    def _came(self, **who: Any) -> None:
        self.rows.add(Attendance(meeting=self.meeting, revision=2, **who))

    def _note(self) -> None:
        chance, talk = self.chance, [item.section for item in self.items if item.is_talk]
        kinds = chance.choices(list(KINDS), list(KINDS.values()), k=self.founding.notes)
        note_taker = self.founding.users[(self.number + 2) % MEMBERS]
        gap = 80 * MINUTE / max(self.founding.notes, 1)
        for n, kind in enumerate(kinds):
            # The last tenth is about no section: takeaways and the parking lot.
            section = talk[n * len(talk) // len(kinds)] if n < 0.9 * len(kinds) else None
            asked = self.shelved.questions.get(section.pk, []) if section else []
            at = self.starts_at + 5 * MINUTE + n * gap
            is_edited, is_deleted = chance.random() < 0.08, chance.random() < 0.02
            text = f"{chance.choice(texts.BEGINNINGS)} {chance.choice(texts.ENDINGS)}".strip()
            is_answered = kind == Note.Kind.QUESTION and self.is_held and chance.random() < 0.3
            self.rows.add(
                Note(
                    id=self._uuid(),
                    meeting=self.meeting,
                    section=section,
                    question_id=chance.choice(asked) if asked and chance.random() < 0.3 else None,
                    kind=kind,
                    # The text of a deleted note is erased after a day.
                    text="" if is_deleted else text,
                    answer=chance.choice(texts.BEGINNINGS) if is_answered else "",
                    author=note_taker if n % 5 < 3 else chance.choice(self.founding.users),
                    privacy=self.founding.circle.privacy,
                    version=1 + is_edited,
                    revision=n + 4,
                    created_at=at,
                    edited_at=at + MINUTE if is_edited else None,
                    deleted_at=at + 2 * MINUTE if is_deleted else None,
                )
            )

    def _act(self) -> None:
        """Two action items a meeting. Those of earlier months are mostly done."""
        chance, at = self.chance, self.starts_at + 80 * MINUTE
        is_recent = self.founding.midnight - self.starts_at < 60 * DAY
        for n in range(2):
            is_done = chance.random() < (0.3 if is_recent else 0.95) and self.is_held
            self.rows.add(
                ActionItem(
                    key=self._uuid(),
                    meeting=self.meeting,
                    text=chance.choice(texts.ACTIONS),
                    owner=self._member(self.number + n) if chance.random() < 0.75 else None,
                    author=self.founding.users[self.number % FACILITATORS],
                    due_on=(at + 21 * DAY).date() if n == 0 else None,
                    step=chance.choice(CallToAction.Step.values),
                    done_at=at + 14 * DAY if is_done else None,
                    created_at=at,
                    revision=3,
                )
            )

    def _give_feedback(self) -> None:
        """From five people. Who gave it is erased once feedback is closed."""
        chance = self.chance
        for _person in range(5):
            self.rows.add(
                Evaluation(
                    id=self._uuid(),
                    meeting=self.meeting,
                    could_speak=chance.randint(2, 4),
                    understood=chance.randint(2, 4),
                    change=chance.choice(texts.CHANGES) if chance.random() < 0.4 else "",
                )
            )
