"""What publishing a draft would change, publishing it, and taking an edition back."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.limits import MINUTE, Limit, asker, too_many
from config.odd_requests import read_number
from config.refusal import refuse
from config.when import full_date

from ..editions.load import Refused
from ..models import Brief, Draft, Edition
from . import starts
from .access import draft_editors, editors, page
from .forms import PublishForm
from .places import name_of
from .publishing import Outlook, outlook, planned_return, publish, take_back

# Each compares the whole brief, which takes a second.
OUTLOOKS = Limit("what publishing would change", times=120, seconds=10 * MINUTE)


@draft_editors
def draft_publish(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What would change for readers and circles, with what to fix; and the button to publish."""
    if draft.is_closed:
        return redirect(draft)
    if not OUTLOOKS.take(asker(request)):
        return too_many(request, OUTLOOKS)
    day = starts.next_date(draft.brief.edition) if draft.brief else timezone.localdate()
    ahead = outlook(draft, day)
    if request.method != "POST":
        return _publish_page(request, draft, ahead, _form(draft, ahead, day))
    if "bring_in" in request.POST and draft.brief:
        return _bring_in(request, draft, draft.brief)
    form = _form(draft, ahead, day, request)
    if not form.is_valid():
        return _publish_page(request, draft, ahead, form, status=422)
    said = form.cleaned_data
    try:
        publish(
            draft,
            by=cast(User, request.user),
            day=said["edition"],
            revision=read_number(request.POST.get("revision")) or 0,
            basis=request.POST.get("basis", ""),
            slug=said.get("slug", ""),
        )
    except ValidationError as error:
        refuse(request, error)
        draft.refresh_from_db()
        if draft.is_closed:
            return redirect(draft)
        ahead = outlook(draft, day)
        form = _form(draft, ahead, day)
        return _publish_page(request, draft, ahead, form, status=409)
    except Refused as error:
        for finding in error.findings:
            messages.error(request, f"{finding.what} {finding.remedy}")
        return _publish_page(request, draft, ahead, form, status=422)
    _tell_published(request, draft)
    return redirect("admin:briefs_brief_change", draft.brief_id)


def _bring_in(request: HttpRequest, draft: Draft, brief: Brief) -> HttpResponse:
    """Add to the draft what was changed in its brief since it began."""
    try:
        both = draft.bring_in(starts.settled(brief), by=cast(User, request.user))
    except ValidationError as error:
        refuse(request, error)
        return redirect(draft)
    messages.success(request, _("Added. The draft now has what was changed in the brief."))
    if both:
        names = ", ".join(f"“{name_of(part)}”" for part in both)
        said = _("Changed in both, so the draft keeps its own: %s. Compare them below.")
        messages.warning(request, said % names)
    return redirect(request.path)


def _form(
    draft: Draft, ahead: Outlook, day: date, request: HttpRequest | None = None
) -> PublishForm:
    return PublishForm(
        request.POST if request else None,
        initial={"edition": day, "slug": starts.slug_for(draft)},
        after=draft.brief.edition if draft.brief else None,
        differs=bool(ahead.since),
        is_new=not draft.brief_id,
        is_taken=draft.is_name_taken,
    )


def _publish_page(
    request: HttpRequest, draft: Draft, ahead: Outlook, form: PublishForm, *, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "draft_publish",
        draft,
        status=status,
        title=_("Publish"),
        ahead=ahead,
        plan=ahead.planned,
        form=form,
    )


def _tell_published(request: HttpRequest, draft: Draft) -> None:
    brief = cast(Brief, draft.brief)
    names = {"title": brief.title, "day": full_date(brief.edition)}
    if brief.audience == Brief.Audience.EDITORS:
        said = _("Published: the %(day)s edition of “%(title)s.” Only editors can see it so far.")
    else:
        said = _("Published: the %(day)s edition of “%(title)s.” Its readers can see it now.")
    messages.success(request, said % names)


@editors
def edition_take_back(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Go back to an earlier edition, after a question."""
    edition = get_object_or_404(Edition.objects.select_related("brief"), pk=edition_id)
    brief = edition.brief
    if edition == brief.editions.first():
        messages.warning(request, _("This is the current edition. There’s nothing to take back."))
        return redirect("admin:briefs_brief_change", brief.pk)
    if not OUTLOOKS.take(asker(request)):
        return too_many(request, OUTLOOKS)
    if request.method == "POST":
        try:
            new = take_back(
                edition, by=cast(User, request.user), basis=request.POST.get("basis", "")
            )
        except ValidationError as error:
            refuse(request, error)
        except Refused as error:
            for finding in error.findings:
                messages.error(request, f"{finding.what} {finding.remedy}")
        else:
            said = _("Taken back. The text of %(old)s is now the %(new)s edition.")
            names = {"old": full_date(edition.date), "new": full_date(new.date)}
            messages.success(request, said % names)
            return redirect("admin:briefs_brief_change", brief.pk)
    planned, basis = planned_return(edition)
    return page(
        request,
        "edition_take_back",
        title=_("Go back to this edition?"),
        edition=edition,
        brief=brief,
        plan=planned,
        sections=[(change, "") for change in planned.changes.with_texts],
        basis=basis,
        day=starts.next_date(brief.edition),
    )
