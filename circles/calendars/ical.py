"""Meetings as iCalendar (RFC 5545): one in a file, or many in a calendar to subscribe to.

Calendars are often shared, so they have no notes, and no name or address of a member except
the reader's own. The same rows make the same bytes, so that the server can answer “not
modified” to programs that ask again.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from briefs.models import Brief
from briefs.page.lines import with_lines
from config.mail import full_url

from .. import signed_links
from ..models import Rsvp
from .vtimezone import vtimezone

if TYPE_CHECKING:
    from ..models import Meeting, Membership


REFRESHED_EVERY = timedelta(hours=1)
PARTSTAT: dict[str | None, str] = {
    Rsvp.Answer.YES: "ACCEPTED",
    Rsvp.Answer.MAYBE: "TENTATIVE",
    Rsvp.Answer.WAITING: "TENTATIVE",
    Rsvp.Answer.NO: "DECLINED",
}


def meeting_file(
    meeting: "Meeting", *, membership: "Membership | None" = None, method: str = "PUBLISH"
) -> bytes:
    """One meeting as a file, for an email or to save.

    Args:
        meeting: with its circle and brief.
        membership: of the reader, if it is for one person only; it then asks for an RSVP.
        method: "REQUEST" adds it to a calendar or changes it there, "CANCEL" cancels it there,
            "PUBLISH" is for a saved file (RFC 5546, section 3.2).
    """
    with translation.override(settings.LANGUAGE_CODE):
        minutes = with_lines([meeting.brief])[0].minutes if meeting.brief else 0
        event = _event(meeting, membership, minutes=minutes)
        if membership:
            event.add("ATTENDEE", _attendee(meeting, membership), encode=False)
        return _calendar([event], [meeting], method).to_ical()


def feed_file(
    name: str, meetings: "Iterable[Meeting]", members: "dict[int, Membership] | None" = None
) -> bytes:
    """A calendar to subscribe to.

    Args:
        name: the calendar's name in the calendar program.
        meetings: with their circles and briefs, in a fixed order.
        members: {circle's id: the reader's membership}, if it is for one person only; it then
            has their RSVP links.
    """
    with translation.override(settings.LANGUAGE_CODE):
        meetings = list(meetings)
        members = members or {}
        events = [_event(meeting, members.get(meeting.circle_id)) for meeting in meetings]
        calendar = _calendar(events, meetings, "PUBLISH")
        calendar.add("NAME", _line(name))
        calendar.add("X-WR-CALNAME", _line(name))
        calendar.add("REFRESH-INTERVAL", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", "PT1H")
        return calendar.to_ical()


def web_links(meeting: "Meeting") -> list[tuple[str, str]]:
    """Pages of Google and Outlook that add a meeting to a calendar: [(service, URL), …]."""
    with translation.override(settings.LANGUAGE_CODE):
        title, where, text = _title(meeting), _line(meeting.where.line), _description(meeting)
    compact, iso = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"
    starts, ends = meeting.starts_at.astimezone(UTC), meeting.ends_at.astimezone(UTC)
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{starts.strftime(compact)}/{ends.strftime(compact)}",
        "location": where,
        "details": text,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": starts.strftime(iso),
        "enddt": ends.strftime(iso),
        "location": where,
        "body": text,
    }
    return [
        ("Google Calendar", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        ("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
    ]


def subscribing_links(address: str, name: str) -> dict[str, str]:
    """Links that subscribe to a feed: in a calendar program, at Google and in Outlook."""
    webcal = re.sub(r"^https?:", "webcal:", address)
    return {
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?{urlencode({'cid': webcal})}",
        "outlook": "https://outlook.live.com/calendar/0/addfromweb?"
        + urlencode({"url": address, "name": name}),
    }


def _calendar(events: list[Event], meetings: "list[Meeting]", method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Full Circle//Meetings//EN")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    years: dict[str, set[int]] = {}
    for meeting in meetings:
        if not _is_told_in_utc(meeting):
            years.setdefault(meeting.time_zone, set()).add(meeting.local_start.year)
    for key in sorted(years):
        calendar.add_component(vtimezone(key, min(years[key]) - 1, max(years[key]) + 1))
    for event in events:
        calendar.add_component(event)
    return calendar


def _event(
    meeting: "Meeting", membership: "Membership | None" = None, *, minutes: int = 0
) -> Event:
    changed = _changed_at(meeting)
    event = Event()
    event.add("UID", meeting.calendar_uid)
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    event.add("CREATED", meeting.created_at.astimezone(UTC))
    event.add("SEQUENCE", meeting.sequence)
    utc = _is_told_in_utc(meeting)
    event.add("DTSTART", meeting.starts_at.astimezone(UTC) if utc else meeting.local_start)
    event.add("DTEND", meeting.ends_at.astimezone(UTC) if utc else meeting.local_end)
    event.add("STATUS", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if meeting.is_cancelled else "OPAQUE")
    event.add("SUMMARY", _title(meeting))
    if meeting.where:
        event.add("LOCATION", _line(meeting.where.line))
    if meeting.where.online_link:
        parameters = {"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": _("Video link")}
        event.add("CONFERENCE", vUri(_line(meeting.where.online_link)), parameters=parameters)
    event.add("DESCRIPTION", _description(meeting, membership, minutes))
    event.add("URL", vUri(full_url(meeting.get_absolute_url())))
    event.add("ORGANIZER", _organizer(meeting), encode=False)
    return event


def _is_told_in_utc(meeting: "Meeting") -> bool:
    """Whether its start or end is in an hour that comes twice: only UTC is unambiguous."""
    return any(
        moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
        for moment in (meeting.local_start, meeting.local_end)
    )


def _changed_at(meeting: "Meeting") -> datetime:
    """When something that calendars show last changed. Not now, to make the same bytes."""
    moments = [meeting.created_at, meeting.scheduled_at, meeting.changed_at, meeting.cancelled_at]
    return max(moment for moment in moments if moment).astimezone(UTC).replace(microsecond=0)


def _title(meeting: "Meeting") -> str:
    title = _line(f"{meeting.circle}: {meeting}")
    # Outlook shows canceled meetings of a subscribed calendar like any others.
    return _("Canceled: %s") % title if meeting.is_cancelled else title


def _description(
    meeting: "Meeting", membership: "Membership | None" = None, minutes: int = 0
) -> str:
    lines = []
    if meeting.is_cancelled:
        lines.append(_("This meeting was canceled."))
        lines += filter(None, [meeting.cancel_reason])
    if meeting.brief:
        lines.append(_reading(meeting.brief, minutes))
        lines.append(full_url(meeting.brief.get_absolute_url()))
    if meeting.where.online_link:
        lines.append(_("Video link: %s") % meeting.where.online_link)
    if meeting.welcome:
        lines.append(_("Good to know: %s") % meeting.welcome)
    if membership and meeting.takes_answers:
        url = signed_links.answer_url(membership.pk, meeting.pk)
        lines.append(_("RSVP: %s") % url)
    lines.append(_("Meeting page: %s") % full_url(meeting.get_absolute_url()))
    return "\n".join(map(_line, lines))


def _reading(brief: Brief, minutes: int) -> str:
    if not minutes:
        return _("Reading: %s") % brief
    reading = ngettext(
        "Reading: %(brief)s (about %(minutes)d minute)",
        "Reading: %(brief)s (about %(minutes)d minutes)",
        minutes,
    )
    return reading % {"brief": brief, "minutes": minutes}


def _organizer(meeting: "Meeting") -> vCalAddress:
    """The circle, at the site's address: no one's own is given away."""
    _site_name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(_line(str(meeting.circle)))
    return organizer


def _attendee(meeting: "Meeting", membership: "Membership") -> vCalAddress:
    """The reader, with their RSVP. They RSVP by the link, not by email."""
    rsvp = meeting.rsvps.of(membership)
    attendee = vCalAddress(f"mailto:{membership.user.email}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText(PARTSTAT.get(rsvp.answer if rsvp else "", "NEEDS-ACTION"))
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _line(text: str) -> str:
    """Text on one line, without the control characters that iCalendar does not allow."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(text)).split())
