"""Who changed what on the site: people, rights, briefs. Nothing here is about circles."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.when import full_date

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from .models import User


class SiteEventQuerySet(models.QuerySet["SiteEvent"]):
    def record(
        self,
        kind: "SiteEvent.Kind",
        *,
        by: "User | None" = None,
        named: str = "",
        person: "User | None" = None,
        subject: str = "",
        **details: Any,
    ) -> "SiteEvent":
        """Record a change. Call it in the transaction of the change.

        Args:
            kind: what was done.
            by: who did it; None on the command line.
            named: who or how, in words, if `by` is None: “ruth, on the command line”.
            person: who it was done to. Their name isn't stored.
            subject: to what, such as the title of a brief. Never a name of a person or circle.
            **details: the few values that the sentence of this kind needs.
        """
        longest = self.model._meta.get_field("subject").max_length
        return self.create(
            kind=kind,
            by=by,
            named="" if by else named[:120],
            person=person,
            subject=subject[:longest],
            details=details,
        )

    def record_row(self, kind: "SiteEvent.Kind", row: models.Model, *, by: "User") -> None:
        """Record that a row was added, changed or deleted in the admin."""
        self.record(kind, by=by, subject=str(row), model=row._meta.label_lower)

    def record_person(self, person: "User", changed: list[str], *, by: "User") -> None:
        """Record which fields of a person an admin changed. Rights get entries of their own.

        An email address is only asked for: it isn't changed yet.
        """
        others = []
        for name in changed:
            if name == "email":
                self.record(SiteEvent.Kind.ADDRESS_ASKED, by=by, person=person)
            elif name in SiteEvent.RIGHTS:
                given, taken = SiteEvent.RIGHTS[name]
                self.record(given if getattr(person, name) else taken, by=by, person=person)
            else:
                others.append(name)
        if others:
            self.record(SiteEvent.Kind.PERSON_CHANGED, by=by, person=person, fields=others)

    def with_people(self) -> Self:
        return self.select_related("by", "person")


class SiteEvent(models.Model):
    """One change on the site, as its admins see it. Rows never change.

    A row points at people and doesn't hold their names, so it names no one whose account is
    deleted.
    """

    class Kind(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        DELETED = "deleted"
        EDITION_LOADED = "edition_loaded"
        EDITION_RECONCILED = "edition_reconciled"
        SERIES_LOADED = "series_loaded"
        PARTS_RETIRED = "parts_retired"
        PARTS_BROUGHT_BACK = "parts_brought_back"
        SIGNED_UP = "signed_up"
        PERSON_ADDED = "person_added"
        PERSON_CHANGED = "person_changed"
        ADDRESS_ASKED = "address_asked"
        ACTIVATED = "activated"
        DEACTIVATED = "deactivated"
        STAFF_GIVEN = "staff_given"
        STAFF_TAKEN = "staff_taken"
        SUPERUSER_GIVEN = "superuser_given"
        SUPERUSER_TAKEN = "superuser_taken"
        EDITOR_GIVEN = "editor_given"
        EDITOR_TAKEN = "editor_taken"
        REQUEST_INVITED = "request_invited"
        REQUEST_DECLINED = "request_declined"
        MISTAKE_ANSWERED = "mistake_answered"
        QUESTION_ANSWERED = "question_answered"

    RIGHTS = {
        "is_active": (Kind.ACTIVATED, Kind.DEACTIVATED),
        "is_staff": (Kind.STAFF_GIVEN, Kind.STAFF_TAKEN),
        "is_editor": (Kind.EDITOR_GIVEN, Kind.EDITOR_TAKEN),
        "is_superuser": (Kind.SUPERUSER_GIVEN, Kind.SUPERUSER_TAKEN),
    }

    SENTENCES: dict[str, "StrPromise"] = {
        Kind.ADDED: _("%(by)s added “%(subject)s” (%(model)s)."),
        Kind.CHANGED: _("%(by)s changed “%(subject)s” (%(model)s)."),
        Kind.DELETED: _("%(by)s deleted “%(subject)s” (%(model)s)."),
        Kind.SERIES_LOADED: _("%(by)s loaded the series “%(subject)s.”"),
        Kind.PARTS_RETIRED: _("%(by)s retired %(number)d %(model)s."),
        Kind.PARTS_BROUGHT_BACK: _("%(by)s restored %(number)d %(model)s."),
        Kind.SIGNED_UP: _("%(by)s signed up."),
        Kind.PERSON_ADDED: _("%(by)s added %(person)s."),
        Kind.PERSON_CHANGED: _("%(by)s changed %(person)s: %(fields)s."),
        Kind.ADDRESS_ASKED: _("%(by)s requested a new email address for %(person)s."),
        Kind.ACTIVATED: _("%(by)s activated the account of %(person)s."),
        Kind.DEACTIVATED: _("%(by)s deactivated the account of %(person)s."),
        Kind.STAFF_GIVEN: _("%(by)s gave %(person)s access to the admin pages."),
        Kind.STAFF_TAKEN: _("%(by)s ended access to the admin pages for %(person)s."),
        Kind.SUPERUSER_GIVEN: _("%(by)s made %(person)s a superuser."),
        Kind.SUPERUSER_TAKEN: _("%(by)s ended superuser rights for %(person)s."),
        Kind.EDITOR_GIVEN: _("%(by)s made %(person)s an editor."),
        Kind.EDITOR_TAKEN: _("%(by)s ended editor rights for %(person)s."),
        Kind.REQUEST_INVITED: _("%(by)s invited someone to start a circle."),
        Kind.REQUEST_DECLINED: _("%(by)s declined a request to start a circle."),
        Kind.MISTAKE_ANSWERED: _("%(by)s answered a report of a mistake in “%(subject)s.”"),
        Kind.QUESTION_ANSWERED: _("%(by)s answered a question from readers of “%(subject)s.”"),
    }

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False, db_index=True)
    kind = models.CharField(max_length=20, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    named = models.CharField(max_length=120, blank=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    subject = models.CharField(max_length=200, blank=True, editable=False)
    details = models.JSONField(default=dict, editable=False)

    objects = SiteEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("site change")
        verbose_name_plural = _("site changes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What was done, in one sentence of the reader's language."""
        someone = gettext("Someone")
        told = self.details | {
            "by": self.by or (gettext("Someone (%s)") % self.named if self.named else someone),
            "named": self.named,
            "person": self.person or gettext("someone who deleted their account"),
            "subject": self.subject,
        }
        if "model" in self.details:
            told["model"] = _name_of(self.details["model"], self.details.get("number", 1))
        if "fields" in self.details:
            names = [_label(type(self).person.field.related_model, n) for n in told["fields"]]
            told["fields"] = ", ".join(names)
        if "edition" in self.details:
            told["edition"] = full_date(date.fromisoformat(told["edition"]))
            return self._edition_sentence(told)
        return str(self.SENTENCES[self.kind]) % told

    def _edition_sentence(self, told: dict[str, Any]) -> str:
        """An edition, and how many parts of the brief it retired."""
        if self.kind == self.Kind.EDITION_LOADED:
            text = _("%(by)s loaded the %(edition)s edition of “%(subject)s.”")
        else:
            text = _(
                "The %(edition)s edition of “%(subject)s” was recorded. It was made with %(named)s."
            )
        sentence = str(text) % told
        if told["retired"]:
            number = ngettext(
                "It retired %(retired)d part.", "It retired %(retired)d parts.", told["retired"]
            )
            sentence += " " + number % told
        return sentence


def _name_of(label: str, number: int) -> str:
    """The name of a model; its label if there is no such model anymore."""
    try:
        options = apps.get_model(label)._meta
    except LookupError:
        return label
    return str(options.verbose_name if number == 1 else options.verbose_name_plural)


def _label(model: Any, name: str) -> str:
    """The name of a field of a person; what the form calls it if there is no such field."""
    known = {field.name: field for field in model._meta.get_fields() if field.concrete}
    return str(known[name].verbose_name) if name in known else name
