"""Reading kits: for each member who reads on paper, their reading for a meeting as one PDF."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from briefs.models import Brief
from briefs.pdf import typesetter
from config.back import back_to

from ..access import facilitators, facilitators_or_leader
from ..meeting_overview import MeetingOverview
from ..next_steps import at_meeting
from ..reading.kits import LARGE, USUAL, Kits


@facilitators_or_leader
@never_cache
def kit_list(request, meeting):
    """Who reads on paper, each with their kit. Then everyone else, who may want one too."""
    glance = MeetingOverview(meeting, request.membership)
    people = glance.roster.members
    context = {
        "circle": meeting.circle,
        "tab": "meetings",
        "meeting": meeting,
        "glance": glance,
        "readers": [person for person in people if person.reads_on_paper],
        "others": [person for person in people if not person.reads_on_paper],
    }
    return render(request, "circles/kits/kit_list.html", context)


@facilitators_or_leader
@never_cache
def kit_pdf(request, meeting, membership_id):
    """The kit of one member, in large print unless `?size=usual` asks for the usual size."""
    kits = _kits(request, meeting)
    for member in kits.members:
        if member.pk == membership_id:
            return _made(request, meeting, kits.document(member), str(membership_id))
    raise Http404


@facilitators_or_leader
@never_cache
def kit_pdf_all(request, meeting):
    """The kits of all who read on paper and may come, to print at once."""
    kits = _kits(request, meeting)
    wanted = MeetingOverview(meeting, request.membership).paper_readers
    readers = [member for member in kits.members if member in wanted]
    if not readers:
        return redirect(at_meeting("kit_list", meeting))
    return _made(request, meeting, kits.all_of(readers), "all")


@facilitators_or_leader
@require_POST
def kit_given(request, meeting):
    """Check the kits off, or with `undo` uncheck them."""
    meeting.mark_kits(given="undo" not in request.POST)
    return redirect(at_meeting("kit_list", meeting))


@facilitators
@require_POST
def member_paper(request, circle, membership_id):
    """Note for a member that they read on paper, or with `undo` that they don't.

    The list of the circle's changes doesn't tell it, because all members read that.
    """
    people = circle.memberships.current().select_related("user")
    member = get_object_or_404(people, pk=membership_id)
    member.reads_on_paper = "undo" not in request.POST
    member.save(update_fields=["reads_on_paper"])
    text = _("%s reads on screen.")
    if member.reads_on_paper:
        text = _("%s reads on paper. Print their reading kit before each meeting.")
    messages.success(request, text % member)
    return redirect(back_to(request, circle))


def _kits(request, meeting):
    if not meeting.has_kits:
        raise Http404
    # Its long texts weren't read with the meeting.
    meeting.brief = Brief.objects.get(pk=meeting.brief_id)
    members = list(meeting.circle.memberships.current().by_name())
    look = USUAL if request.GET.get("size") == "usual" else LARGE
    return Kits(meeting, members, look=look, paper=request.GET.get("paper"))


def _made(request, meeting, document, whose):
    """The PDF, made right now and never kept; or a page that says why there is none."""
    try:
        content = typesetter.set_now(document)
    except (typesetter.Busy, typesetter.CannotBeSet) as error:
        context = {
            "circle": meeting.circle,
            "tab": "meetings",
            "meeting": meeting,
            "is_busy": isinstance(error, typesetter.Busy),
            "address": request.get_full_path(),
        }
        return render(request, "circles/kits/kit_pdf.html", context, status=503)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{meeting.circle.slug}-{meeting.number}-kit-{whose}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
