"""Who changed what in a circle."""

from django.core.paginator import Paginator
from django.shortcuts import render

from ..access import members

EVENTS_A_PAGE = 50


@members
def event_list(request, circle):
    """Changes in roles, members, invitations, privacy and settings, for every member."""
    pages = Paginator(circle.events.with_people(), EVENTS_A_PAGE)
    context = {
        "circle": circle,
        "tab": "members",
        "page": pages.get_page(request.GET.get("page")),
    }
    return render(request, "circles/events/event_list.html", context)
