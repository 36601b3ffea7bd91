"""A reader's marks: their pages, what their scripts send, and all of them in one place."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from briefs.access import signed_in_readers
from briefs.models import Brief
from config.access import signed_in
from config.back import asked_back, back_to
from config.odd_requests import read_word

from ..access import is_sent_by_another
from ..forms.marks import MarkForm
from ..forms.stale import status_of
from ..models import Mark, Stale
from ..reading.marks import Sharing, mark_data, tell_more
from ..reading.progress import upcoming_meetings

MARKS_A_PAGE = 20


@signed_in_readers
@never_cache
def mark_create(request, brief, section_slug):
    """The form for a new note, or with `kind=question` for a question for the meeting.

    It's sent to the mark's own address. What an older form sends here comes back in this one.
    """
    section = _section(brief, section_slug)
    is_question = read_word(request.GET.get("kind")) == Mark.Kind.QUESTION
    typed = [request.POST.get(name, "") for name in ("note", "question")]
    initial = {
        "kind": Mark.Kind.QUESTION if is_question else Mark.Kind.NOTE,
        "text": "\n".join(filter(None, typed)),
    }
    _makers, sharing = _upcoming(request, brief)
    bound = {"user": request.user, "section": section, "sharing": sharing}
    form = MarkForm(initial=initial, back=asked_back(request), **bound)
    return _page(request, section, form)


@signed_in_readers
@never_cache
def mark_edit(request, brief, section_slug, mark_id):
    """One mark: GET and POST on a page, PUT and DELETE from scripts."""
    if request.method in ("PUT", "DELETE"):
        if is_sent_by_another(request):
            return HttpResponse(status=401)
        change = _put if request.method == "PUT" else _delete
        return change(request, brief, section_slug, mark_id)
    saved = _find(request, brief, mark_id)
    if request.method != "POST" and (saved is None or saved.deleted_at):
        raise Http404
    section = saved.section if saved else _section(brief, section_slug)
    makers, sharing = _upcoming(request, brief)
    form = MarkForm(
        request.POST or None,
        user=request.user,
        section=section,
        sharing=sharing,
        mark=saved,
        key=mark_id,
        back=asked_back(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            _keep(form, makers)
        except Stale as stale:
            form.conflict(stale.theirs)
        else:
            _tell(request, form)
            return redirect(back_to(request, _where(brief, section)))
    return _page(request, section, form, saved)


@signed_in_readers
@require_POST
def mark_delete(request, brief, section_slug, mark_id):
    saved = _find(request, brief, mark_id)
    if saved is None:
        raise Http404
    saved.user = request.user
    saved.remove()
    messages.success(request, _("Deleted."), extra_tags=f"mark-{saved.key}")
    return redirect(back_to(request, _where(brief, saved.section)))


@signed_in
@never_cache
@require_safe
def mark_list(request):
    """All that a reader marked, the newest first, with search."""
    mine = Mark.objects.filter(user=request.user).not_deleted()
    briefs = Brief.objects.filter(sections__marks__in=mine).distinct().only("slug", "title")
    asked = {name: read_word(request.GET.get(name)).strip() for name in ("q", "brief", "kind")}
    marks = mine.with_places().found(asked["q"][:120])
    if asked["brief"]:
        marks = marks.filter(section__brief__slug=asked["brief"])
    if asked["kind"] in Mark.Kind:
        marks = marks.filter(kind=asked["kind"])
    page = Paginator(marks, MARKS_A_PAGE).get_page(request.GET.get("page"))
    tell_more(page.object_list, request.user)
    shown = {mark.section.brief_id: mark.section.brief for mark in page}
    context = {
        "page": page,
        "asked": asked,
        "is_search": any(asked.values()),
        "query": urlencode(asked),
        "briefs": briefs.order_by("title"),
        "kinds": Mark.Kind.choices,
        "readable": [pk for pk, brief in shown.items() if brief.is_readable_by(request.user)],
    }
    return render(request, "circles/marks/mark_list.html", context)


def _put(request, brief, section_slug, mark_id):
    """Save a mark as its reader's device sent it. Sending it again changes nothing."""
    try:
        saved = _find(request, brief, mark_id)
        section = saved.section if saved else _section(brief, section_slug)
    except Http404:
        return JsonResponse({}, status=404)
    makers, sharing = _upcoming(request, brief)
    bound = {"user": request.user, "section": section, "sharing": sharing, "mark": saved}
    form = MarkForm(QueryDict(request.body), key=mark_id, **bound)
    if not form.is_valid():
        errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
        return JsonResponse({"errors": errors}, status=400)
    try:
        mark, is_new = _keep(form, makers)
    except Stale as stale:
        theirs = stale.theirs
        theirs.section = section
        data = {"yours": form.data.dict(), "theirs": mark_data(theirs), "version": theirs.version}
        return JsonResponse(data, status=410 if theirs.deleted_at else 409)
    return JsonResponse(mark_data(mark), status=201 if is_new else 200)


def _delete(request, brief, section_slug, mark_id):
    """Delete a mark. Deleting it again is the same."""
    try:
        saved = _find(request, brief, mark_id)
    except Http404:
        saved = None
    if saved is None:
        return JsonResponse({}, status=404)
    saved.user = request.user
    saved.remove()
    return JsonResponse({"id": str(mark_id), "deleted": True})


def _keep(form, makers):
    """Save the mark of a valid form: (the mark, whether it is new)."""
    mark = form.mark()
    is_new = mark.keep(started_from=form.cleaned_data["version"], memberships=makers)
    return mark, is_new


def _tell(request, form):
    is_question = form.of_kind == Mark.Kind.QUESTION
    told = _("Question saved.") if is_question else _("Note saved.")
    messages.success(request, told, extra_tags=form.draft)
    if form.is_unshared:
        messages.info(request, _("The meeting has begun, so only you can see this note."))


def _page(request, section, form, mark=None):
    context = {
        "section": section,
        "brief": section.brief,
        "form": form,
        "mark": mark,
        "back": asked_back(request),
    }
    return render(request, "circles/marks/mark_edit.html", context, status=status_of(form))


def _find(request, brief, mark_id):
    """The mark with this id; None if there is none yet.

    Raises:
        Http404: it's someone else's, or on another brief.
    """
    saved = Mark.objects.filter(key=mark_id).select_related("section", "shared_for__circle").first()
    if saved is None:
        return None
    if saved.user_id != request.user.pk or saved.section.brief_id != brief.pk:
        raise Http404
    saved.section.brief = brief
    return saved


def _section(brief, slug):
    """The section with this slug, or that had it before an edition renamed it: what was written
    offline may be sent weeks later."""
    section = brief.sections.known_as(slug)
    if section is None:
        raise Http404
    section.brief = brief
    return section


def _upcoming(request, brief):
    """The person's memberships whose circles count their marks, and the meetings for which a note
    can be shared."""
    upcoming = upcoming_meetings(request.user, brief)
    makers = {membership.pk: membership for membership, _meeting in upcoming}
    return [*makers.values()], Sharing(meeting for _membership, meeting in upcoming)


def _where(brief, section):
    """The section on the reader's own page."""
    return f"{reverse('circles:brief_mine', args=[brief.slug])}#mine-{section.slug}"
