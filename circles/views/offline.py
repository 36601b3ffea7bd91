"""What browsers need to show pages offline: see static/js/offline/."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from briefs.access import signed_in_readers
from config.access import public
from config.when import month_day

from ..reading.progress import ReadingProgress


@public
def service_worker(request):
    """The script that keeps pages and serves them offline.

    Its URL is at the root, because a service worker controls only pages below its own path
    (W3C Service Workers, “Service-Worker-Allowed”).
    """
    script = Path(str(finders.find("js/offline/service-worker.js")))
    response = HttpResponse(script.read_bytes(), content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@public
def offline(request):
    """The page in place of one that isn't kept on the device: the same for everyone."""
    response = HttpResponse(render_to_string("circles/offline.html"))
    response["Cache-Control"] = "no-cache"
    return response


@signed_in_readers
@never_cache
def brief_offline(request, brief):
    """What a reader's device keeps of a brief, so that it opens offline.

    `pages` are the addresses of the brief and of the reader's own reading of it. `parts` are the
    answers to what htmx loads into these pages, by address, so that they needn't be asked for one
    by one. `asks` says that the reader must agree first.
    """
    progress = ReadingProgress.gather(request.user, brief)
    mine = reverse("circles:brief_mine", args=[brief.slug])
    parts = {mine: _part(request, "_mine_layer", progress)}
    parts[f"{mine}?at=cover"] = _part(request, "_mine_cover_layer", progress)
    for row in progress.sections:
        slug = row.section.slug
        more = {"row": row, "place": progress.place(slug)}
        parts[f"{mine}?at={slug}"] = _part(request, "_mine_section_layer", progress, **more)
    cover, own = brief.get_absolute_url(), _own_links(progress)
    found = {
        "asks": bool(brief.advisory),
        "links": [{"address": cover, "name": brief.title}, *own],
        "pages": [
            cover,
            reverse("briefs:brief_all", args=[brief.slug]),
            mine,
            *(row.section.address(brief) for row in progress.sections),
            *(link["address"] for link in own),
            *(asked.url for asked in progress.readings),
        ],
        "parts": parts,
    }
    return JsonResponse(found)


def _part(request, name, progress, **more):
    context = {"progress": progress, **more}
    return render_to_string(f"circles/margins/{name}.html", context, request)


def _own_links(progress):
    """The reader's own reading for each coming meeting on the brief."""
    return [
        {
            "address": reverse(
                "circles:reading_detail", args=[meeting.circle.slug, meeting.number]
            ),
            "name": _("Your reading for %s") % month_day(meeting),
        }
        for meeting, _readings in progress.by_meeting
    ]
