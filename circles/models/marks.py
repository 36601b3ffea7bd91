"""What a reader marks in a brief: stars, what confuses them, notes, and questions for a meeting."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief, Section
from config.addresses import reverse
from config.texts import PAGE, PARAGRAPH, Typed, limits, visible

from .circles import Circle
from .meetings import Meeting, Membership
from .stale import Stale

if TYPE_CHECKING:
    from accounts.models import User


class MarkQuerySet(models.QuerySet["Mark"]):
    def not_deleted(self) -> Self:
        return self.filter(deleted_at=None)

    def with_places(self) -> Self:
        """With all that a line of them shows, and where each leads."""
        return self.select_related("section__brief", "shared_for__circle").defer(
            *(f"section__brief__{name}" for name in Brief.LONG)
        )

    def found(self, words: str) -> Self:
        """Marks that have each of these words in their text, their passage, or the heading."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(text__icontains=word)
                | Q(quote__icontains=word)
                | Q(section__heading__icontains=word)
            )
        return found

    def on_whole(self, section: Section, kind: str) -> Self:
        """Marks of this kind that are on the whole section."""
        whole = {"paragraph": None, "quote": "", "deleted_at": None}
        return self.filter(section=section, kind=kind, **whole)

    def shared_for(self, meetings: Iterable[int], reader: int, now: datetime) -> Self:
        """Notes of others that are shared for these meetings, as long as none has begun.

        Args:
            meetings: ids of meetings of circles that the reader is in.
            reader: the reader's id.
            now: a meeting that started by then has begun.
        """
        writer = Membership.objects.current().filter(
            user=OuterRef("user"), circle=OuterRef("shared_for__circle")
        )
        open_ = {"shared_for__started_at": None, "shared_for__cancelled_at": None}
        return (
            self.filter(shared_for__in=meetings, kind=Mark.Kind.NOTE, deleted_at=None)
            .filter(Exists(writer), shared_for__starts_at__gt=now, **open_)
            .exclude(user=reader)
        )

    @transaction.atomic
    def set(
        self,
        user: "User",
        section: Section,
        kind: str,
        *,
        on: bool,
        memberships: Iterable[Membership] = (),
    ) -> None:
        """Mark the whole section, or take that back. Setting the same again changes nothing.

        Args:
            user: whose mark it is.
            section: which section.
            kind: a star or a “confusing” mark.
            on: whether to mark it.
            memberships: the person's, in the circles that count the mark.
        """
        with user.locked():
            made = list(self.filter(user=user).on_whole(section, kind))
            if not on:
                for mark in made:
                    mark.remove()
                return
            mark = made[0] if made else self.create(user=user, section=section, kind=kind)
            mark.memberships.add(*memberships)


class Mark(Typed):
    """What one reader marked in a section, or in words of it.

    The reader's device makes the key, so sending a mark twice makes it once. `version` rises with
    each edit, and an edit says which version it started from. A deleted mark keeps only its key,
    so that a device that was away doesn't bring it back.

    Facilitators see how many members starred a section or found it confusing, and what they ask,
    never who. `memberships` says in which circles it counts: those that had an upcoming meeting
    on the brief when it was made, because that is what the page said. A note is its writer's own.
    If they choose, the members of one circle see it until their meeting begins (`shared_for`).
    """

    class Gone(Stale):
        """The reader deleted the mark since. `theirs` is the deleted mark."""

    class Kind(models.TextChoices):
        STAR = "star", _("Star")
        CONFUSING = "confusing", _("Confusing")
        NOTE = "note", _("My note")
        QUESTION = "question", _("My question for the meeting")

    # See Note.
    WHOSE = "user"
    CALLED = _("stars or own notes")
    WRITTEN = [Kind.NOTE, Kind.QUESTION]
    CONTENT = ["kind", "paragraph", "quote", "text", "shared_for_id"]

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Two of the columns have no index of their own: Meta.indexes begin with them.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="marks"
    )
    section = models.ForeignKey(Section, models.PROTECT, related_name="marks")
    kind = models.CharField(_("type"), max_length=9, choices=Kind)
    # The number of the paragraph that the words begin in, as `markdown.render` counts them.
    paragraph = models.PositiveSmallIntegerField(null=True, blank=True)
    # The marked words; empty for the whole section. They stay if an edition drops them.
    quote = models.TextField(_("passage"), max_length=PARAGRAPH, validators=[visible], blank=True)
    text = models.TextField(_("text"), max_length=PAGE, validators=[visible], blank=True)
    memberships = models.ManyToManyField(Membership, related_name="marks")
    shared_for = models.ForeignKey(
        Meeting,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="shared_marks",
    )
    # Whether the members it's shared with see its writer's name: as the page said when it was
    # shared, and only if the circle's notes had names.
    is_named = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    # Set by `reading/marks.py`: the writer's name if it may be shown, the meeting that it's shared
    # for as long as that hasn't begun, and whether the section no longer has the marked words.
    writer = ""
    shared_until: Meeting | None = None
    is_changed = False

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["-created_at", "-pk"]
        indexes = [
            # By the section alone, the marks of all its readers would be read.
            models.Index(fields=["user", "section"], name="mark_by_user_and_section"),
            models.Index(
                fields=["shared_for", "section"],
                condition=Q(shared_for__isnull=False),
                name="shared_mark_by_meeting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=False)
                | Q(kind__in=["star", "confusing"], text="")
                | (Q(kind__in=["note", "question"]) & ~Q(text="")),
                name="mark_says_something_if_written",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(text="", quote=""), name="deleted_mark_is_empty"
            ),
            models.CheckConstraint(
                condition=Q(shared_for=None) | Q(kind="note"), name="only_a_note_is_shared"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="mark_version_from_one"),
            limits("mark", text=PAGE, quote=PARAGRAPH),
        ]

    def __str__(self) -> str:
        return self.text or str(self.get_kind_display())

    @property
    def is_written(self) -> bool:
        """Whether it has a text of its reader."""
        return self.kind in self.WRITTEN

    @property
    def is_passage(self) -> bool:
        """Whether it's on words of the section, and not on all of it."""
        return bool(self.quote or self.paragraph)

    def paragraph_id(self, slug: str) -> str:
        """The id of its paragraph on the page of the section; empty if it has none.

        Args:
            slug: the section's. An edition may have renamed it.
        """
        return f"{slug}-p{self.paragraph}" if self.paragraph else ""

    @property
    def edit_url(self) -> str:
        slugs = [self.section.brief.slug, self.section.slug]
        return reverse("circles:mark_edit", args=[*slugs, self.key])

    @property
    def place(self) -> str:
        """The address of its passage, or of its section."""
        paragraph = self.paragraph_id(self.section.slug)
        address = self.section.get_absolute_url()
        return f"{address}#{paragraph}" if paragraph and "#" not in address else address

    def keep(
        self,
        *,
        started_from: int | None = None,
        memberships: Iterable[Membership] = (),
    ) -> bool:
        """Save the mark as its reader's device has it. The same again changes nothing.

        Args:
            started_from: the version that the reader saw; None if they made it on this device
                and don't know yet whether it arrived.
            memberships: theirs, in the circles that count the mark.

        Returns:
            Whether it is new.

        Raises:
            Mark.Gone: the reader deleted it since.
            Stale: the reader saved something else since, on another page or device.
        """
        with self.user.locked():
            saved = Mark.objects.filter(key=self.key).first()
            if saved:
                self._keep_again(saved, started_from or 1)
            else:
                self._settle_name()
                self.save(force_insert=True)
            if self.kind == self.Kind.NOTE:
                self.memberships.clear()
            else:
                self.memberships.add(*memberships)
        return not saved

    def _keep_again(self, saved: "Mark", started_from: int) -> None:
        if saved.deleted_at:
            raise self.Gone(saved)
        self.pk, self.version = saved.pk, saved.version
        if all(getattr(self, name) == getattr(saved, name) for name in self.CONTENT):
            return
        if saved.version != started_from:
            raise Stale(saved)
        self._settle_name()
        self.version, self.edited_at = saved.version + 1, timezone.now()
        self.save(update_fields=[*self.CONTENT, "is_named", "version", "edited_at"])

    def _settle_name(self) -> None:
        """Show the name only if the page said so and the circle's notes have names now."""
        if not self.shared_for_id:
            self.is_named = False
        elif self.is_named:
            named = Circle.objects.filter(privacy=Circle.Privacy.RECORDED)
            self.is_named = named.filter(meetings=self.shared_for_id).exists()

    def remove(self) -> None:
        """Delete it, with its words. Deleting it again changes nothing."""
        with self.user.locked():
            Mark.objects.filter(pk=self.pk, deleted_at=None).update(
                text="",
                quote="",
                paragraph=None,
                shared_for=None,
                is_named=False,
                deleted_at=timezone.now(),
            )
            self.memberships.clear()
