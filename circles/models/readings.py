"""What is assigned, what is read, and what a reader marks on the way."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import Section

from .meetings import Meeting, Membership


class ReadingQuerySet(models.QuerySet):
    def for_member(self, membership):
        """What this member is asked to read: what is for everyone, and what is theirs."""
        return self.filter(Q(membership=None) | Q(membership=membership))

    def in_order(self):
        """With section and reader, what is required first, in the order of assigning."""
        return self.select_related("section__brief", "membership__user").order_by(
            "-is_required", "pk"
        )

    def ahead_for(self, user):
        """What this person is asked to read for meetings to come, in all their circles."""
        mine = Membership.objects.current().filter(user=user)
        return (
            self.filter(Q(membership=None) | Q(membership__in=mine))
            .filter(meeting__in=Meeting.objects.upcoming().filter(circle__in=mine.values("circle")))
            .select_related("meeting__circle", "section")
            .order_by("meeting__starts_at", "pk")
        )


class Reading(models.Model):
    """A section to be read for a meeting: by everyone, or by one member, who leads on it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="readings")
    section = models.ForeignKey(Section, models.PROTECT, related_name="readings")
    membership = models.ForeignKey(
        Membership,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="readings",
        verbose_name=_("who"),
    )
    is_required = models.BooleanField(_("required"), default=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "section", "membership"],
                name="section_assigned_once_to_a_member",
            ),
            models.UniqueConstraint(
                fields=["meeting", "section"],
                condition=Q(membership=None),
                name="section_assigned_once_to_everyone",
            ),
        ]

    def __str__(self):
        return f"{self.section}: {self.membership or _('everyone')}"


class ReadMarkQuerySet(models.QuerySet):
    def set(self, user, section, *, read):
        """Mark a section read, or not. Saying the same again changes nothing."""
        if read:
            self.get_or_create(user=user, section=section)
        else:
            self.filter(user=user, section=section).delete()


class ReadMark(models.Model):
    """A person has read a section. It is theirs, in all their circles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="read_marks")
    section = models.ForeignKey(Section, models.CASCADE, related_name="read_marks")
    marked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], name="section_read_once_by_a_person"
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.section}"


class Reaction(models.Model):
    """A mark made while reading for a circle. Facilitators see totals, never names."""

    class Kind(models.TextChoices):
        STAR = "star", _("Star")
        PUZZLED = "puzzled", _("Puzzled")
        QUESTION = "question", _("A question for the evening")

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="reactions")
    section = models.ForeignKey(Section, models.PROTECT, related_name="reactions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(_("question"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "section", "kind"], name="reaction_once_of_a_kind"
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class PrivateNote(models.Model):
    """A reader's own note in the margin of a section. Nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="private_notes")
    section = models.ForeignKey(Section, models.PROTECT, related_name="private_notes")
    text = models.TextField(_("my note"))
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="one_margin_note_per_section"),
            models.CheckConstraint(condition=~Q(text=""), name="private_note_says_something"),
        ]

    def __str__(self):
        return str(self.section)
