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
from ..live.wrap_up import WrapUp, carry, next_meeting


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
        raise PermissionDenied(_("Only who runs the evening can do that."))
    following = next_meeting(meeting)
    if not following:
        messages.error(
            request, _("There is no meeting to take it to yet. Set the next date first.")
        )
    elif number := carry(meeting, following):
        sentence = ngettext(
            "%(number)d part is on the agenda of “%(meeting)s” now.",
            "%(number)d parts are on the agenda of “%(meeting)s” now.",
            number,
        )
        messages.success(request, sentence % {"number": number, "meeting": following})
    else:
        messages.info(request, _("Everything is on the next agenda already."))
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
            request, _("This evening takes no answers: it has not begun, or is long over.")
        )
        return redirect("circles:wrap_up_detail", circle.slug, meeting.number)
    if not form.is_valid():
        return _page(request, meeting, form)
    form.give(meeting, request.user.pk)
    thanks = _("Thank you. Nobody can see that it was you.")
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
    }
    return render(request, "circles/wrap_up/wrap_up_detail.html", context, status=status_of(form))
