"""Readings for a meeting: assign, split, swap and check them off."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from briefs.access import signed_in_readers
from briefs.page.lines import section_lines
from config.back import back_to
from config.odd_requests import read_number

from ..access import facilitators, find_meeting, members
from ..forms.division import DivisionForm
from ..forms.readings import ReadingPlan
from ..mail.in_sight import reading_reminder
from ..meeting_overview import MeetingOverview
from ..models import ReadMark, Swap
from ..reading.progress import ReadingProgress


@signed_in_readers
@require_http_methods(["POST", "PUT"])
def section_read(request, brief, section_slug):
    """Mark a section as read or not. From a list it returns there (`next`). A script may PUT
    `read=1` or `read=`, and again: it says how things should be."""
    section = get_object_or_404(brief.sections.in_edition(), slug=section_slug)
    if request.method == "PUT":
        is_read = bool(QueryDict(request.body).get("read"))
        ReadMark.objects.set(request.user, section, read=is_read)
        return JsonResponse({"read": is_read})
    ReadMark.objects.set(request.user, section, read="read" in request.POST)
    if request.htmx and "next" not in request.POST:
        progress = ReadingProgress.gather(request.user, brief)
        row = progress.find(section_slug)
        asked_at = urlsplit(request.htmx.current_url or "").path
        is_section_page = asked_at == row.section.address(brief)
        context = {"progress": progress, "row": row, "is_section_page": is_section_page}
        context["place"] = progress.place(section_slug)
        return render(request, "circles/margins/_mine_read.html", context)
    return redirect(back_to(request, reverse("circles:brief_mine", args=[brief.slug])))


@facilitators
def reading_edit(request, circle, meeting_number):
    """Assign the readings of a meeting. A division is only a proposal until it is saved."""
    meeting = find_meeting(request, circle, meeting_number)
    if request.method != "POST":
        return _plan_page(request, _plan(meeting))
    # One lock to compare and replace: if two people save at once, one sees the conflict.
    with meeting.locked():
        return _changed_plan(request, meeting)


def _plan(meeting, data=None):
    circle = meeting.circle
    people = list(circle.memberships.current().by_name())
    sections = section_lines(meeting.brief) if meeting.brief else []
    return ReadingPlan(meeting, sections, people, data)


def _changed_plan(request, meeting):
    """Save what was sent, unless others saved something else since its page was drawn. “Look”
    only adds up the minutes."""
    plan = _plan(meeting, request.POST)
    if "look" in request.POST:
        plan.show_the_newest()
        return _plan_page(request, plan)
    plan.seen = request.POST.get("seen", plan.stamp)
    if not plan.is_valid() or plan.is_stale_for(wanted := plan.readings()):
        return _plan_page(request, plan, status=422)
    meeting.assign(wanted)
    messages.success(request, _("Reading plan saved. Each member sees their own part."))
    return redirect(meeting)


def _plan_page(request, plan, status=200):
    """The page with the plan: as saved, as sent, or as a button proposes."""
    meeting, wish = plan.meeting, request.GET.get("divide")
    asked = request.GET if wish == "on" else None
    glance = MeetingOverview(meeting, request.membership)
    context = {"circle": meeting.circle, "tab": "meetings", "meeting": meeting, "glance": glance}
    context["email_words"] = reading_reminder(meeting)
    if plan.texts:
        context["division"] = division = DivisionForm(asked, plan=plan, answers=glance.answers)
        if request.method == "GET" and division.is_valid():
            plan.propose(division.shares())
        elif wish == "all":
            plan.propose_all()
        elif wish == "none":
            plan.propose_none()
    context["plan"] = plan
    if not plan.is_stale:
        return render(request, "circles/readings/reading_edit.html", context, status=status)
    context["theirs"] = plan.saved_in_words
    plan.show_the_newest()
    return render(request, "circles/readings/reading_edit.html", context, status=409)


@members
def swap_edit(request, circle, meeting_number):
    """Ask someone to swap readings, or withdraw the request."""
    meeting = find_meeting(request, circle, meeting_number)
    glance = MeetingOverview(meeting, request.membership)
    if "take_back" in request.POST:
        meeting.swaps.filter(asker=request.membership).delete()
        messages.success(request, _("Request canceled. You’re keeping your section."))
        return redirect(meeting)
    if request.method == "POST":
        others = circle.memberships.current().exclude(pk=request.membership.pk)
        asked = get_object_or_404(others.select_related("user"), pk=_number(request, "ask"))
        if glance.may_swap:
            Swap.objects.ask(meeting, request.membership, asked)
            text = _("%s will see your request here. You keep your section until they say yes.")
            messages.success(request, text % asked)
        else:
            messages.error(request, _("You no longer have a section to swap."))
        return redirect(meeting)
    context = {"circle": circle, "tab": "meetings", "meeting": meeting, "glance": glance}
    return render(request, "circles/readings/swap_edit.html", context)


@members
@require_POST
def swap_answer(request, circle, meeting_number, swap_id):
    """Accept or decline a request to swap."""
    meeting = find_meeting(request, circle, meeting_number)
    asked_me = meeting.swaps.waiting().filter(asked=request.membership).with_people()
    swap = asked_me.filter(pk=swap_id).first()
    if swap:
        swap.meeting = meeting
    if not swap or not meeting.is_to_come:
        messages.info(request, _("That request is already settled. Nothing has changed."))
    elif request.POST.get("answer") == "yes":
        if swap.accept():
            messages.success(request, _("Sections swapped with %s. Thank you!") % swap.asker)
    else:
        swap.decline()
        messages.success(request, _("Request declined. %s will see that.") % swap.asker)
    return redirect(back_to(request, meeting))


def _number(request, name):
    """A number that a form sent; 0, which is no one's, where it sent none."""
    return read_number(request.POST.get(name)) or 0
