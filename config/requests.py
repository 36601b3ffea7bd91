"""Types of requests and views, for annotations."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

View = Callable[..., HttpResponseBase]


class HtmxRequest(HttpRequest):
    """A request with the attribute that django-htmx adds."""

    htmx: HtmxDetails
