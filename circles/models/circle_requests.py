"""Requests to start a circle, from people without an account, and how admins answer them."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SiteEvent, User
from config.batches import delete_some
from config.locks import one_at_a_time, under_lock
from config.texts import EMAIL, LINE, MESSAGE, NAME, Typed, limits, visible

from .mail import Mail
from .makes_account import MakesAccount

DAYS_GOOD = 30


class CircleRequestQuerySet(models.QuerySet["CircleRequest"]):
    def open(self) -> Self:
        """Requests that no one has answered."""
        return self.filter(invited_at=None, declined_at=None)

    def send(self, request: "CircleRequest") -> "CircleRequest":
        """Save a new request, and email those who may answer it. It makes no account.

        Returns:
            The request; the earlier one if the same was sent before and is still open.
        """
        words = ("name", "email", "place", "why")
        with transaction.atomic(), one_at_a_time("circle requests"):
            same = {name: getattr(request, name) for name in words}
            if earlier := self.open().filter(**same).first():
                return earlier
            request.save()
            Mail.objects.queue(
                Mail.Kind.REQUEST,
                f"circle-request-{request.pk}",
                to=User.objects.filter(may_answer(), is_active=True, is_staff=True).distinct(),
                details={"request": request.pk},
            )
        return request

    def invite(
        self, email: str, name: str = "", *, named: str, again: bool = False
    ) -> "tuple[CircleRequest, bool]":
        """Email someone who has no account how to sign up and start a circle.

        If they asked for it, this answers their request. If they're invited already, they keep
        their link and get no other email.

        Args:
            email: in lower case.
            name: what to call them; empty if it isn't known.
            named: who invites them, in words.
            again: email someone again who's invited already.

        Returns:
            (request, is_emailed): theirs, and whether they get an email now.
        """
        with transaction.atomic(), one_at_a_time("circle requests"):
            theirs = self.filter(email=email)
            if asked := theirs.open().first():
                asked.invite(named=named)
                return asked, True
            invited = next((each for each in theirs if each.is_open), None)
            if invited and not again:
                return invited, False
            if invited is None or invited.has_account:
                invited = self.create(email=email, name=name)
            invited.welcome(named=named)
        return invited, True

    def with_mail(self) -> Self:
        """With when we gave up on the newest email to each: `mail_failed_at`."""
        kinds = [Mail.Kind.START_INVITED, Mail.Kind.START_DECLINED, Mail.Kind.WELCOME]
        newest = Mail.objects.filter(address=OuterRef("email"), user=None, kind__in=kinds)
        failed_at = newest.order_by("-pk").values("failed_at")[:1]
        return self.annotate(mail_failed_at=Subquery(failed_at))

    def forget_answered(self, before: datetime, most: int) -> int:
        """Delete what was answered before this moment."""
        return delete_some(self.filter(Q(invited_at__lt=before) | Q(declined_at__lt=before)), most)

    def forget_unanswered(self, before: datetime, most: int) -> int:
        """Delete what was sent before this moment, and that no one answered."""
        return delete_some(self.open().filter(created_at__lt=before), most)


def may_answer() -> Q:
    """Which people have the right to answer requests."""
    right = {"codename": "change_circlerequest", "content_type__app_label": "circles"}
    own = {f"user_permissions__{name}": value for name, value in right.items()}
    of_group = {f"groups__permissions__{name}": value for name, value in right.items()}
    return Q(is_superuser=True) | Q(**own) | Q(**of_group)


class CircleRequest(MakesAccount, Typed):
    """Someone asks to start a circle. If an admin invites them, they can make an account.

    Someone who is invited without asking has one, too: answered from the start.
    """

    name = models.CharField(_("name"), max_length=NAME, validators=[visible])
    email = models.EmailField(_("email address"))
    place = models.CharField(_("town or neighborhood"), max_length=LINE, validators=[visible])
    why = models.TextField(
        _("what it would be"), max_length=MESSAGE, validators=[visible], blank=True
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    declined_at = models.DateTimeField(_("declined"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    answer = models.TextField(
        _("personal message"), max_length=MESSAGE, validators=[visible], blank=True
    )

    objects = CircleRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to start a circle")
        verbose_name_plural = _("requests to start a circle")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(invited_at=None) | Q(declined_at=None),
                name="circle_request_has_one_answer",
            ),
            limits(
                "circle_request", name=NAME, email=EMAIL, place=LINE, why=MESSAGE, answer=MESSAGE
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_answered(self) -> bool:
        return bool(self.invited_at or self.declined_at)

    @property
    def expires_at(self) -> datetime | None:
        """When its link ends; None if there is none."""
        return self.invited_at and self.invited_at + timedelta(days=DAYS_GOOD)

    @property
    def is_open(self) -> bool:
        """Whether the link that it was answered with works."""
        return bool(self.expires_at and self.expires_at > timezone.now())

    @property
    def lets_sign_up(self) -> bool:
        """Whether an account can be made with it."""
        return self.is_open and not self.has_account

    @under_lock
    def invite(self, by: User | None = None, answer: str = "", *, named: str = "") -> None:
        """Email the person a link with which they can sign up and start a circle.

        Args:
            by: the admin who does it; None on the command line.
            answer: their own words, for the email.
            named: who does it, in words, if `by` is None.

        Raises:
            ValidationError: it was answered already.
        """
        self._answer("invited_at", by, answer)
        SiteEvent.objects.record(SiteEvent.Kind.REQUEST_INVITED, by=by, named=named)
        self._tell(Mail.Kind.START_INVITED)

    @under_lock
    def decline(self, by: User, answer: str = "") -> None:
        """Email the person that there's no circle for now.

        Raises:
            ValidationError: it was answered already.
        """
        self._answer("declined_at", by, answer)
        SiteEvent.objects.record(SiteEvent.Kind.REQUEST_DECLINED, by=by)
        self._tell(Mail.Kind.START_DECLINED)

    @under_lock
    def welcome(self, *, named: str) -> None:
        """Email the person such a link though they didn't ask. Its days begin again."""
        self.invited_at = timezone.now()
        self.save(update_fields=["invited_at"])
        SiteEvent.objects.record(SiteEvent.Kind.REQUEST_INVITED, named=named)
        self._tell(Mail.Kind.WELCOME, self.invited_at.isoformat())

    def _answer(self, moment: str, by: User | None, answer: str) -> None:
        if self.is_answered:
            raise ValidationError(
                _("Someone else just answered this request. See below."), code="answered"
            )
        setattr(self, moment, timezone.now())
        self.answered_by, self.answer = by, answer
        self.save(update_fields=[moment, "answered_by", "answer"])

    def _tell(self, kind: Mail.Kind, which: str = "answer") -> None:
        cause = f"circle-request-{self.pk}-{which}"
        Mail.objects.queue(kind, cause, to=[self.email], details={"request": self.pk})
