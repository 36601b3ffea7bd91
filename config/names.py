"""Initials of a name, for people who are shown as a circle with letters."""

from typing import Any

from django.template import Library

register = Library()


@register.filter
def initials(person: Any) -> str:
    """The first letters of the first and the last word: “Ruth Delgado” is RD, “Ida” is I."""
    words = [word for word in str(person).split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
