"""What each kind of mail tells, and when it need not be told any more.

One function a kind gives what its templates need beside the mail, its circle, meeting and poll.
They run on the reader's clock, in the reader's language (`circles/mail/compose.py`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from .. import signed_links
from ..calendars import ical
from ..models import DatePoll, Mail, ReadMark

if TYPE_CHECKING:
    from ..models import Meeting


Kind = Mail.Kind
Subject = TypeVar("Subject")


class NotNeeded(Exception):
    """The mail need not be sent: what it tells of has gone, or is settled."""


# Of several mails about one meeting or poll that go together, only the first is told.
PRECEDENCE = [
    *(Kind.CANCELLED, Kind.SCHEDULED, Kind.CHANGED, Kind.NUDGE, Kind.REMINDER),
    *(Kind.POLL_CANCELLED, Kind.POLL, Kind.POLL_NUDGE),
]


def _site(path: str) -> str:
    return settings.SITE_URL + path


def _given(subject: Subject | None) -> Subject:
    """What a mail of this kind always has."""
    assert subject is not None
    return subject


def answer_url(mail: Mail) -> str:
    """The page with the three buttons: it needs no sign-in, and a GET changes nothing."""
    token = signed_links.sign("rsvp", _given(mail.membership_id), _given(mail.meeting_id))
    return _site(f"/rsvp/{token}/")


def decline_url(mail: Mail) -> str:
    """Where who was invited by mail says "do not write to me again"."""
    if not mail.invitation_id:
        return ""
    token = signed_links.sign("decline", mail.invitation_id)
    return _site(reverse("circles:mail_link", args=[token]))


def _meeting_ahead(mail: Mail) -> dict[str, Any]:
    """The meeting's page and the link to answer.

    Raises:
        NotNeeded: it was called off, has begun or is over.
    """
    meeting = _given(mail.meeting)
    if meeting.cancelled_at:
        raise NotNeeded("the meeting was called off")
    if meeting.started_at or meeting.starts_at <= timezone.now():
        raise NotNeeded("the meeting has begun")
    days = (timezone.localdate(meeting.starts_at) - timezone.localdate()).days
    return {"url": _site(meeting.get_absolute_url()), "days": days}


def _answer(mail: Mail) -> str:
    """What the reader answered; empty before they did."""
    return (
        _given(mail.meeting)
        .rsvps.filter(membership=mail.membership)
        .values_list("answer", flat=True)
        .first()
        or ""
    )


def _scheduled(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail)
    return context | _question(mail)


def _question(mail: Mail) -> dict[str, Any]:
    """The question whether they come, while it can still be answered."""
    if not _given(mail.meeting).takes_answers:
        return {"answer": _answer(mail), "answer_url": ""}
    return {"answer": _answer(mail), "answer_url": answer_url(mail)}


def _changed(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail)
    changes = changes_since(_given(mail.meeting), mail.details["before"])
    if not changes:
        raise NotNeeded("it is as it was before")
    return context | _question(mail) | changes


def changes_since(meeting: "Meeting", before: dict[str, Any]) -> dict[str, Any]:
    """What is other than it was: the old value under `was_…` for each thing that changed."""
    starts = datetime.fromisoformat(before["starts_at"])
    changes: dict[str, Any] = {}
    if starts != meeting.starts_at or before["duration_minutes"] != meeting.duration_minutes:
        changes["was_start"] = starts
        changes["was_end"] = starts + timedelta(minutes=before["duration_minutes"])
    if before["place"] != meeting.place:
        changes["was_place"] = before["place"] or "—"
    if before["online_link"] != meeting.online_link:
        changes["is_link_new"] = True
    return changes


def _cancelled(mail: Mail) -> dict[str, Any]:
    if not _given(mail.meeting).cancelled_at:
        raise NotNeeded("the meeting takes place after all")
    if _given(mail.meeting).starts_at <= timezone.now():
        raise NotNeeded("its day is past")
    return {"url": _site(_given(mail.meeting).get_absolute_url())}


def _place(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail)
    if _answer(mail) != "yes":
        raise NotNeeded("they do not come any more")
    return context | _question(mail)


def _reminder(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail)
    if _answer(mail) == "no":
        raise NotNeeded("they do not come")
    return context | _question(mail)


def _nudge(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail) | _question(mail)
    if context["answer"]:
        raise NotNeeded("they have answered")
    if not context["answer_url"]:
        raise NotNeeded("it is too late to answer")
    return context


def _reading(mail: Mail) -> dict[str, Any]:
    context = _meeting_ahead(mail)
    if _answer(mail) == "no":
        raise NotNeeded("they do not come")
    asked = _given(mail.meeting).readings.for_member(_given(mail.membership)).in_order()
    read = set(ReadMark.objects.filter(user=mail.user).values_list("section", flat=True))
    left = [reading for reading in asked if reading.section_id not in read]
    if not left:
        raise NotNeeded("all is read")
    minutes = sum(reading.section.minutes for reading in left)
    return context | {"readings": left, "minutes": minutes, "site": settings.SITE_URL}


def _poll(mail: Mail) -> dict[str, Any]:
    if _given(mail.poll).state != DatePoll.State.OPEN:
        raise NotNeeded("it takes no answers any more")
    if _given(mail.poll).replies.filter(membership=mail.membership).exists():
        raise NotNeeded("they have answered")
    dates = [option for option in _given(mail.poll).options.all() if not option.is_past]
    return {"dates": dates, "url": _site(_given(mail.poll).get_absolute_url())}


def _poll_cancelled(mail: Mail) -> dict[str, Any]:
    if not _given(mail.poll).cancelled_at:
        raise NotNeeded("a date is looked for after all")
    return {"url": _site(_given(mail.poll).get_absolute_url())}


def _minutes(mail: Mail) -> dict[str, Any]:
    if not _given(mail.meeting).minutes_published_at:
        raise NotNeeded("the minutes are not out")
    args = [_given(mail.meeting).circle.slug, _given(mail.meeting).number]
    return {"url": _site(reverse("circles:minutes_detail", args=args))}


def _action(mail: Mail) -> dict[str, Any]:
    action = _given(mail.action_item)
    if action.done_at:
        raise NotNeeded("it is done")
    if action.owner_id != mail.membership_id:
        raise NotNeeded("it is somebody else's now")
    if not action.due_on:
        raise NotNeeded("it has no date any more")
    days = (action.due_on - timezone.localdate()).days
    page = reverse("circles:action_list", args=[_given(mail.of_circle).slug])
    return {"action": action, "days": days, "url": _site(f"{page}#{action.anchor}")}


def _delivery_failed(mail: Mail) -> dict[str, Any]:
    lost = Mail.objects.with_subjects().filter(pk=mail.details["mail"]).first()
    if lost is None or not lost.failed_at:
        raise NotNeeded("it arrived after all")
    if not _given(mail.membership).is_facilitator:
        raise NotNeeded("no facilitator any more")
    page = reverse("circles:member_list", args=[_given(mail.of_circle).slug])
    return {
        "lost": lost,
        "who": lost.user or lost.address,
        "is_bounce": lost.is_bounce,
        "url": _site(page),
    }


def _invitation(mail: Mail) -> dict[str, Any]:
    invitation = _given(mail.invitation)
    if not invitation.is_open:
        raise NotNeeded("the invitation is closed")
    url = _site(reverse("circles:invitation_accept", args=[invitation.mailed_token()]))
    return {"invitation": invitation, "url": url, "decline_url": decline_url(mail)}


CONTEXTS: dict[str, Callable[[Mail], dict[str, Any]]] = {
    Kind.INVITATION: _invitation,
    Kind.SCHEDULED: _scheduled,
    Kind.CHANGED: _changed,
    Kind.CANCELLED: _cancelled,
    Kind.PLACE: _place,
    Kind.READING: _reading,
    Kind.REMINDER: _reminder,
    Kind.NUDGE: _nudge,
    Kind.POLL: _poll,
    Kind.POLL_NUDGE: _poll,
    Kind.POLL_CANCELLED: _poll_cancelled,
    Kind.MINUTES: _minutes,
    Kind.ACTION: _action,
    Kind.DELIVERY_FAILED: _delivery_failed,
}

CALENDAR_METHODS: dict[str, str] = {
    Kind.SCHEDULED: "REQUEST",
    Kind.CHANGED: "REQUEST",
    Kind.PLACE: "REQUEST",
    Kind.CANCELLED: "CANCEL",
}


def calendar_files(mail: Mail) -> list[tuple[str, bytes, str]]:
    """The calendar files that go with a mail: [(file name, content, MIME type), …]."""
    method = CALENDAR_METHODS.get(mail.kind)
    if not method:
        return []
    content = ical.meeting_file(_given(mail.meeting), membership=mail.membership, method=method)
    # Django adds the charset.
    name = f"{_given(mail.of_circle).slug}-{_given(mail.meeting).number}.ics"
    return [(name, content, f"text/calendar; method={method}")]
