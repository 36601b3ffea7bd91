"""Attendance: who came to a meeting, whatever their RSVP was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.texts import NAME, Typed, limits, visible

from .memberships import Membership


class Attendance(Typed):
    """Someone who came, whatever their RSVP was: a member, or a visitor by name."""

    meeting = models.ForeignKey("circles.Meeting", models.PROTECT, related_name="attendances")
    membership = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    visitor_name = models.CharField(
        _("visitor’s name"), max_length=NAME, validators=[visible], blank=True
    )
    is_first_visit = models.BooleanField(_("first visit"), default=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "membership"], name="member_attends_a_meeting_once"
            ),
            models.CheckConstraint(
                condition=Q(membership__isnull=False, visitor_name="")
                | (Q(membership=None) & ~Q(visitor_name="")),
                name="attendance_is_a_member_or_a_visitor",
            ),
            limits("attendance", visitor_name=NAME),
        ]

    def __str__(self) -> str:
        return self.visitor_name or str(self.membership)

    @property
    def visitor_note(self) -> str:
        """What is said of a visitor beside their name; empty for members."""
        if not self.visitor_name:
            return ""
        return str(_("first-time visitor") if self.is_first_visit else _("visitor"))

    @property
    def name_in_minutes(self) -> str:
        return f"{self} ({self.visitor_note})" if self.visitor_note else str(self)
