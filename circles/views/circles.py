"""The front door, and a circle as a whole."""

from django.http import HttpResponse

from config.access import public, signed_in

from ..access import facilitators, members


@public
def home(request):
    return HttpResponse()


@public
def health(request):
    return HttpResponse()


@signed_in
def circle_list(request):
    return HttpResponse()


@signed_in
def circle_create(request):
    return HttpResponse()


@members
def circle_detail(request, circle):
    return HttpResponse()


@facilitators
def circle_edit(request, circle):
    return HttpResponse()
