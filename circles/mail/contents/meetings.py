"""What mails about meetings tell."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from config.mail import full_url

from ... import signed_links
from ...models import Mail, Meeting, ReadMark
from ...models.where import Where
from ..registry import Context, NotNeeded, contents

Kind = Mail.Kind


def _meeting_ahead(mail: Mail) -> Context:
    """The meeting's page and the link to answer.

    Raises:
        NotNeeded: it was called off, has begun or is over.
    """
    meeting = mail.meeting
    if meeting.cancelled_at:
        raise NotNeeded("the meeting was called off")
    if meeting.started_at or meeting.starts_at <= timezone.now():
        raise NotNeeded("the meeting has begun")
    days = (timezone.localdate(meeting.starts_at) - timezone.localdate()).days
    return {"url": full_url(meeting.get_absolute_url()), "days": days}


def _answer(mail: Mail) -> str:
    """What the reader answered; empty before they did."""
    given = mail.meeting.rsvps.of(mail.membership)
    return given.answer if given else ""


@contents(Kind.SCHEDULED, calendar_method="REQUEST")
def scheduled(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    return context | _question(mail)


def _question(mail: Mail) -> Context:
    """The question whether they come, while it can still be answered."""
    url = ""
    if mail.meeting.takes_answers:
        url = signed_links.answer_url(mail.membership_id, mail.meeting_id)
    return {"answer": _answer(mail), "answer_url": url}


@contents(Kind.CHANGED, calendar_method="REQUEST")
def changed(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    changes = changes_since(mail.meeting, mail.details["before"])
    if not changes:
        raise NotNeeded("it is as it was before")
    return context | _question(mail) | changes


def changes_since(meeting: Meeting, before: dict[str, Any]) -> Context:
    """What is other than it was: the old value under `was_…` for each thing that changed."""
    starts = datetime.fromisoformat(before["starts_at"])
    changes: Context = {}
    if starts != meeting.starts_at or before["duration_minutes"] != meeting.duration_minutes:
        changes["was_start"] = starts
        changes["was_end"] = starts + timedelta(minutes=before["duration_minutes"])
    was = Where.read(before)
    if was.words != meeting.where.words:
        changes["was_place"] = was.words or "—"
    if was.online_link != meeting.where.online_link:
        changes["is_link_new"] = True
    return changes


@contents(Kind.CANCELLED, calendar_method="CANCEL")
def cancelled(mail: Mail) -> Context:
    if not mail.meeting.cancelled_at:
        raise NotNeeded("the meeting takes place after all")
    if mail.meeting.starts_at <= timezone.now():
        raise NotNeeded("its day is past")
    return {"url": full_url(mail.meeting.get_absolute_url())}


@contents(Kind.PLACE, calendar_method="REQUEST")
def place(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    if _answer(mail) != "yes":
        raise NotNeeded("they do not come any more")
    return context | _question(mail)


@contents(Kind.REMINDER)
def reminder(mail: Mail) -> Context:
    context = _meeting_ahead(mail)
    if _answer(mail) == "no":
        raise NotNeeded("they do not come")
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
        raise NotNeeded("they do not come")
    asked = mail.meeting.readings.for_member(mail.membership).in_order()
    read = set(ReadMark.objects.filter(user=mail.user).values_list("section", flat=True))
    left = [reading for reading in asked if reading.section_id not in read]
    if not left:
        raise NotNeeded("all is read")
    minutes = sum(reading.section.minutes for reading in left)
    return context | {"readings": left, "minutes": minutes, "site": settings.SITE_URL}
