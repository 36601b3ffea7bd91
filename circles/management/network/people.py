"""A made-up circle: its people, how it came to be, and what they marked as readers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from accounts.models import User

from ...models import (
    CalendarFeed,
    Circle,
    CircleEvent,
    Invitation,
    Mark,
    Membership,
    PrivacyChange,
    ReadMark,
)
from ...models.privacy import Privacy
from . import texts
from .rows import Counted, Rows, Unseen
from .shelf import Shelf

MEMBERS = 12
FACILITATORS = 2
ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]
PRIVACY = [*3 * [Privacy.OFF_THE_RECORD], Privacy.CHATHAM_HOUSE, Privacy.RECORDED]
DAY = timedelta(days=1)
# What facilitators count.
KINDS = [Mark.Kind.STAR, Mark.Kind.CONFUSING, Mark.Kind.QUESTION]


@dataclass
class Founding:
    """What a circle is made of.

    Args:
        number: its number in the network, from 0.
        today: the day that counts as today.
        months: how long it has met.
        notes: how many notes each meeting has.
        chance: where its variety comes from.
    """

    rows: Rows
    shelf: Shelf
    number: int
    today: date
    months: int
    notes: int
    chance: Random

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(ZONES[self.number % len(ZONES)])
        midnight = datetime.combine(self.today, time(), UTC)
        self.midnight = midnight
        self.founded = midnight - (31 * self.months + 30) * DAY
        self.users = [self._person() for _ in range(MEMBERS)]
        self.circle = self._circle()
        self.memberships = self._memberships()
        if self.number % 8 == 0:
            self._change_privacy()
        self._feeds()

    def random_hex(self, letters: int) -> str:
        return f"{self.chance.getrandbits(4 * letters):0{letters}x}"

    def _person(self) -> User:
        chance = self.chance
        user = self.rows.add(
            User(
                display_name=texts.name(chance),
                password="!" + self.random_hex(40),  # None fits it.
                time_zone=str(self.zone),
                text_size=chance.choices(User.TextSize.values, [14, 4, 2, 1, 1])[0],
                date_joined=self.founded,
                last_login=self.midnight - chance.randrange(40) * DAY,
            )
        )
        self.rows.add(EmailAddress(user=user, verified=True, primary=True))
        return user

    def _circle(self) -> Circle:
        chance = self.chance
        name = f"{chance.choice(texts.PLACES)} {chance.choice(texts.KINDS_OF_PLACE)}"
        forgets = chance.random() < 0.2
        return self.rows.add(
            Circle(
                name=f"{name} Circle",
                purpose=texts.PURPOSE,
                time_zone=str(self.zone),
                agreements=texts.AGREEMENTS,
                privacy=PRIVACY[self.number % len(PRIVACY)],
                cadence="Once a month, 7 pm",
                usual_place=f"{name}, the reading room",
                retention_months=60 if forgets else None,
                retention_starts_at=self.founded if forgets else None,
                created_at=self.founded,
            )
        )

    def _memberships(self) -> list[Membership]:
        by = self.users[0]
        link = self._invite(accepted_by=None, email="")
        invited: dict[str, int | str] = {"number": MEMBERS - FACILITATORS}
        self._event(CircleEvent.Kind.STARTED, by, self.founded, {})
        self._event(CircleEvent.Kind.LINK_MADE, by, self.founded, {})
        self._event(CircleEvent.Kind.INVITED, by, self.founded, invited)
        found = []
        for place, user in enumerate(self.users):
            # Most come at the beginning, and a few while it meets.
            days = 31 * self.months * (place - 8) // 6 if place > 8 else place
            joined = self.founded + days * DAY
            invitation = None if place == 0 else link
            if place % 4 == 3:
                invitation = self._invite(accepted_by=user, email=self._other_address())
            is_facilitator = place < FACILITATORS
            found.append(
                self.rows.add(
                    Membership(
                        circle=self.circle,
                        user=user,
                        role=Membership.Role(1 + is_facilitator),
                        invitation=invitation,
                        shows_reading=self.chance.random() < 0.5,
                        approved_at=joined,
                        joined_at=joined,
                    )
                )
            )
            self._event(CircleEvent.Kind.JOINED, user, joined, {})
        self._invite(accepted_by=None, email=self._other_address())
        return found

    def _other_address(self) -> str:
        return f"{self.random_hex(16)}@network.example"

    def _event(
        self, kind: CircleEvent.Kind, by: User, at: datetime, details: dict[str, int | str]
    ) -> None:
        self.rows.add(CircleEvent(circle=self.circle, kind=kind, by=by, at=at, details=details))

    def _invite(self, *, accepted_by: User | None, email: str) -> Invitation:
        return self.rows.add(
            Invitation(
                circle=self.circle,
                email=email,
                token_hash=self.random_hex(64),
                needs_approval=not email,
                invited_by=self.users[0],
                created_at=self.founded,
                expires_at=self.midnight + 30 * DAY,
                accepted_at=self.founded + DAY if accepted_by else None,
                accepted_by=accepted_by,
            )
        )

    def _change_privacy(self) -> None:
        """The circle has changed its setting once, and some haven't hidden the notice."""
        before = next(one for one in Privacy.values if one != self.circle.privacy)
        at = self.midnight - 20 * DAY
        values = {"before": before, "after": self.circle.privacy}
        change = self.rows.add(
            PrivacyChange(
                circle=self.circle, changed_by=self.memberships[0], changed_at=at, **values
            )
        )
        self._event(CircleEvent.Kind.PRIVACY, self.users[0], at, dict(values))
        for membership in self.memberships[-3:]:
            self.rows.add(Unseen(privacychange_id=change.pk, membership_id=membership.pk))

    def _feeds(self) -> None:
        for place, user in enumerate(self.users[:3]):
            self.rows.add(
                CalendarFeed(
                    user=user,
                    circle=self.circle if place else None,
                    token_hash=self.random_hex(64),
                    created_at=self.founded,
                )
            )

    def mark(self, assigned: set[int]) -> None:
        """What readers read and marked of these sections."""
        chance, at = self.chance, self.midnight - DAY
        for user, membership in zip(self.users, self.memberships, strict=True):
            for pk in sorted(assigned):
                if chance.random() < 0.7:
                    self.rows.add(ReadMark(user=user, section_id=pk, marked_at=at))
                if chance.random() < 0.05:
                    text = chance.choice(texts.BEGINNINGS)
                    self._mark(user, pk, Mark.Kind.NOTE, text)
                if chance.random() < 0.1:
                    kind = chance.choice(KINDS)
                    is_question = kind == Mark.Kind.QUESTION
                    text = chance.choice(texts.QUESTIONS) if is_question else ""
                    mark = self._mark(user, pk, kind, text)
                    self.rows.add(Counted(mark_id=mark.pk, membership_id=membership.pk))

    def _mark(self, user: User, section: int, kind: str, text: str) -> Mark:
        at = self.midnight - DAY
        key = UUID(hex=self.random_hex(32))
        return self.rows.add(
            Mark(key=key, user=user, section_id=section, kind=kind, text=text, created_at=at)
        )
