"""Redirects from the old paths of pages."""

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from config.access import public


class Onward(HttpResponsePermanentRedirect):
    """A permanent redirect that keeps method and body (308, RFC 9110, section 15.4.9).

    Pages that were open during an upgrade still send forms to the old path.
    """

    status_code = 308


def to(name):
    """A view that redirects to the page with this name, with the same arguments and query.

    It checks nothing: the target checks access and the CSRF token.
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
