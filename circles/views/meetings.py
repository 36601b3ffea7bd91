"""Meetings: the list, the page of each, and the form for them."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from config.odd_requests import read_word

from .. import next_steps
from ..access import facilitators, find_meeting, members
from ..calendars.ical import web_links
from ..forms.meetings import MeetingForm
from ..forms.old_names import ROLES, with_old_names
from ..forms.stale import status_of
from ..mail.causes import waiting_at_meetings
from ..mail.in_sight import queued
from ..meeting_overview import MeetingOverview
from ..models import Mail, Meeting
from ..planning.usual_dates import next_usual_start
from .meeting_moves import ANNOUNCED


@members
def meeting_list(request, circle):
    visible = circle.meetings.visible_to(request.membership).with_brief()
    drafts = list(visible.drafts())
    waiting = [draft for draft in drafts if not draft.is_over]
    context = {
        "circle": circle,
        "tab": "meetings",
        "upcoming": list(visible.upcoming()),
        "drafts": drafts,
        "draft_step": waiting and next_steps.announce_drafts(circle, waiting).behind_another(),
        "past": list(visible.past()),
        "cancelled": list(visible.cancelled()),
        "polls": list(circle.polls.undecided().select_related("brief")),
        "emails": waiting_at_meetings(circle) if request.membership.is_facilitator else [],
    }
    return render(request, "circles/meetings/meeting_list.html", context)


@facilitators
@with_old_names(ROLES)
def meeting_create(request, circle):
    usual = next_usual_start(circle)
    form = MeetingForm(
        request.POST or None,
        instance=_of_form(circle, read_word(request.POST.get("key"))),
        user=request.user,
        initial={"day": usual.date(), "clock": usual.time()} if usual else None,
    )
    pressed = timezone.now()
    if form.is_saved():
        messages.success(request, _saved(form, pressed))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "title": _("Schedule a meeting"), "form": form}
    if usual and not form.is_bound:
        context["lede"] = _(
            "We filled in your usual day, time, and place. Change what’s different."
        )
    return render(request, "circles/circle_form.html", context, status=status_of(form))


def _of_form(circle, key):
    """A new meeting; if this form was sent before, the one that it made then."""
    meeting = Meeting.plan(circle)
    if not key:
        return meeting
    meeting.use_key(key)
    made = circle.meetings.filter(calendar_uid=meeting.calendar_uid)
    return made.with_brief().first() or meeting


@facilitators
@with_old_names(ROLES)
def meeting_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    pressed = timezone.now()
    if form.is_saved():
        messages.success(request, _saved(form, pressed))
        return redirect(form.saved)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "form": form}
    return render(request, "circles/meetings/meeting_edit.html", context, status=status_of(form))


def _saved(form, pressed):
    """That it's saved, and who gets an email since the button was pressed."""
    meeting = form.saved
    if meeting.is_draft:
        return _("Draft saved. Only facilitators can see it.")
    kinds = [*Mail.COVERED_BY[Mail.Kind.CHANGED], Mail.Kind.PLACE]
    emails = queued(meeting.mails, *kinds, since=pressed)
    if "tell" in form.data:
        return f"{ANNOUNCED % meeting} {emails.told}"
    saved = _("“%s” is saved. Everyone in the circle can see it.") % meeting
    return f"{saved} {emails.told}" if emails.number else saved


@members
def meeting_detail(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number, sees_emails=True)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "glance": MeetingOverview(meeting, request.membership),
        "calendar_links": web_links(meeting) if meeting.is_to_come and not meeting.is_near else [],
    }
    return render(request, "circles/meetings/meeting_detail.html", context)
