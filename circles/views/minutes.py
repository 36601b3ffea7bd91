"""The minutes of a meeting: read, sum up, publish."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..access import facilitators, find_meeting, members
from ..forms.minutes import SummaryForm
from ..minutes import StaleSummary, compose, keep_summary


@members
def minutes_detail(request, circle, meeting_number):
    """Facilitators see the draft; members see it once it is published."""
    meeting = find_meeting(request, circle, meeting_number)
    may_read = meeting.minutes_published_at or request.membership.is_facilitator
    minutes = compose(meeting, request.membership) if may_read else None
    context = _context(meeting, minutes=minutes)
    return render(request, "circles/minutes_detail.html", context)


@facilitators
def minutes_edit(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    said = meeting.minutes_summary
    form = SummaryForm(
        request.POST or None, meeting=meeting, initial={"summary": said, "started_from": said}
    )
    if request.method == "POST" and form.is_valid():
        summary = form.cleaned_data["summary"]
        try:
            keep_summary(meeting, summary, started_from=form.cleaned_data["started_from"])
        except StaleSummary as stale:
            form = SummaryForm(
                meeting=meeting, initial={"summary": summary, "started_from": stale.theirs}
            )
            context = _context(meeting, form=form, is_stale=True, theirs=stale.theirs)
            return render(request, "circles/minutes_edit.html", context, status=409)
        messages.success(request, _("The summary is kept."))
        return redirect("circles:minutes_detail", circle.slug, meeting.number)
    return render(request, "circles/minutes_edit.html", _context(meeting, form=form))


@facilitators
@require_POST
def minutes_publish(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    if meeting.is_cancelled or not (meeting.started_at or meeting.is_over):
        messages.error(request, _("Minutes can be published once the meeting has begun."))
    elif compose(meeting, request.membership).is_empty:
        messages.error(request, _("There is nothing in the minutes yet. Write a summary first."))
    else:
        meeting.publish_minutes()
        messages.success(request, _("The minutes are out: the circle can read them."))
    return redirect("circles:minutes_detail", circle.slug, meeting.number)


def _context(meeting, **more):
    return {"circle": meeting.circle, "tab": "meetings", "meeting": meeting} | more
