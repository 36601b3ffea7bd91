"""Access control for everything in a circle: these decorators are the whole policy.

Each decorator passes what it guards (the circle, the invitation) to the view. The view gets it
no other way and reaches everything else through it (`circle.meetings`). A stranger, admins
included, gets 404, so that no one can guess which circles exist. A member without the role
gets 403 with the reason.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from briefs.models import Brief
from briefs.page.state import OfPage
from config.access import is_sent_by_another
from config.limits import UNKNOWN_LINKS, refuse_guessers, visitor
from config.odd_requests import LONGEST_NUMBER
from config.prepared import prepared
from config.requests import View

from . import signed_links
from .inviting.sign_up import find_request
from .models import CalendarFeed, Invitation, Mail, Meeting, Membership

if TYPE_CHECKING:
    from .models import Circle


Response = TypeVar("Response", bound=HttpResponseBase)


class MemberRequest(HttpRequest):
    """A request to a page of a circle, as `members` and `facilitators` pass it on."""

    membership: Membership


@prepared
def _memberships(user: int, slug: str) -> QuerySet[Membership]:
    current = Membership.objects.current().select_related("circle")
    return current.filter(user=user, circle__slug=slug)


@prepared
def _meetings(
    circle: int, number: int, *, drafts: bool, reads_brief: bool, sees_emails: bool
) -> "QuerySet[Meeting]":
    meetings = Meeting.objects.seen(drafts=drafts).select_related("brief")
    if sees_emails:
        emails = Mail.objects.waiting().filter(meeting=OuterRef("pk"))
        meetings = meetings.annotate(has_emails=Exists(emails))
    if reads_brief:
        meetings = meetings.annotate(brief_state=OfPage("brief"))
    else:
        meetings = meetings.defer(*(f"brief__{name}" for name in Brief.LONG))
    return meetings.filter(circle=circle, number=number)


def _circle_page(role: Membership.Role, name: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: MemberRequest, circle_slug: str, **kwargs: Any) -> HttpResponseBase:
            if is_sent_by_another(request):
                return HttpResponse(status=401)
            found = _memberships(request.user.pk, circle_slug)  # type: ignore[arg-type]  # signed in
            if not found:
                raise Http404
            request.membership = found[0]
            request.membership.user = request.user  # type: ignore[assignment]  # signed in
            if request.membership.role < role:
                raise PermissionDenied(
                    _("Only facilitators of this circle can do that. Ask one of them for help.")
                )
            response = view(request, request.membership.circle, **kwargs)
            # Only this browser may cache it. Not no-store: Back must restore what was typed.
            # Pages with notes are never cached (`never_cache`); their forms keep drafts.
            patch_cache_control(response, private=True)
            return response

        wrapper.access = name  # type: ignore[attr-defined]  # for the table of access
        return wrapper

    return decorate


members = _circle_page(Membership.Role.MEMBER, "members")
facilitators = _circle_page(Membership.Role.FACILITATOR, "facilitators")


def facilitators_or_leader(view: View) -> View:
    """Admit facilitators and the leader of the meeting, and pass the meeting to the view.

    A draft is for facilitators only, and not for its leader.
    """

    @members
    @wraps(view)
    def wrapper(
        request: MemberRequest, circle: "Circle", meeting_number: int, **kwargs: Any
    ) -> HttpResponseBase:
        meeting = find_meeting(request, circle, meeting_number)
        if not meeting.is_led_by(request.membership):
            raise PermissionDenied(
                _("Only facilitators and the leader of this meeting can do that.")
            )
        return view(request, meeting, **kwargs)

    wrapper.access = "facilitators or leader"  # type: ignore[attr-defined]  # for the table
    return wrapper


def link_holders(view: View) -> View:
    """Admit anyone with the link of an open invitation, and pass the invitation to the view.

    People who joined with the link may open it again. A link that is unknown, revoked, used or
    expired gets a page (410) that says so and what to do, and reveals nothing about the circle.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        invitation = Invitation.objects.by_token(token).first()
        if invitation is None:
            UNKNOWN_LINKS.take(visitor(request))
        if invitation is None or not invitation.opens_for(request.user):
            context = {"invitation": invitation}
            response: HttpResponseBase = render(
                request, "circles/invitations/invitation_closed.html", context, status=410
            )
        else:
            response = view(request, invitation, token=token, **kwargs)
        return keep_unlisted(response)

    wrapper.access = "link holders"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(refuse_guessers(wrapper))


def start_link_holders(view: View) -> View:
    """Admit anyone with the link of an open invitation to start a circle, and pass the request
    that it answers to the view. Any other link gets a page (410) that says what to do."""

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponseBase:
        asked = find_request(token)
        if asked is None:
            UNKNOWN_LINKS.take(visitor(request))
        if asked is None or not asked.is_open:
            page = "circles/circle_requests/start_closed.html"
            response: HttpResponseBase = render(request, page, {"invitation": asked}, status=410)
        else:
            response = view(request, asked, token=token)
        response["Referrer-Policy"] = "same-origin"
        return keep_unlisted(response)

    wrapper.access = "start link holders"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(refuse_guessers(wrapper))


def answer_link_holders(view: View) -> View:
    """Admit anyone with a member's RSVP link for one meeting, from an email.

    The view gets the membership and the meeting; the link opens nothing else. It works until
    the membership ends, or `Meeting.LINKS_LAST` after the meeting. Otherwise a page (410) says
    what is wrong and what to do, and reveals nothing about the circle.

    Only the token counts, not a session or a cookie: anyone who could forge a form for it
    already has it. So it needs no CSRF token, and it works where cookies are refused.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, answer_token: str, **kwargs: Any) -> HttpResponseBase:
        membership, meeting, fault = _read_answer_link(answer_token)
        if fault == "unknown":
            UNKNOWN_LINKS.take(visitor(request))
        if fault:
            context = {"was_known": fault != "unknown", "why": WHY_CLOSED[fault]}
            response: HttpResponseBase = render(
                request, "circles/rsvps/rsvp_closed.html", context, status=410
            )
        else:
            response = view(request, membership, meeting, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return keep_unlisted(response)

    wrapper.access = "answer link holders"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(csrf_exempt(refuse_guessers(wrapper)))


WHY_CLOSED = {
    "unknown": gettext_lazy(
        "It may be incomplete or mistyped. Copy the whole link from the email and try again, or "
        "sign in and RSVP there."
    ),
    "left": gettext_lazy(
        "The person it was sent to is no longer in that circle. If that’s a mistake, ask your "
        "facilitator."
    ),
    "gone": gettext_lazy("That meeting is no longer scheduled. Sign in to see what’s next."),
    "over": gettext_lazy("That meeting is over. Sign in to see what’s next."),
}


def _read_answer_link(token: str) -> "tuple[Membership | None, Meeting | None, str]":
    """Read an RSVP link's token as (membership, meeting, fault).

    The fault is a word that the template knows; it is empty if the link works.
    """
    try:
        membership_id, meeting_id = signed_links.unsign("rsvp", token)
    except (signed_links.BadLink, ValueError):
        return None, None, "unknown"
    current = Membership.objects.current().filter(user__is_active=True)
    membership = current.select_related("circle", "user").filter(pk=membership_id).first()
    if membership is None:
        return None, None, "left"
    announced = membership.circle.meetings.exclude(scheduled_at=None).with_brief()
    meeting = announced.filter(pk=meeting_id).first()
    if meeting is None:
        return None, None, "gone"
    return membership, meeting, "over" if meeting.closes_links else ""


def feed_holders(view: View) -> View:
    """Admit anyone with the URL of a calendar feed; mostly this is a program.

    The view gets the feed and its memberships. An unknown URL gets 404. A revoked one, or one
    whose person has left the circle, gets 410. The page says what to do and reveals nothing
    about the circle. No session or cookie is needed.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, feed_token: str) -> HttpResponseBase:
        feed = CalendarFeed.objects.by_token(feed_token).first()
        if feed is None:
            UNKNOWN_LINKS.take(visitor(request))
        memberships = feed.find_memberships() if feed else None
        if memberships is None:
            page, status = "circles/calendars/calendar_closed.html", 410 if feed else 404
            response: HttpResponseBase = render(request, page, {"feed": feed}, status=status)
            keep_unlisted(response)
        else:
            response = view(request, feed, memberships)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    wrapper.access = "feed holders"  # type: ignore[attr-defined]  # for the table of access
    return login_not_required(refuse_guessers(wrapper))


def keep_unlisted(response: Response) -> Response:
    """Keep a page with a secret URL out of caches and search engines."""
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def mail_readers(view: View) -> View:
    """Admit anyone with the link in the footer of an email.

    The view gets the recipient: a person or an invitation. The link opens the email settings
    and nothing else. Email programs may post to it by themselves (RFC 8058), so only the token
    counts.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponseBase:
        reader = _mail_reader(token)
        if reader is None:
            UNKNOWN_LINKS.take(visitor(request))
            return render(request, "circles/mails/mail_closed.html", status=410)
        response = view(request, reader, token=token)
        patch_cache_control(response, private=True, no_store=True)
        return response

    wrapper.access = "mail readers"  # type: ignore[attr-defined]  # for the table of access
    return csrf_exempt(login_not_required(refuse_guessers(wrapper)))


def _mail_reader(token: str) -> Invitation | User | None:
    if person := signed_links.find_mail_reader(token):
        return person
    try:
        (pk,) = signed_links.unsign("decline", token)
    except (signed_links.BadLink, ValueError):
        return None
    return Invitation.objects.exclude(email="").select_related("circle").filter(pk=pk).first()


def find_meeting(
    request: MemberRequest,
    circle: "Circle",
    number: int,
    *,
    reads_brief: bool = False,
    sees_emails: bool = False,
) -> "Meeting":
    """The circle's meeting with this number. The long texts of its brief aren't read before
    someone asks for them, unless the page `reads_brief`: then the brief has its `state`, too. If
    the page `sees_emails`, the meeting knows for facilitators whether any wait (`has_emails`).

    Raises:
        Http404: there is none, or this person may not see it, such as a member a draft.
    """
    drafts = request.membership.is_facilitator
    # The database refuses a number of thirty digits.
    number = min(number, 10**LONGEST_NUMBER)
    sees_emails = sees_emails and drafts
    shape = {"drafts": drafts, "reads_brief": reads_brief, "sees_emails": sees_emails}
    found = _meetings(circle.pk, number, **shape)
    if not found:
        raise Http404
    meeting = found[0]
    meeting.circle = circle
    if reads_brief and meeting.brief:
        meeting.brief.state = meeting.brief_state  # type: ignore[attr-defined]  # annotated
    return meeting
