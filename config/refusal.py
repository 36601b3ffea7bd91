"""Says on the next page why something was not done."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def refuse(request: HttpRequest, error: ValidationError) -> None:
    """Show the messages of a ValidationError at the top of the next page."""
    messages.error(request, " ".join(error.messages))
