"""Meetings in people's own calendars: a file, and URLs to subscribe to."""

import hashlib

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.access import signed_in
from config.mail import full_url
from config.odd_requests import read_word

from ..access import answer_link_holders, feed_holders, find_meeting, keep_unlisted, members
from ..calendars import ical
from ..models import CalendarFeed, Circle, Meeting


@members
def calendar_file(request, circle, meeting_number):
    """One meeting as a file. Drafts are in no calendar."""
    meeting = find_meeting(request, circle, meeting_number)
    meeting = get_object_or_404(circle.meetings.in_calendars().with_brief(), pk=meeting.pk)
    response = HttpResponse(ical.meeting_file(meeting), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.number}.ics"'
    return response


@answer_link_holders
def rsvp_calendar(request, membership, meeting):
    """One meeting as a file, for who has the RSVP link of an email."""
    content = ical.meeting_file(meeting, membership=membership)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.number}.ics"'
    return response


@feed_holders
@require_safe
def calendar_feed(request, feed, memberships):
    """The feed that a calendar program fetches, about every hour."""
    circles = [membership.circle_id for membership in memberships]
    meetings = Meeting.objects.in_calendars().with_brief().filter(circle__in=circles)
    own = {} if feed.circle_id else {each.circle_id: each for each in memberships}
    name = str(feed.circle) if feed.circle_id else _("My circles")
    content = ical.feed_file(name, meetings, own)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    response["ETag"] = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=response["ETag"], response=response)


@signed_in
def calendar_list(request):
    """A person's feed URLs: one for all their circles, and one for each."""
    feeds = {feed.circle_id: feed for feed in request.user.calendar_feeds.open()}
    circles = [(circle, feeds.get(circle.pk)) for circle in Circle.objects.joined_by(request.user)]
    context = {"circles": circles, "mine": feeds.get(None)}
    return render(request, "circles/calendars/calendar_list.html", context)


@signed_in
def calendar_create(request):
    """Create a feed URL for all circles or the named one. The earlier one stops working, so GET
    asks first."""
    named, circle = request.POST.get("circle") or request.GET.get("circle"), None
    if named:
        joined = Circle.objects.joined_by(request.user)
        circle = get_object_or_404(joined, slug=read_word(named))
    if request.method == "POST":
        _feed, token = CalendarFeed.objects.issue(request.user, circle)
        return redirect("circles:calendar_made", token)
    question = {
        "title": _("Create a new link for “%s”?") % (circle or _("All my circles")),
        "lede": _(
            "The old link stops working. Calendars that use it stop updating, until you subscribe "
            "again on each device. You can’t undo this."
        ),
        "button": _("Create new link"),
    }
    if circle:
        question |= {"name": "circle", "value": circle.slug}
    return _ask(request, question)


def _ask(request, question):
    context = {**question, "back": reverse("circles:calendar_list"), "danger": True}
    return render(request, "confirm_page.html", context)


@signed_in
def calendar_made(request, feed_token):
    """The new URL, shown to the person who created it, and how to subscribe."""
    own = request.user.calendar_feeds.open().by_token(feed_token)
    feed = get_object_or_404(own)
    address = full_url(reverse("circles:calendar_feed", args=[feed_token]))
    name = str(feed.circle) if feed.circle_id else _("My circles")
    context = {
        "feed": feed,
        "address": address,
        "links": ical.subscribing_links(address, name),
    }
    return keep_unlisted(render(request, "circles/calendars/calendar_made.html", context))


@signed_in
def calendar_revoke(request, feed_id):
    """Turn off a feed URL. GET asks."""
    feed = get_object_or_404(request.user.calendar_feeds.open(), pk=feed_id)
    if request.method != "POST":
        question = {
            "title": _("Turn off the link for “%s”?") % feed,
            "lede": _(
                "Calendars that use it stop updating. You can’t undo this, but you can create a "
                "new link."
            ),
            "button": _("Turn off link"),
        }
        return _ask(request, question)
    feed.revoke()
    messages.success(
        request, _("That link is turned off. Calendars that use it will stop updating.")
    )
    return redirect("circles:calendar_list")
