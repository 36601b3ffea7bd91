"""The pages on which readers report a mistake in a section."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from config.back import back_to
from config.limits import DAY, Limit, asker
from config.odd_requests import read_word
from config.texts import PARAGRAPH

from ..access import readers
from ..models import Brief, MistakeReport, Section
from .forms import MistakeForm

BY_READER = Limit("reports of mistakes", times=20, seconds=DAY)
# So that no one's mailbox is filled with answers that they didn't ask for.
FOR_ADDRESS = Limit("reports of mistakes for an address", times=5, seconds=DAY)
# The editors read them all. Visitors can't always be told apart.
OF_ALL = Limit("reports of mistakes of all", times=300, seconds=DAY)


@readers
@never_cache
def mistake_create(request: HttpRequest, brief: Brief, section_slug: str) -> HttpResponse:
    """Report a mistake in a section; `?quote=` is the sentence where it stands."""
    section = _section(brief, section_slug)
    quote = read_word(request.GET.get("quote")).strip()[:PARAGRAPH]
    form = MistakeForm(
        request.POST or None, section=section, user=request.user, initial={"quote": quote}
    )
    if form.is_valid():
        if _may_send(request, form.instance):
            MistakeReport.objects.send(form.instance)
            sent = reverse("briefs:mistake_sent", args=[brief.slug, section.slug])
            return redirect(f"{sent}?{urlencode({'next': back_to(request, section)})}")
        form.add_error(None, _("That’s a lot of reports for one day. Send yours again tomorrow."))
    context = {"brief": brief, "section": section, "form": form}
    status = 422 if form.errors else 200
    return render(request, "briefs/mistake_create.html", context, status=status)


@readers
@never_cache
def mistake_sent(request: HttpRequest, brief: Brief, section_slug: str) -> HttpResponse:
    """Thanks for a report, and the way back to where its reader was."""
    section = _section(brief, section_slug)
    context = {"brief": brief, "section": section, "back": back_to(request, section)}
    return render(request, "briefs/mistake_sent.html", context)


def _section(brief: Brief, slug: str) -> Section:
    section = get_object_or_404(brief.sections.in_edition().exclude(body=""), slug=slug)
    section.brief = brief
    return section


def _may_send(request: HttpRequest, report: MistakeReport) -> bool:
    counted = [(BY_READER, asker(request)), (FOR_ADDRESS, report.email), (OF_ALL, "everyone")]
    return all(limit.take(who) for limit, who in counted)
