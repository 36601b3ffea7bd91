"""Says why something was not done."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


class LimitReached(ValidationError):
    """As much was done in a day as is good. A page that doesn't expect it is answered by
    `config.odd_requests.OddRequestsMiddleware`, with all that was typed."""


def refuse(request: HttpRequest, error: ValidationError) -> None:
    """Show the messages of a ValidationError at the top of the next page."""
    messages.error(request, " ".join(error.messages))
