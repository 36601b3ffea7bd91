"""Django's messages about what a person typed, in our words.

A field copies its messages when it's made, so they are replaced before any form is imported
(`accounts/apps.py`, the first app).
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

from .text_fields import TOO_LONG

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NOT_A_CHOICE = _("“%(value)s” isn’t one of the choices. Choose from the list.")
NO_FILE = _("Choose a file.")
FIELDS: dict[type[forms.Field], dict[str, "StrPromise"]] = {
    forms.Field: {"required": _("This is required.")},
    forms.DateField: {"invalid": _("Choose a date.")},
    forms.TimeField: {"invalid": _("Choose a time.")},
    forms.URLField: {"invalid": _("Enter a web address, such as https://example.org.")},
    forms.ChoiceField: {"invalid_choice": NOT_A_CHOICE},
    forms.MultipleChoiceField: {"invalid_choice": NOT_A_CHOICE},
    forms.ModelChoiceField: {
        "invalid_choice": _("That isn’t one of the choices anymore. Choose from the list.")
    },
    forms.ModelMultipleChoiceField: {"invalid_choice": NOT_A_CHOICE},
    forms.FileField: {
        "invalid": NO_FILE,
        "missing": NO_FILE,
        "empty": _("That file is empty. Choose another one."),
    },
}
VALIDATORS: dict[Any, "StrPromise"] = {
    validators.EmailValidator: _("Enter an email address, such as name@example.org."),
    validators.MaxLengthValidator: TOO_LONG,
    validators.MaxValueValidator: _("Enter %(limit_value)s or less."),
    validators.MinValueValidator: _("Enter %(limit_value)s or more."),
    validators.URLValidator: _("Enter a web address, such as https://example.org."),
}


def use_our_words() -> None:
    for field, words in FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    for validator, message in VALIDATORS.items():
        validator.message = message
