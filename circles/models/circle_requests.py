"""Requests to start a circle, from people without an account, and how admins answer them."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
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
    """Someone asks to start a circle. If an admin invites them, they can make an account."""

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
        return self.name

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
    def invite(self, by: User, answer: str = "") -> None:
        """Email the person a link with which they can sign up and start a circle.

        Raises:
            ValidationError: it was answered already.
        """
        self._answer("invited_at", SiteEvent.Kind.REQUEST_INVITED, by, answer)
        self._tell(Mail.Kind.START_INVITED)

    @under_lock
    def decline(self, by: User, answer: str = "") -> None:
        """Email the person that there's no circle for now.

        Raises:
            ValidationError: it was answered already.
        """
        self._answer("declined_at", SiteEvent.Kind.REQUEST_DECLINED, by, answer)
        self._tell(Mail.Kind.START_DECLINED)

    def _answer(self, moment: str, kind: SiteEvent.Kind, by: User, answer: str) -> None:
        if self.is_answered:
            raise ValidationError(
                _("Someone else just answered this request. See below."), code="answered"
            )
        setattr(self, moment, timezone.now())
        self.answered_by, self.answer = by, answer
        self.save(update_fields=[moment, "answered_by", "answer"])
        SiteEvent.objects.record(kind, by=by)

    def _tell(self, kind: Mail.Kind) -> None:
        cause = f"circle-request-{self.pk}-answer"
        Mail.objects.queue(kind, cause, to=[self.email], details={"request": self.pk})
