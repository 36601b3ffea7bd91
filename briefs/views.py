"""The pages of briefs."""

from django.http import HttpResponse

from config.access import public

from .access import readers


@public
def brief_list(request):
    return HttpResponse()


@readers
def brief_detail(request, brief):
    return HttpResponse()
