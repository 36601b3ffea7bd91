"""What a facilitator does before a circle's first meeting, and how far that is.

The circle's page shows it (`circles/circles/_checklist.html`) until that meeting begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.when import when

from ..models import Circle, DatePoll, Invitation, Reading
from ..next_steps import Button, at_meeting

if TYPE_CHECKING:
    from ..models import Meeting


@dataclass(frozen=True)
class Item:
    """One line of the list.

    Args:
        label: what to do.
        state: how it stands, in a sentence.
        buttons: the ways to do it, the main one first.
    """

    label: str
    state: str
    is_done: bool = False
    buttons: tuple[Button, ...] = ()
    is_next: bool = False


class Checklist:
    """The list of one circle.

    Args:
        circle: which circle.
        others: how many people are in it besides the facilitator who looks.
        meeting: the first meeting, which may be a draft; None if no date is set.
    """

    def __init__(self, circle: Circle, others: int, meeting: Meeting | None) -> None:
        self.circle, self.others, self.meeting = circle, others, meeting

    @cached_property
    def _so_far(self) -> dict[str, Any]:
        """Invitations, polls and readings, in one query."""
        of_circle = Invitation.objects.filter(circle=OuterRef("pk"), revoked_at=None).order_by()
        mailed = of_circle.mailed().values("circle")
        readings = Reading.objects.filter(meeting=self.meeting.pk if self.meeting else 0)
        found = (
            Circle.objects.filter(pk=self.circle.pk)
            .order_by()
            .values(
                sent=Subquery(mailed.values(number=Count("pk"))),
                accepted=Subquery(mailed.values(number=Count("pk", filter=~Q(accepted_at=None)))),
                has_link=Exists(of_circle.links().open()),
                has_poll=Exists(DatePoll.objects.undecided().filter(circle=OuterRef("pk"))),
                has_readings=Exists(readings),
            )
            .get()
        )
        return dict(found)

    @cached_property
    def items(self) -> list[Item]:
        """All lines, in the order in which they're best done; the first open one `is_next`."""
        found = [self._invite(), self._schedule(), self._choose_brief(), self._assign_reading()]
        following = next((item for item in found if not item.is_done and item.buttons), None)
        return [_prominent(item) if item is following else item for item in found]

    @property
    def number_done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def is_done(self) -> bool:
        return all(item.is_done for item in self.items)

    def _invite(self) -> Item:
        create = reverse("circles:invitation_create", args=[self.circle.slug])
        if not (self._so_far["sent"] or self._so_far["has_link"] or self.others):
            state = _("No one is invited yet. A good size is 6 to 15 people.")
            return Item(_("Invite people"), state, buttons=(Button(_("Invite people"), create),))
        every = reverse("circles:invitation_list", args=[self.circle.slug])
        ways = Button(_("Invite more"), create), Button(_("See invitations"), every)
        return Item(_("Invite people"), self._invited(), is_done=True, buttons=ways)

    def _invited(self) -> str:
        """“5 invitations out, 2 accepted. 3 people have joined.”"""
        sent, accepted = self._so_far["sent"] or 0, self._so_far["accepted"] or 0
        said = []
        if sent:
            out = ngettext(
                "%(sent)d invitation out, %(accepted)d accepted.",
                "%(sent)d invitations out, %(accepted)d accepted.",
                sent,
            )
            said.append(out % {"sent": sent, "accepted": accepted})
        elif self._so_far["has_link"]:
            said.append(_("Your invite link works."))
        if self.others != accepted:
            joined = ngettext("%d person has joined.", "%d people have joined.", self.others)
            said.append(joined % self.others)
        return " ".join(said)

    def _schedule(self) -> Item:
        label = _("Schedule the first meeting")
        if not self.meeting:
            return self._pick_date(label)
        moment = {"when": when(self.meeting), "where": self.meeting.where.line}
        if self.meeting.scheduled_at:
            see = Button(_("Open the meeting"), self.meeting.get_absolute_url())
            state = _("%(when)s, %(where)s") % moment
            return Item(label, state, is_done=True, buttons=(see,))
        edit = at_meeting("meeting_edit", self.meeting)
        if not self.meeting.where:
            state = _("Draft: %(when)s. It needs a place or a video link.") % moment
            return Item(label, state, buttons=(Button(_("Add a place"), edit),))
        announce = at_meeting("meeting_schedule", self.meeting)
        return Item(
            label,
            _("Draft: %(when)s, %(where)s. Announcing it emails everyone in the circle.") % moment,
            buttons=(
                Button(_("Announce meeting"), announce, is_post=True),
                Button(_("Edit the draft"), edit),
            ),
        )

    def _pick_date(self, label: str) -> Item:
        create = reverse("circles:meeting_create", args=[self.circle.slug])
        schedule = Button(_("Schedule a meeting"), create)
        if self._so_far["has_poll"]:
            polls = reverse("circles:poll_list", args=[self.circle.slug])
            state = _("You’re picking a date with a poll.")
            return Item(label, state, buttons=(Button(_("See the date poll"), polls), schedule))
        poll = Button(
            _("Start a date poll"), reverse("circles:poll_create", args=[self.circle.slug])
        )
        state = _("Pick a date, a time, and a place.")
        if self.circle.cadence:
            state = _("We’ll suggest your usual day, time, and place.")
        return Item(label, state, buttons=(schedule, poll))

    def _choose_brief(self) -> Item:
        label = _("Choose a brief")
        if not self.meeting:
            browse = Button(_("Browse briefs"), reverse("briefs:brief_list"))
            return Item(
                label, _("You’ll choose it as you schedule the meeting."), buttons=(browse,)
            )
        if self.meeting.brief_id:
            return Item(label, str(self.meeting.brief), is_done=True)
        edit = at_meeting("meeting_edit", self.meeting)
        state = _("It’s what everyone reads before you meet.")
        return Item(label, state, buttons=(Button(_("Choose a brief"), edit),))

    def _assign_reading(self) -> Item:
        label = _("Assign reading")
        if not (self.meeting and self.meeting.brief_id):
            return Item(label, _("Choose a brief first."))
        edit = at_meeting("reading_edit", self.meeting)
        if self._so_far["has_readings"]:
            see = Button(_("See who’s reading what"), edit)
            return Item(label, _("Reading is assigned."), is_done=True, buttons=(see,))
        state = _("Three sections are about right for one meeting.")
        return Item(label, state, buttons=(Button(_("Assign reading"), edit),))


def _prominent(item: Item) -> Item:
    """The item as the next one, with its first button in front."""
    first, *others = item.buttons
    main = Button(first.label, first.url, is_main=True, is_post=first.is_post)
    return Item(item.label, item.state, item.is_done, (main, *others), is_next=True)
