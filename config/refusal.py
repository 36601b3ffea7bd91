"""Why something was not done, told on the next page."""

from django.contrib import messages


def refuse(request, error):
    """Put the sentences of a ValidationError into the messages of the next page."""
    messages.error(request, " ".join(error.messages))
