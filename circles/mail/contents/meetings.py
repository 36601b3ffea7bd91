"""What emails about meetings tell."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from config import when
from config.mail import full_url

from ... import signed_links
from ...models import Mail, Meeting, OwnReading
from ...models.own_reading import reading_url
from ...models.where import Where
from ..registry import Context, NotNeeded, contents, given

Kind = Mail.Kind


def _meeting_ahead(mail: Mail) -> Context:
    """The meeting's page, how many days it is away by the circle's clock, and what the reader is
    to read for it.

    Raises:
        NotNeeded: it was canceled, has begun or is over.
    """
    meeting = given(mail.meeting)
    if meeting.cancelled_at:
        raise NotNeeded("the meeting was canceled")
    if meeting.started_at or meeting.starts_at <= timezone.now():
        raise NotNeeded("the meeting has begun")
    days = (meeting.local_start.date() - timezone.localdate(timezone=meeting.zone)).days
    context = {"url": full_url(meeting.get_absolute_url()), "days": days}
    if meeting.brief and meeting.brief.is_readable_by(given(mail.user)):
        context["own"] = OwnReading(meeting, given(mail.membership))
        context["reading_url"] = full_url(reading_url(meeting))
    return context


def _answer(mail: Mail) -> str:
    """What the reader answered; empty before they did."""
    rsvp = given(mail.meeting).rsvps.of(given(mail.membership))
    return rsvp.answer if rsvp else ""


@contents(Kind.SCHEDULED, calendar_method="REQUEST")
def scheduled(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    return context | _question(mail)


def _question(mail: Mail) -> Context:
    """Their RSVP, and the link to it while it can be changed."""
    url = ""
    if given(mail.meeting).takes_answers:
        url = signed_links.answer_url(given(mail.membership_id), given(mail.meeting_id))
    return {"answer": _answer(mail), "answer_url": url}


@contents(Kind.CHANGED, calendar_method="REQUEST")
def changed(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    changes = changes_since(given(mail.meeting), mail.details["before"])
    if not changes:
        raise NotNeeded("it is as it was before")
    return context | _question(mail) | changes


def changes_since(meeting: Meeting, before: dict[str, Any]) -> Context:
    """What is other than it was: the old value under `was_…` for each thing that changed."""
    starts = datetime.fromisoformat(before["starts_at"])
    changes: Context = {}
    if starts != meeting.starts_at or before["duration_minutes"] != meeting.duration_minutes:
        begin = starts.astimezone(meeting.zone)
        end = begin + timedelta(minutes=before["duration_minutes"])
        changes["was_when"] = f"{when.day(begin)}, {when.clock_range(begin, end)}"
    was = Where.read(before)
    if was.words != meeting.where.words:
        changes["was_place"] = was.words or _("no place yet")
    if was.online_link != meeting.where.online_link:
        changes["is_link_new"] = True
    # Emails that were queued before an upgrade don't have it.
    if before.get("welcome", meeting.welcome) != meeting.welcome:
        changes["is_news"] = True
    return changes


@contents(Kind.CANCELLED, calendar_method="CANCEL")
def cancelled(mail: Mail) -> Context:
    if not given(mail.meeting).cancelled_at:
        raise NotNeeded("the meeting takes place after all")
    if given(mail.meeting).starts_at <= timezone.now():
        raise NotNeeded("its day has passed")
    return {"url": full_url(given(mail.meeting).get_absolute_url())}


@contents(Kind.RESTORED, calendar_method="REQUEST")
def restored(mail: Mail) -> Context:
    return _meeting_ahead(mail) | _question(mail)


@contents(Kind.PLACE, calendar_method="REQUEST")
def place(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    if _answer(mail) != "yes":
        raise NotNeeded("they’re no longer coming")
    return context | _question(mail)


@contents(Kind.REMINDER)
def reminder(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    if _answer(mail) == "no":
        raise NotNeeded("they’re not coming")
    return context | _question(mail)


@contents(Kind.NUDGE)
def nudge(mail: Mail) -> Context:
    context = _meeting_ahead(mail) | _question(mail)
    if context["answer"]:
        raise NotNeeded("they have answered")
    if not context["answer_url"]:
        raise NotNeeded("it is too late to answer")
    return context


@contents(Kind.READING)
def reading(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    if _answer(mail) == "no":
        raise NotNeeded("they’re not coming")
    if "own" not in context:
        raise NotNeeded("they can’t read the brief yet")
    if not context["own"].left:
        raise NotNeeded("all is read")
    return context | {"site": settings.SITE_URL}
