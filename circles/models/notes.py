"""What is said and what is promised. It belongs to the circle, and no admin shows it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import CallToAction, Question, Section

from .meetings import Meeting, Membership


class NoteQuerySet(models.QuerySet):
    def standing(self):
        """Not deleted, in the order in which they were written."""
        return self.filter(deleted_at=None).order_by("created_at", "pk")

    def parking_lot(self):
        """Entries on nothing in the brief. They need an answer before the next meeting."""
        return self.standing().filter(section=None, question=None).exclude(kind=Note.Kind.TAKEAWAY)

    def unanswered(self):
        return self.parking_lot().filter(answer="")

    def with_subject(self):
        return self.select_related("section", "question", "author")


class Note(models.Model):
    """One entry. Its id is made by its writer's browser, so sending it twice makes one.

    A deletion is a tombstone (`deleted_at`) that can be taken back. `version` rises with
    each edit: an edit names the one it started from.
    """

    class Kind(models.TextChoices):
        POINT = "point", _("Point")
        CONCERN = "concern", _("Concern")
        COMMON_GROUND = "common_ground", _("Common ground")
        DIFFERENCE = "difference", _("Difference")
        QUESTION = "question", _("Question")
        QUOTATION = "quotation", _("Quotation")
        TAKEAWAY = "takeaway", _("Takeaway")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notes")
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
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
            models.Index(fields=["meeting", "revision"], name="note_by_meeting_and_revision")
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=Q(version__gte=1), name="note_version_from_one"),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        args = [self.meeting.circle.slug, self.meeting.number, self.pk]
        return reverse("circles:note_edit", args=args)

    @property
    def anchor(self):
        return f"note-{self.pk}"

    def write(self, author):
        """Keep a new entry, once: the same id again changes nothing and is no error."""
        with self.meeting.change() as revision:
            self.author, self.revision = author, revision
            self.save(force_insert=True)

    def edit(self):
        """Keep changed fields as the next version."""
        with self.meeting.change() as revision:
            self.version += 1
            self.revision = revision
            self.edited_at = timezone.now()
            self.save()

    def delete_softly(self):
        """Leave a tombstone. Deleting again keeps the first time."""
        with self.meeting.change() as revision:
            self.deleted_at = self.deleted_at or timezone.now()
            self.revision = revision
            self.save(update_fields=["deleted_at", "revision"])

    def restore(self):
        """Take a deletion back."""
        with self.meeting.change() as revision:
            self.deleted_at = None
            self.revision = revision
            self.save(update_fields=["deleted_at", "revision"])


class ActionItemQuerySet(models.QuerySet):
    def open(self):
        """Promised and not done: soonest due first, those without a date last."""
        undated_last = models.F("due_on").asc(nulls_last=True)
        return self.filter(done_at=None).order_by(undated_last, "created_at", "pk")

    def done(self):
        return self.exclude(done_at=None).order_by("-done_at")

    def of_circle(self, circle):
        return self.filter(meeting__circle=circle)

    def mine_first(self, user):
        """What this person promised comes before what others did."""
        return self.order_by(Case(When(owner__user=user, then=0), default=1), *self.query.order_by)

    def with_owner(self):
        return self.select_related("owner__user", "meeting__circle", "meeting__brief")

    def shown_to(self, user):
        """With all that a row shows, and what this person may do with it.

        Who promised it and the circle's facilitators may change it (`may_edit`) and tick
        it off (`may_tick`); what the whole circle promised, any member may tick off.
        """
        facilitates = Membership.objects.facilitators().filter(
            user=user, circle=OuterRef("meeting__circle")
        )
        may_edit = Q(owner__user=user) | Q(Exists(facilitates))
        return self.with_owner().annotate(
            may_edit=Case(When(may_edit, then=True), default=False),
            may_tick=Case(When(may_edit | Q(owner=None), then=True), default=False),
        )


class ActionItem(models.Model):
    """What was promised at a meeting. Without an owner it is the whole circle's."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="action_items")
    text = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="action_items",
        verbose_name=_("who"),
    )
    due_on = models.DateField(_("by when"), null=True, blank=True)
    step = models.CharField(_("step"), max_length=16, choices=CallToAction.Step, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_item_says_something"),
        ]

    def __str__(self):
        return self.text

    @property
    def is_late(self):
        return bool(self.due_on and not self.done_at and self.due_on < timezone.localdate())

    def set_done(self, done):
        """Mark it kept, or open again. Marking it again keeps the first time."""
        with self.meeting.change() as revision:
            self.done_at = (self.done_at or timezone.now()) if done else None
            self.revision = revision
            self.save(update_fields=["done_at", "revision"])
