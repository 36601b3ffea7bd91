"""Why something was not done, told on the next page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def refuse(request: HttpRequest, error: ValidationError) -> None:
    """Put the sentences of a ValidationError into the messages of the next page."""
    messages.error(request, " ".join(error.messages))
