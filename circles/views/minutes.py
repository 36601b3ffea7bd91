"""The minutes of a meeting: read, summarize, publish and download them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.pdf import typesetter
from config.refusal import refuse

from ..access import facilitators_or_leader, find_meeting, members
from ..forms.minutes import SummaryForm
from ..forms.stale import status_of
from ..mail.causes import waiting_about
from ..mail.in_sight import planned_for, queued
from ..models import Mail, Stale
from ..notes.minutes import compose, keep_summary
from ..notes.minutes_export import as_document, as_markdown


@members
@never_cache
def minutes_detail(request, circle, meeting_number):
    """Facilitators and the leader see the draft; members see it once it is published."""
    meeting = find_meeting(request, circle, meeting_number)
    may_read = meeting.minutes_published_at or meeting.is_led_by(request.membership)
    minutes = compose(meeting, request.membership) if may_read else None
    is_led_here = meeting.is_led_by(request.membership)
    context = _context(
        meeting,
        minutes=minutes,
        is_led_here=is_led_here,
        may_write=is_led_here and not meeting.notes_are_over,
        privacy_lines=(minutes and minutes.privacy_lines) or [meeting.privacy_line],
    )
    if is_led_here and meeting.minutes_published_at:
        context["emails"] = waiting_about(meeting) if request.membership.is_facilitator else []
    elif is_led_here:
        context["email_words"] = planned_for(Mail.Kind.MINUTES, meeting).words
    return render(request, "circles/minutes/minutes_detail.html", context)


@members
def minutes_pdf(request, circle, meeting_number):
    """The minutes as a PDF, made on each request and never saved."""
    minutes = _readable(request, circle, meeting_number)
    document = as_document(minutes, paper=request.GET.get("paper", ""))
    try:
        content = typesetter.set_now(document)
    except (typesetter.Busy, typesetter.CannotBeSet) as error:
        is_busy = isinstance(error, typesetter.Busy)
        context = _context(minutes.meeting, is_busy=is_busy, address=request.get_full_path())
        return render(request, "circles/minutes/minutes_pdf.html", context, status=503)
    return _file(minutes, content, "application/pdf", "pdf")


@members
def minutes_markdown(request, circle, meeting_number):
    minutes = _readable(request, circle, meeting_number)
    return _file(minutes, as_markdown(minutes), "text/markdown; charset=utf-8", "md")


@facilitators_or_leader
@never_cache
def minutes_edit(request, meeting):
    said = meeting.minutes_summary
    form = SummaryForm(
        request.POST or None, meeting=meeting, initial={"summary": said, "started_from": said}
    )
    if request.method == "POST" and form.is_valid():
        summary = form.cleaned_data["summary"]
        try:
            keep_summary(meeting, summary, started_from=form.cleaned_data["started_from"])
        except Stale as stale:
            theirs = stale.theirs.minutes_summary
            form = SummaryForm(
                meeting=meeting, initial={"summary": summary, "started_from": theirs}
            )
            context = _context(meeting, form=form, is_stale=True, theirs=theirs)
            return render(request, "circles/minutes/minutes_edit.html", context, status=409)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Summary saved."))
            return redirect("circles:minutes_detail", meeting.circle.slug, meeting.number)
    context = _context(meeting, form=form, closed=meeting.why_no_words)
    return render(request, "circles/minutes/minutes_edit.html", context, status=status_of(form))


@facilitators_or_leader
@require_POST
def minutes_publish(request, meeting):
    nothing, pressed = _("The minutes are empty. Write a summary first."), timezone.now()
    try:
        if compose(meeting, request.membership).is_empty:
            raise ValidationError(nothing)
        meeting.publish_minutes()
    except ValidationError as error:
        refuse(request, error)
    else:
        emails = queued(meeting.mails, Mail.Kind.MINUTES, since=pressed)
        messages.success(request, _("Minutes published.") + f" {emails.told}")
    return redirect("circles:minutes_detail", meeting.circle.slug, meeting.number)


def _readable(request, circle, meeting_number):
    """The minutes: for facilitators and the leader at any time, for members once published."""
    meeting = find_meeting(request, circle, meeting_number)
    if not (meeting.minutes_published_at or meeting.is_led_by(request.membership)):
        raise PermissionDenied(
            _("The minutes aren’t ready yet. A facilitator will publish them after the meeting.")
        )
    return compose(meeting, request.membership)


def _file(minutes, content, content_type, suffix):
    meeting = minutes.meeting
    name = f"{meeting.circle.slug}-{meeting.number}-minutes.{suffix}"
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Minutes are private, so no cache may store them.
    patch_cache_control(response, private=True, no_store=True)
    return response


def _context(meeting, **more):
    return {"circle": meeting.circle, "tab": "meetings", "meeting": meeting} | more
