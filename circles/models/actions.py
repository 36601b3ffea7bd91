"""Action items. They belong to the circle, as notes do (`notes.py`)."""

import uuid
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import CallToAction
from config.locks import under_lock
from config.prepared import prepared
from config.texts import SENTENCE, Typed, limits, visible
from config.when import short_day

from .meetings import Meeting, Membership
from .stale import Editable

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from .circles import Circle
    from .rosters import Roster

STEPS = dict(CallToAction.Step.choices)


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def open(self) -> Self:
        """Items not done yet: soonest due first, those without a due date last."""
        return self.filter(done_at=None).soonest_due_first()

    def soonest_due_first(self) -> Self:
        return self.order_by(models.F("due_on").asc(nulls_last=True), "created_at", "pk")

    def done(self) -> Self:
        return self.exclude(done_at=None).order_by("-done_at")

    def of_circle(self, circle: "Circle") -> Self:
        return self.filter(meeting__circle=circle)

    def on_hand_at(self, meeting: Meeting) -> Self:
        """The items of a meeting, and those still open from the circle's earlier meetings."""
        left = Q(done_at=None, meeting__starts_at__lt=meeting.starts_at)
        of_circle = self.filter(meeting__circle=meeting.circle_id)
        return of_circle.filter(left | Q(meeting=meeting)).soonest_due_first()

    def left_before(self, meeting: Meeting) -> Self:
        """Items still open from the circle's earlier meetings."""
        return self.on_hand_at(meeting).exclude(meeting=meeting)

    def with_owner(self) -> Self:
        return self.select_related("owner__user", "meeting__circle", "meeting__brief")

    def lines(self) -> Self:
        """With what a row shows and little else. The caller knows the circle and its people:
        see `ActionItem.show`."""
        return self.select_related("meeting").only(
            *("text", "owner", "author", "due_on", "step", "done_at", "created_at"),
            *("meeting__circle", "meeting__number", "meeting__time_zone"),
            *("meeting__minutes_published_at", "key", "revision"),
        )

    def shown_to(self, user: "User | int") -> Self:
        """Add everything that a row shows, and what this person may do with it.

        The owner, the writer and the circle's facilitators may edit an item (`may_edit`) and
        check it off (`may_tick`). Any member may check off an item of the whole circle.
        """
        facilitates = Membership.objects.facilitators().filter(
            user=user, circle=OuterRef("meeting__circle")
        )
        may_edit = Q(owner__user=user) | Q(author=user) | Q(Exists(facilitates))
        return self.with_owner().annotate(
            may_edit=Case(When(may_edit, then=True), default=False),
            may_tick=Case(When(may_edit | Q(owner=None), then=True), default=False),
        )


class ActionItem(Editable, Typed):
    """One thing that someone agreed to do. Without an owner it belongs to the whole circle.

    The writer's browser makes `key`, so sending the item twice creates it once.
    """

    LOCKED_BY = "meeting"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="action_items")
    text = models.CharField(_("what"), max_length=SENTENCE, validators=[visible])
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="action_items",
        verbose_name=_("who"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    due_on = models.DateField(_("due date"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=16, choices=CallToAction.Step, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    may_edit: bool  # by `shown_to()`
    may_tick: bool  # by `shown_to()`

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["created_at", "pk"]
        indexes = [
            # For reminders, which look at the items of all circles.
            models.Index(
                fields=["due_on"],
                condition=Q(done_at=None, due_on__isnull=False, owner__isnull=False),
                name="action_item_to_remind_of",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_item_says_something"),
            limits("action_item", text=SENTENCE),
        ]

    def __str__(self) -> str:
        return self.text

    def show(self, membership: Membership, roster: "Roster | None" = None) -> "ActionItem":
        """Add what `ActionItemQuerySet.shown_to` adds, from what the page has read already.

        Args:
            membership: of the member who looks, with its circle.
            roster: the circle's people; None if the item is the member's own.
        """
        self.meeting.circle = membership.circle
        own = self.owner_id == membership.pk
        if roster:
            roster.name(self, "owner")
        elif own:
            self.owner = membership
        wrote = self.author_id is not None and self.author_id == membership.user_id
        self.may_edit = own or wrote or membership.is_facilitator
        self.may_tick = self.may_edit or self.owner_id is None
        return self

    def get_step_display(self) -> str:  # type: ignore[no-redef]  # Django leaves it to us
        """As Django's, which puts all labels into words to find one."""
        return str(STEPS.get(self.step, self.step))

    @property
    def is_late(self) -> bool:
        today = timezone.localdate(timezone=self.meeting.zone)
        return bool(self.due_on and not self.done_at and self.due_on < today)

    @property
    def timing(self) -> str:
        """“Due Tue, Dec 15”, or when it was due or done; empty if it has no date."""
        if self.done_at:
            done = timezone.localtime(self.done_at, self.meeting.zone)
            return _("Done %(day)s") % {"day": short_day(done)}
        if not self.due_on:
            return ""
        text = _("Was due %(day)s") if self.is_late else _("Due %(day)s")
        return text % {"day": short_day(self.due_on)}

    @property
    def is_afterthought(self) -> bool:
        """Whether it was added after the minutes were published."""
        published = self.meeting.minutes_published_at
        return bool(published and self.created_at > published)

    @property
    def anchor(self) -> str:
        return f"action-{self.pk}"

    @staticmethod
    def why_closed(meeting: Meeting) -> "StrPromise | str":
        """Why this meeting takes no new action items, as a sentence; empty if it does.

        Existing items can always be edited, checked off and deleted.
        """
        if meeting.is_cancelled:
            return _("This meeting was canceled. Add the action item to another meeting.")
        if meeting.is_draft:
            return _(
                "This meeting is still a draft. You can add action items after it’s announced."
            )
        return ""

    def add(self) -> "ActionItem":
        """Save a new item once, so a form that is sent twice creates one.

        Returns:
            The saved item. This is the existing one if the meeting has one with this key, or
            an open one with the same text, owner and due date.
        """
        with self.meeting.locked():
            existing = self.meeting.action_items.all()
            same = existing.open().filter(text=self.text, owner=self.owner, due_on=self.due_on)
            if saved := existing.filter(key=self.key).first():
                return saved
            if saved := same.first():
                return saved
            with self.meeting.changing("actions") as revision:
                self.revision = revision
                self.save(force_insert=True)
        return self

    def stamp(self, names: Iterable[str]) -> str:
        """The item's revision, because the live page has that and no other stamp."""
        return str(self.revision)

    def keep(self, changed: list[str], *, seen: str | None = None) -> None:
        """Save these fields. See `replacing`."""
        with self.replacing(changed, seen=seen), self.meeting.changing("actions") as revision:
            self.revision = revision
            self.save(update_fields=[*changed, "revision"])

    def take_back(self) -> None:
        """Delete the item for good."""
        with self.meeting.changing("actions"):
            self.delete()

    @under_lock
    def set_done(self, done: bool) -> None:
        """Check the item off or open it again. Setting the same state again changes nothing."""
        if done == bool(self.done_at):
            return
        with self.meeting.changing("actions") as revision:
            self.done_at = timezone.now() if done else None
            self.revision = revision
            self.save(update_fields=["done_at", "revision"])


@prepared
def open_items_of(circle: int) -> models.QuerySet[ActionItem]:
    """The open items of a circle, as `lines`."""
    return ActionItem.objects.filter(meeting__circle=circle).open().lines()


@prepared
def open_items_owned_by(memberships: Collection[int]) -> models.QuerySet[ActionItem]:
    """The open items of these members, as `lines`."""
    return ActionItem.objects.filter(owner__in=memberships).open().lines()
