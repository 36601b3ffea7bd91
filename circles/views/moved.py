"""Paths that pages had before. Each leads on to where the page is now."""

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from config.access import public


class Onward(HttpResponsePermanentRedirect):
    """What was sent is sent on, as a page opened before an upgrade still sends it here."""

    status_code = 308


def to(name):
    """A view that leads to the page of this name, with its arguments and its query.

    It looks at nothing: who may is asked where it leads, and so is the CSRF token.
    """

    @csrf_exempt
    @public
    def moved(request, **arguments):
        url = reverse(f"circles:{name}", kwargs=arguments)
        query = request.META.get("QUERY_STRING", "")
        is_read = request.method in ("GET", "HEAD")
        redirect = HttpResponsePermanentRedirect if is_read else Onward
        return redirect(f"{url}?{query}" if query else url)

    return moved
