"""The wrap-up of a meeting: items not reached, what is next, and feedback."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ..access import find_meeting, members
from ..forms.feedback import FeedbackForm
from ..forms.stale import status_of
from ..live.wrap_up import WrapUp, carry


@members
@never_cache
def wrap_up_detail(request, circle, meeting_number):
    meeting = find_meeting(request, circle, meeting_number)
    return _page(request, meeting, FeedbackForm())


@members
@require_POST
def wrap_up_carry(request, circle, meeting_number):
    """Add the items not reached to the next meeting's agenda."""
    meeting = find_meeting(request, circle, meeting_number)
    if not meeting.is_run_by(request.membership):
        raise PermissionDenied(
            _("Only facilitators and people with a role in this meeting can do that.")
        )
    following = WrapUp(meeting, request.membership).next
    if not following:
        messages.error(request, _("There’s no next meeting yet. Schedule one first."))
    elif number := carry(meeting, following):
        sentence = ngettext(
            "Moved %(number)d item to the agenda for “%(meeting)s.”",
            "Moved %(number)d items to the agenda for “%(meeting)s.”",
            number,
        )
        messages.success(request, sentence % {"number": number, "meeting": following})
    else:
        messages.info(request, _("Everything is already on the next agenda."))
    return redirect("circles:wrap_up_detail", circle.slug, meeting.number)


@members
@never_cache
@require_POST
def feedback_create(request, circle, meeting_number):
    """Save feedback that names no one. Another answer of the same person replaces it."""
    meeting = find_meeting(request, circle, meeting_number)
    form = FeedbackForm(request.POST)
    if not WrapUp(meeting, request.membership).takes_feedback:
        messages.error(
            request,
            _("Feedback is open from the start of a meeting until two weeks after it ends."),
        )
        return redirect("circles:wrap_up_detail", circle.slug, meeting.number)
    if not form.is_valid():
        return _page(request, meeting, form)
    form.give(meeting, request.user.pk)
    thanks = _("Thank you! Your answers are anonymous.")
    messages.success(request, thanks, extra_tags=f"feedback-{meeting.pk}")
    return redirect("circles:wrap_up_detail", circle.slug, meeting.number)


def _page(request, meeting, form):
    context = {
        "circle": meeting.circle,
        "tab": "meetings",
        "meeting": meeting,
        "wrap_up": WrapUp(meeting, request.membership),
        "form": form,
        "is_run_here": meeting.is_run_by(request.membership),
        "is_led_here": meeting.is_led_by(request.membership),
    }
    return render(request, "circles/wrap_up/wrap_up_detail.html", context, status=status_of(form))
