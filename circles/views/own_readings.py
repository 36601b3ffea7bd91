"""A member's own reading for a meeting: all parts of it, the page of each, and large print."""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from briefs.pdf.answer import kept_pdf
from briefs.pdf.documents import paper_for
from briefs.pdf.excerpts import large_print
from config.odd_requests import read_word

from ..access import find_meeting, members
from ..meeting_overview import MeetingOverview
from ..models import OwnReading, ReadMark
from ..reading.kits import slugs_of, topics_of
from ..reading.part_page import PartPage


@members
@never_cache
def reading_detail(request, circle, meeting_number):
    """What's assigned to the member, in the brief's order, and where to go on."""
    meeting = find_meeting(request, circle, meeting_number, reads_brief=True)
    glance = MeetingOverview(meeting, request.membership)
    context = {
        "circle": circle,
        "tab": "meetings",
        "meeting": meeting,
        "glance": glance,
        "own": glance.own,
        "agenda": meeting.agenda_items.select_related("section") if meeting.agenda_revision else [],
        "is_readable": _is_readable(meeting, request.user),
        "just_read": _just_read(request, glance.own),
    }
    return render(request, "circles/readings/reading_detail.html", context)


@members
@never_cache
def reading_section(request, circle, meeting_number, section_slug):
    """One part of it. POST marks it as read and leads to the next part; with `undo`, it marks it
    as not read."""
    meeting = find_meeting(request, circle, meeting_number, reads_brief=True)
    if not meeting.brief or not _is_readable(meeting, request.user):
        raise Http404
    own = OwnReading(meeting, request.membership)
    part = own.find(section_slug)
    if part is None:
        section = get_object_or_404(meeting.brief.sections, slug=section_slug)
        section.brief = meeting.brief
        return redirect(section)
    if request.method == "POST":
        return _marked(request, own, part)
    page = PartPage(own, part, request.user)
    context = {
        "circle": circle,
        "meeting": meeting,
        "own": own,
        "page": page,
        "just_read": _just_read(request, own),
        **page.context,
    }
    return render(request, "circles/readings/reading_section.html", context)


@members
@never_cache
def reading_pdf(request, circle, meeting_number):
    """The same in large print, with the questions on the agenda. For who leads the meeting, these
    have the facilitator's prompts."""
    meeting = find_meeting(request, circle, meeting_number, reads_brief=True)
    brief = meeting.brief
    if not brief or not brief.is_readable_by(request.user):
        raise Http404
    own = OwnReading(meeting, request.membership)
    slugs = slugs_of(own)
    topics, facts = topics_of(meeting, slugs), own.words if slugs else ""
    prompts = meeting.is_led_by(request.membership)
    paper = paper_for(brief, request.GET.get("paper"))
    document = partial(large_print, brief, slugs, topics, facts=facts, prompts=prompts, paper=paper)
    options = [slugs, topics, facts, prompts, paper]
    name = f"{circle.slug}-{meeting.number}-large-print"
    return kept_pdf(
        request, brief, "reading", options, document, name=name, cache_control="private"
    )


def _is_readable(meeting, user):
    """Whether it has a brief that is no longer in preparation for this person."""
    return bool(meeting.brief and meeting.brief.is_readable_by(user))


def _marked(request, own, part):
    if "undo" in request.POST:
        ReadMark.objects.set(request.user, part.section, read=False)
        return redirect(part.url)
    following = own.after(part)
    ReadMark.objects.set(request.user, part.section, read=True)
    return redirect(f"{following.url if following else own.url}?read={part.section.slug}")


def _just_read(request, own):
    """The part that the page before this one marked as read, so that it can be undone here."""
    part = own.find(read_word(request.GET.get("read")) or "")
    return part if part and part.is_read else None
