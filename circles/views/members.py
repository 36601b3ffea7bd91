"""Who is in a circle, and how one comes in and goes."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from ..access import facilitators, link_holders, members


@link_holders
def invitation_accept(request, invitation, token):
    return HttpResponse()


@members
def circle_leave(request, circle):
    return HttpResponse()


@members
def member_list(request, circle):
    return HttpResponse()


@facilitators
@require_POST
def member_role(request, circle, membership_id):
    return HttpResponse()


@facilitators
@require_POST
def member_approve(request, circle, membership_id):
    return HttpResponse()


@facilitators
def member_remove(request, circle, membership_id):
    return HttpResponse()


@facilitators
def invitation_create(request, circle):
    return HttpResponse()


@facilitators
@require_POST
def invitation_link_create(request, circle):
    return HttpResponse()


@facilitators
@require_POST
def invitation_revoke(request, circle, invitation_id):
    return HttpResponse()
