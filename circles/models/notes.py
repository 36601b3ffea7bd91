"""What is said. It belongs to the circle, and no admin shows it. Promises: `actions.py`."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from briefs.models import Question, Section
from config.locks import Lockable, under_lock

from .circles import Circle
from .meetings import Meeting, Membership
from .stale import Stale

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User


class NoteQuerySet(models.QuerySet["Note"]):
    def not_deleted(self) -> Self:
        """Not deleted, in the order in which they were written."""
        return self.filter(deleted_at=None).order_by("created_at", "pk")

    def deleted(self) -> Self:
        """Tombstones, the newest first. Each can be taken back."""
        return self.exclude(deleted_at=None).order_by("-deleted_at", "pk")

    def parking_lot(self) -> Self:
        """Entries on nothing in the brief. They need an answer before the next meeting."""
        on_nothing = self.not_deleted().filter(**dict.fromkeys(Note.SUBJECTS))
        return on_nothing.exclude(kind__in=Note.NEVER_PARKED)

    def unanswered(self) -> Self:
        return self.parking_lot().filter(answer="")

    def editable_by(self, membership: Membership) -> Self:
        """What this person may change or delete: their own, and a facilitator all."""
        if membership.is_facilitator:
            return self.filter(meeting__circle=membership.circle_id)
        return self.filter(meeting__circle=membership.circle_id, author=membership.user_id)

    def shown_to(self, membership: Membership) -> Self:
        """With what a row shows, and whether this person may change it (`may_edit`).

        Show a writer by `named_author` alone: the author is fetched, named or not.
        """
        return self.select_related("section__brief", "question", "author").annotate(
            is_mine=Case(When(author=membership.user_id, then=True), default=False),
            may_edit=Case(
                When(author=membership.user_id, then=True), default=membership.is_facilitator
            ),
        )

    def read_by(self, user: "User") -> Self:
        """Standing notes of the circles that this person is in now, meeting by meeting.

        Filter it by `section`, not by what a section has: so the database finds them by
        section and meeting, and never reads the notes of other circles.
        """
        mine = Membership.objects.current().filter(user=user).values("circle")
        return (
            self.not_deleted()
            .filter(meeting__in=Meeting.objects.filter(circle__in=mine).order_by())
            .select_related("meeting__circle", "section", "question", "author")
            .order_by("-meeting__starts_at", "created_at", "pk")
        )


class Note(Lockable):
    """One entry. Its id is made by its writer's browser, so sending it twice makes one.

    A deletion is a tombstone (`deleted_at`) that can be taken back. `version` rises with
    each edit: an edit names the one it started from. `is_named` is what the circle promised
    when the note was written; no later switch and no edit changes it.
    """

    class Gone(Stale):
        """Somebody deleted the note meanwhile. `theirs` is what it said."""

    class Kind(models.TextChoices):
        POINT = "point", _("Point")
        CONCERN = "concern", _("Concern")
        COMMON_GROUND = "common_ground", _("Common ground")
        DIFFERENCE = "difference", _("Difference")
        QUESTION = "question", _("Question")
        QUOTATION = "quotation", _("Quotation")
        TAKEAWAY = "takeaway", _("Takeaway")

    LOCKED_BY = "meeting"
    CONTENT = ["text", "kind", "section", "question"]
    # A note on none of these subjects, and of none of these kinds, is in the parking lot.
    SUBJECTS = ["section", "question"]
    NEVER_PARKED = [Kind.TAKEAWAY]
    said_before = ""
    # Whether the reader wrote it; `shown_to` tells.
    is_mine = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notes")
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        # Found by section and meeting: see the indexes.
        db_index=False,
        related_name="notes",
        verbose_name=_("section"),
    )
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("question"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.POINT)
    text = models.TextField(_("note"))
    answer = models.TextField(
        _("answer"), blank=True, help_text=_("For the parking lot: what you found out since.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notes", editable=False
    )
    is_named = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    may_edit: bool  # by `shown_to()`

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["meeting", "revision"], name="note_by_meeting_and_revision"),
            # It stands for an index of the section alone, which would lead to all circles' notes.
            models.Index(fields=["section", "meeting"], name="note_by_section_and_meeting"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=Q(version__gte=1), name="note_version_from_one"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        args = [self.meeting.circle.slug, self.meeting.number, self.pk]
        return reverse("circles:note_edit", args=args)

    @property
    def anchor(self) -> str:
        return f"note-{self.pk}"

    @property
    def html(self) -> SafeString:
        """The words as they were typed, safe, with links. Lines are broken by the style."""
        return _safe(self.text)

    @property
    def answer_html(self) -> SafeString:
        return _safe(self.answer)

    @property
    def named_author(self) -> "User | None":
        """Who wrote it, for all to see; None where the circle promised to name nobody."""
        return self.author if self.is_named else None

    @property
    def takes_answer(self) -> bool:
        """A question, or an entry of the parking lot: the circle owes it an answer."""
        return self.kind == self.Kind.QUESTION or self.is_parked

    @property
    def is_parked(self) -> bool:
        """As `NoteQuerySet.parking_lot` has it, deleted or not."""
        on_nothing = all(getattr(self, f"{name}_id") is None for name in self.SUBJECTS)
        return on_nothing and self.kind not in self.NEVER_PARKED

    @property
    def is_afterthought(self) -> bool:
        """Added or changed after the minutes were handed out."""
        published = self.meeting.minutes_published_at
        return bool(published and max(self.created_at, self.edited_at or published) > published)

    @staticmethod
    def why_closed(meeting: Meeting, membership: Membership) -> "StrPromise | str":
        """Why this person cannot write here now, as a sentence; empty if they can."""
        if meeting.is_cancelled:
            return _("This meeting was called off, so it takes no notes.")
        if meeting.is_draft:
            return _("This meeting is still a draft. It takes notes once it is scheduled.")
        day = meeting.local_start.date()
        if not meeting.started_at and timezone.localdate(timezone=meeting.zone) < day:
            return _("Notes open on the day of the meeting, %(day)s.") % {
                "day": date_format(day, "DATE_FORMAT")
            }
        if meeting.minutes_published_at and not membership.is_facilitator:
            return _("The minutes are out. Ask a facilitator to add or change a note.")
        return ""

    def says_the_same_as(self, other: "Note") -> bool:
        """Same words, same kind, same place."""
        return all(getattr(self, name) == getattr(other, name) for name in self.CONTENT)

    def write(self, author: "User | None") -> "Note":
        """Keep a new entry, once; gives the note as it is kept.

        The same id from the same writer is the same note: with the same words nothing
        changes, with other words it is the next version (and knows what it `said_before`).
        An id that is somebody else's
        note is replaced by a fresh one, so both stay.

        Raises:
            Note.Gone: it was deleted meanwhile.
            Stale: it was edited meanwhile.
        """
        with self.meeting.locked():
            kept = Note.objects.filter(pk=self.pk).first()
            if kept and (kept.meeting_id, kept.author_id) != (self.meeting_id, _pk(author)):
                self.pk, kept = uuid.uuid4(), None
            if kept:
                return self._write_again(kept)
            self.is_named = records_names(self.meeting)
            with self.meeting.changing() as revision:
                self.author, self.revision = author, revision
                self.save(force_insert=True)
        return self

    @classmethod
    def write_all(cls, meeting: Meeting, notes: "list[Note]", author: "User") -> int:
        """Keep many new entries of one writer at once, each once, in their order.

        Those whose ids are there already were sent before and are left as they are.

        Returns:
            how many were new.
        """
        with meeting.locked():
            kept = set(
                cls.objects.filter(pk__in=[n.pk for n in notes]).values_list("pk", flat=True)
            )
            fresh = [note for note in notes if note.pk not in kept]
            if not fresh:
                return 0
            now, is_named = timezone.now(), records_names(meeting)
            with meeting.changing() as revision:
                for place, note in enumerate(fresh):
                    note.meeting, note.author, note.revision = meeting, author, revision
                    note.is_named = is_named
                    note.created_at = now + timedelta(microseconds=place)
                Note.objects.bulk_create(fresh)
        return len(fresh)

    def _write_again(self, kept: "Note") -> "Note":
        if kept.deleted_at:
            raise self.Gone(kept)
        if self.says_the_same_as(kept):
            return kept
        if kept.version > 1:
            raise Stale(kept)
        kept.meeting, kept.said_before = self.meeting, kept.text
        kept._put({name: getattr(self, name) for name in self.CONTENT})
        return kept

    def edit(self, *, started_from: int, **content: Any) -> "Note":
        """Keep new words, kind or place as the next version; gives the note as it is kept.

        Args:
            started_from: the version that the writer saw.
            content: any of `CONTENT`.

        Raises:
            Note.Gone: it was deleted meanwhile.
            Stale: it is at another version, and says something else.
        """
        with self.meeting.locked():
            kept = Note.objects.select_related("section", "question").get(pk=self.pk)
            kept.meeting = self.meeting
            if all(getattr(kept, name) == value for name, value in content.items()):
                return kept
            if kept.deleted_at:
                raise self.Gone(kept)
            if kept.version != started_from:
                raise Stale(kept)
            kept._put(content)
        return kept

    def _put(self, content: dict[str, Any]) -> None:
        with self.meeting.changing() as revision:
            for name, value in content.items():
                setattr(self, name, value)
            self.version += 1
            self.revision = revision
            self.edited_at = timezone.now()
            self.save(update_fields=[*content, "version", "revision", "edited_at"])

    def keep_answer(self, answer: str, *, started_from: str) -> "Note":
        """Keep what was found out since; gives the note as it is kept.

        Args:
            answer: the words; empty takes the answer back.
            started_from: the answer that the writer saw.

        Raises:
            Stale: somebody else answered meanwhile, in other words.
        """
        with self.meeting.locked():
            kept = Note.objects.get(pk=self.pk)
            kept.meeting = self.meeting
            if kept.answer == answer:
                return kept
            if kept.answer != started_from:
                raise Stale(kept)
            with self.meeting.changing() as revision:
                kept.answer, kept.revision = answer, revision
                kept.save(update_fields=["answer", "revision"])
        return kept

    @under_lock
    def delete_softly(self) -> None:
        """Leave a tombstone. Deleting again keeps the first time."""
        if self.deleted_at:
            return
        with self.meeting.changing() as revision:
            self.deleted_at, self.revision = timezone.now(), revision
            self.save(update_fields=["deleted_at", "revision"])

    @under_lock
    def restore(self) -> None:
        """Take a deletion back."""
        if not self.deleted_at:
            return
        with self.meeting.changing() as revision:
            self.deleted_at, self.revision = None, revision
            self.save(update_fields=["deleted_at", "revision"])


def _safe(text: str) -> SafeString:
    """`urlize` escapes what it does not make a link of."""
    return mark_safe(urlize(text, autoescape=True))


def _pk(user: "User | None") -> int | None:
    return user.pk if user else None


def records_names(meeting: Meeting) -> bool:
    """The circle records names at this moment. Asks the database: the circle at hand may be
    from before a facilitator changed it."""
    return Circle.objects.only("privacy").get(pk=meeting.circle_id).shows_names
