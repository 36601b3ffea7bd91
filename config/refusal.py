"""Says on the next page why something was not done."""

from django.contrib import messages


def refuse(request, error):
    """Show the messages of a ValidationError at the top of the next page."""
    messages.error(request, " ".join(error.messages))
