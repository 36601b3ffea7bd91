"""Who changed what in a circle: a list for all its members, without a word of what was said."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .retention import retention_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from .circles import Circle


class CircleEventQuerySet(models.QuerySet["CircleEvent"]):
    def record(
        self,
        circle: "Circle",
        kind: "CircleEvent.Kind",
        *,
        by: "User | None" = None,
        person: "User | None" = None,
        **details: Any,
    ) -> "CircleEvent":
        """Record a change. Call it in the transaction of the change.

        Args:
            circle: which circle.
            kind: what was done.
            by: who did it.
            person: who it was done to, if to someone else.
            **details: the few values that `CircleEvent.SENTENCES` names. Never what someone
                said, and no email address.
        """
        return self.create(circle=circle, kind=kind, by=by, person=person, details=details)

    def record_settings(
        self, circle: "Circle", before: "Circle", changed: list[str], *, by: "User | None"
    ) -> None:
        """Record which of these settings differ from before. Only some are quoted (`QUOTED`)."""
        differ = [name for name in changed if getattr(before, name) != getattr(circle, name)]
        for name, kind in CircleEvent.QUOTED.items():
            if name in differ:
                differ.remove(name)
                values = {"before": getattr(before, name), "after": getattr(circle, name)}
                self.record(circle, kind, by=by, **values)
        if differ:
            self.record(circle, CircleEvent.Kind.SETTINGS, by=by, fields=differ)

    def with_people(self) -> Self:
        return self.select_related("by", "person")


class CircleEvent(models.Model):
    """One change in a circle. Rows never change, and go only with their circle.

    A row points at people and doesn't hold their names. So it follows a change of name, and
    when a person deletes their account, it stays and names no one.
    """

    class Kind(models.TextChoices):
        STARTED = "started"
        JOINED = "joined"
        APPROVED = "approved"
        DECLINED = "declined"
        LEFT = "left"
        REMOVED = "removed"
        MADE_FACILITATOR = "facilitator"
        MADE_MEMBER = "member"
        STEPPED_BACK = "stepped_back"
        INVITED = "invited"
        INVITATION_REVOKED = "revoked"
        LINK_MADE = "link"
        LINK_REVOKED = "link_revoked"
        LINK_REPLACED = "link_replaced"
        PRIVACY = "privacy"
        RETENTION = "retention"
        NAME = "name"
        SETTINGS = "settings"
        QUESTION_SENT = "question_sent"
        QUESTION_UNDONE = "question_undone"

    SENTENCES: dict[str, "StrPromise"] = {
        Kind.STARTED: _("%(by)s started the circle."),
        Kind.JOINED: _("%(by)s joined the circle."),
        Kind.APPROVED: _("%(by)s approved a request to join from %(person)s."),
        Kind.DECLINED: _("%(by)s declined a request to join."),
        Kind.LEFT: _("%(by)s left the circle."),
        Kind.REMOVED: _("%(by)s removed %(person)s from the circle."),
        Kind.MADE_FACILITATOR: _("%(by)s made %(person)s a facilitator."),
        Kind.MADE_MEMBER: _("%(by)s changed %(person)s from a facilitator back to a member."),
        Kind.STEPPED_BACK: _("%(by)s stepped down as facilitator."),
        Kind.INVITATION_REVOKED: _("%(by)s canceled an emailed invitation."),
        Kind.LINK_MADE: _("%(by)s created an invite link."),
        Kind.LINK_REVOKED: _("%(by)s turned off an invite link."),
        Kind.LINK_REPLACED: _("%(by)s replaced an invite link with a new one."),
        Kind.PRIVACY: _(
            "%(by)s changed the privacy setting from “%(before)s” to “%(after)s.” "
            "Earlier notes aren’t affected."
        ),
        Kind.RETENTION: _(
            "%(by)s changed when notes are deleted, from “%(before)s” to “%(after)s.”"
        ),
        Kind.NAME: _("%(by)s changed the circle’s name from “%(before)s” to “%(after)s.”"),
        Kind.SETTINGS: _("%(by)s changed these settings: %(fields)s."),
        Kind.QUESTION_SENT: _("%(by)s sent a question from the parking lot to the editors."),
        Kind.QUESTION_UNDONE: _("%(by)s undid sending a question to the editors."),
    }

    # Settings whose values the list quotes. Of other settings it tells only that they changed.
    QUOTED = {"privacy": Kind.PRIVACY, "retention_months": Kind.RETENTION, "name": Kind.NAME}

    SETTING_NAMES: dict[str, "StrPromise"] = {
        "purpose": _("purpose"),
        "agreements": _("agreements"),
        "action_limits": _("limits on action items"),
        "time_zone": _("time zone"),
        "cadence": _("usual schedule"),
        "usual_place": _("usual place"),
        "usual_minutes": _("usual length"),
        "country": _("holidays"),
        "region": _("state or region for holidays"),
        "reminder_days": _("email reminders"),
    }

    circle = models.ForeignKey("circles.Circle", models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=16, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    details = models.JSONField(default=dict, editable=False)

    objects = CircleEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle change")
        verbose_name_plural = _("circle changes")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["circle", "-at", "-id"], name="event_newest_of_circle")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What was done, in one sentence of the reader's language."""
        told = {
            "by": self.by or gettext("Someone"),
            "person": self.person or gettext("someone who deleted their account"),
        }
        if self.kind == self.Kind.INVITED:
            told["number"] = self.details["number"]
            text = ngettext(
                "%(by)s invited %(number)d person by email.",
                "%(by)s invited %(number)d people by email.",
                self.details["number"],
            )
            return text % told
        return str(self.SENTENCES[self.kind]) % (told | self._values)

    @property
    def _values(self) -> dict[str, str]:
        """The details in words."""
        values = {name: self.details.get(name, "") for name in ("before", "after")}
        if self.kind == self.Kind.PRIVACY:
            privacy = dict(self.circle.Privacy.choices)
            values = {name: str(privacy.get(value, value)) for name, value in values.items()}
        if self.kind == self.Kind.RETENTION:
            values = {name: retention_in_words(months) for name, months in values.items()}
        names = [str(self.SETTING_NAMES.get(name, name)) for name in self.details.get("fields", [])]
        return values | {"fields": ", ".join(names)}
