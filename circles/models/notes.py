"""Notes of meetings. They belong to the circle, and no admin page shows them."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from briefs.models import Question, Section
from config.addresses import reverse
from config.locks import Lockable, RowGone, under_lock
from config.texts import NOTE, PAGE, Typed, limits, visible
from config.typed_links import linked
from config.when import month_day

from .agenda import AgendaItem
from .meetings import Meeting, Membership
from .note_querysets import NoteQuerySet
from .privacy import LINES, Privacy, strictest
from .sendable import Sendable
from .stale import Stale

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User


class Note(Sendable, Lockable, Typed):
    """One entry. The writer's browser makes its id, so sending a note twice creates it once.

    Deleting sets `deleted_at` and can be undone for a day; then the text is erased. `version`
    rises with each edit, and an edit says which version it started from. `privacy` is the
    circle's setting when the note was written. A later change of the setting doesn't change it,
    and new words only make it stricter.
    """

    class Gone(Stale):
        """Someone else deleted the note since. `theirs` is the deleted note."""

    class Kind(models.TextChoices):
        POINT = "point", _("Point")
        CONCERN = "concern", _("Concern")
        COMMON_GROUND = "common_ground", _("Common ground")
        DIFFERENCE = "difference", _("Difference")
        QUESTION = "question", _("Question")
        QUOTATION = "quotation", _("Quote")
        TAKEAWAY = "takeaway", _("Takeaway")

    LOCKED_BY = "meeting"
    # Whom a row belongs to; of others, editors learn how many there are (briefs/counted.py).
    WHOSE = "meeting__circle"
    CONTENT = ["text", "kind", "section", "question", "item_id"]
    # A note with none of these subjects and none of these kinds is in the parking lot.
    SUBJECTS = ["section", "question", "item"]
    NEVER_PARKED = [Kind.TAKEAWAY]
    said_before = ""
    # What the writer's page showed: one that was open during a change promised the old setting.
    shown_privacy: tuple[str, ...] = ()
    # Whether the reader wrote it, and may edit it; set by `shown_to`.
    is_mine = False
    may_edit: bool

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notes")
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        # No index of its own: Meta.indexes has one by section and meeting.
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
    # The number stays when the item leaves the agenda, so that no note becomes a parked one.
    item = models.ForeignKey(
        AgendaItem,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="notes",
    )
    kind = models.CharField(_("type"), max_length=16, choices=Kind, default=Kind.POINT)
    text = models.TextField(_("note"), max_length=NOTE, validators=[visible])
    answer = models.TextField(
        _("answer"),
        max_length=PAGE,
        validators=[visible],
        blank=True,
        help_text=_("For the parking lot: what you’ve found out since."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="notes", editable=False
    )
    privacy = models.CharField(
        max_length=16, choices=Privacy, default=Privacy.OFF_THE_RECORD, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["meeting", "revision"], name="note_by_meeting_and_revision"),
            # By one of them alone, all notes of the section or of the meeting would be read.
            models.Index(fields=["section", "meeting"], name="note_by_section_and_meeting"),
            models.Index(fields=["meeting", "section"], name="note_by_meeting_and_section"),
            # The parking lots of all meetings of a circle.
            models.Index(
                fields=["meeting"],
                condition=Q(section=None, question=None, deleted_at=None),
                name="note_on_nothing",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False, text__gt=""),
                name="note_to_erase",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(deleted_at__isnull=False), name="note_says_something"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="note_version_from_one"),
            models.CheckConstraint(
                condition=Q(privacy__in=["off_the_record", "chatham_house", "recorded"]),
                name="note_privacy_is_known",
            ),
            limits("note", text=NOTE, answer=PAGE),
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
        """The text as typed, escaped, with links. CSS keeps the line breaks."""
        return linked(self.text)

    @property
    def answer_html(self) -> SafeString:
        return linked(self.answer)

    @property
    def is_named(self) -> bool:
        """Whether everyone in the circle may know the writer."""
        return self.privacy == Privacy.RECORDED

    @property
    def privacy_line(self) -> "StrPromise":
        """What the setting it was written under means."""
        return LINES[self.privacy]

    @property
    def named_author(self) -> "User | None":
        """The writer, if everyone may know; None if the note names no one."""
        return self.author if self.is_named else None

    def show(self, membership: Membership) -> "Note":
        """Add what `NoteQuerySet.shown_to` adds, from what the page has read."""
        self.is_mine = self.author_id is not None and self.author_id == membership.user_id
        self.may_edit = self.is_mine or membership.is_facilitator
        return self

    @property
    def takes_answer(self) -> bool:
        """Whether it can have an answer: it is a question or in the parking lot."""
        return self.kind == self.Kind.QUESTION or self.is_parked

    @property
    def is_afterthought(self) -> bool:
        """Whether it was added or changed after the minutes were published."""
        published = self.meeting.minutes_published_at
        return bool(published and max(self.created_at, self.edited_at or published) > published)

    @staticmethod
    def why_closed(meeting: Meeting, membership: Membership) -> "StrPromise | str":
        """Why this person can't write notes here now, as a sentence; empty if they can."""
        if meeting.is_cancelled:
            return _("This meeting was canceled, so you can’t add notes.")
        if meeting.why_no_words:
            return meeting.why_no_words
        if meeting.is_draft:
            return _("This meeting is still a draft. You can add notes after it’s announced.")
        day = meeting.local_start.date()
        if not meeting.started_at and timezone.localdate(timezone=meeting.zone) < day:
            return _("You can start adding notes on the day of the meeting, %(day)s.") % {
                "day": month_day(day)
            }
        if meeting.minutes_published_at and not membership.is_facilitator:
            return _("The minutes are published. Ask a facilitator to add or edit a note.")
        return ""

    def says_the_same_as(self, other: "Note") -> bool:
        """Whether text, kind, section, question and agenda item are the same."""
        return all(getattr(self, name) == getattr(other, name) for name in self.CONTENT)

    def write(self, author: "User | None") -> "Note":
        """Save a new entry once.

        The same id from the same writer is the same note: with the same content nothing
        changes, with other content it becomes the next version (`said_before` has the old
        text). If the id belongs to someone else's note, this one gets a new id.

        Args:
            author: the writer.

        Returns:
            The saved note.

        Raises:
            Note.Gone: it was deleted since.
            RowGone: all notes of the meeting were erased since.
            Stale: it was edited since.
        """
        with self.meeting.locked():
            saved = Note.objects.filter(pk=self.pk).first()
            if saved and (saved.meeting_id, saved.author_id) != (
                self.meeting_id,
                author and author.pk,
            ):
                self.pk, saved = uuid.uuid4(), None
            if saved:
                return self._write_again(saved)
            self.privacy = strictest(self.meeting.privacy_of_new_words(), *self.shown_privacy)
            with self.meeting.changing() as revision:
                self.author, self.revision = author, revision
                self.save(force_insert=True)
        return self

    @classmethod
    def write_all(
        cls, meeting: Meeting, notes: "list[Note]", author: "User", *, shown: tuple[str, ...] = ()
    ) -> int:
        """Save many new entries of one writer, each once, in this order.

        Notes whose ids exist were sent before and stay as they are. `shown`: see `shown_privacy`.

        Returns:
            How many were new.

        Raises:
            RowGone: all notes of the meeting were erased since.
        """
        with meeting.locked():
            with_ids = cls.objects.filter(pk__in=[n.pk for n in notes])
            known = set(with_ids.values_list("pk", flat=True))
            fresh = [note for note in notes if note.pk not in known]
            if not fresh:
                return 0
            now, privacy = timezone.now(), strictest(meeting.privacy_of_new_words(), *shown)
            with meeting.changing() as revision:
                for index, note in enumerate(fresh):
                    note.meeting, note.author, note.revision = meeting, author, revision
                    note.privacy = privacy
                    note.created_at = now + timedelta(microseconds=index)
                Note.objects.bulk_create(fresh)
        return len(fresh)

    def _write_again(self, saved: "Note") -> "Note":
        if saved.deleted_at:
            raise self.Gone(saved)
        if self.says_the_same_as(saved):
            return saved
        if saved.version > 1:
            raise Stale(saved)
        saved.meeting, saved.said_before = self.meeting, saved.text
        saved._put({name: getattr(self, name) for name in self.CONTENT}, self.shown_privacy)
        return saved

    def edit(self, *, started_from: int, shown: tuple[str, ...] = (), **content: Any) -> "Note":
        """Save new content as the next version. Saving the same content changes nothing.

        Args:
            started_from: the version that the writer saw.
            shown: see `shown_privacy`.
            content: any of `CONTENT`.

        Returns:
            The saved note.

        Raises:
            Note.Gone: it was deleted since.
            Stale: someone else saved another version with other content.
        """
        with self.meeting.locked():
            saved = Note.objects.select_related("section", "question").get(pk=self.pk)
            saved.meeting = self.meeting
            if all(getattr(saved, name) == value for name, value in content.items()):
                return saved
            if saved.deleted_at:
                raise self.Gone(saved)
            if saved.version != started_from:
                raise Stale(saved)
            saved._put(content, shown)
        return saved

    def _put(self, content: dict[str, Any], shown: tuple[str, ...]) -> None:
        with self.meeting.changing() as revision:
            if content.get("text", self.text) != self.text:
                self.privacy = strictest(self.privacy, self.meeting.privacy_of_new_words(), *shown)
            for name, value in content.items():
                setattr(self, name, value)
            self.version += 1
            self.revision = revision
            self.edited_at = timezone.now()
            changed = [*content, "privacy", "version", "revision", "edited_at"]
            self.save(update_fields=changed)

    def keep_answer(self, answer: str, *, started_from: str) -> "Note":
        """Save the answer to a question or a parking lot entry.

        Args:
            answer: the text; empty removes the answer.
            started_from: the answer that the writer saw.

        Returns:
            The saved note.

        Raises:
            RowGone: it was deleted since.
            Stale: someone else saved another answer since.
        """
        with self.meeting.locked():
            saved = Note.objects.get(pk=self.pk)
            saved.meeting = self.meeting
            if saved.deleted_at:
                raise RowGone
            if saved.answer == answer:
                return saved
            if saved.answer != started_from:
                raise Stale(saved)
            with self.meeting.changing() as revision:
                saved.answer, saved.revision = answer, revision
                saved.save(update_fields=["answer", "revision"])
        return saved

    @under_lock
    def delete_softly(self) -> None:
        """Mark it as deleted, for the editors as well. Deleting again keeps the first time."""
        if self.deleted_at:
            return
        self.take_back_sent()
        with self.meeting.changing() as revision:
            self.deleted_at, self.revision = timezone.now(), revision
            self.save(update_fields=["deleted_at", "revision"])

    @under_lock
    def restore(self) -> None:
        """Undo the deletion.

        Raises:
            ValidationError: it was deleted more than a day ago, and its text was erased.
        """
        if not self.deleted_at:
            return
        with self.meeting.changing() as revision:
            # The worker that erases texts takes no lock of the meeting.
            with_text = Note.objects.filter(pk=self.pk).exclude(text="")
            if not with_text.update(deleted_at=None, revision=revision):
                raise ValidationError(
                    _("This note was deleted more than a day ago, so its text was erased."),
                    code="erased",
                )
            self.deleted_at, self.revision = None, revision
