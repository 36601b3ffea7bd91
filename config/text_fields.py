"""Form fields for texts that people type, which say how long a text may be."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TOO_LONG = gettext_lazy("Shorten this to %(limit_value)d characters. It has %(show_value)d now.")


class PlainTextField(forms.CharField):
    """Text of several lines. Browsers send CR LF (HTML standard); it is saved with LF."""

    default_error_messages = {"max_length": TOO_LONG}
    widget = forms.Textarea

    # Whether a hint below it says how long it may be. A page of many says it once.
    says_limit = True
    # Whether it holds a text that is longer than `limit`, which was set since.
    is_from_before = False
    limit = 0

    def to_python(self, value: str | None) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").strip()

    def make_room(self, saved: str) -> None:
        """Let a text that was saved before there was a limit stay as long as it is."""
        if self.max_length is None or len(saved) <= self.max_length:
            return
        self.is_from_before = True
        self.limit, self.max_length = self.max_length, len(saved)
        self.validators = [
            MaxLengthValidator(len(saved)) if isinstance(each, MaxLengthValidator) else each
            for each in self.validators
        ]
        self.widget.attrs["maxlength"] = str(len(saved))


class LimitedBoundField(BoundField):
    """Says below a text of several lines how long it may be. Scripts count what is left
    (`static/js/characters-left.js`)."""

    def __init__(self, form: Any, field: Any, name: str) -> None:
        super().__init__(form, field, name)
        is_long = isinstance(field.widget, forms.Textarea) and getattr(field, "max_length", None)
        if is_long and getattr(field, "says_limit", True):
            self.help_text = " ".join(filter(None, [str(self.help_text), limit_hint(field)]))


def limit_hint(field: Any) -> str:
    """How long the text of this field may be, as a sentence."""
    if getattr(field, "is_from_before", False):
        told = _(
            "This was written before the limit of %(limit)s characters. You can shorten it, or "
            "leave it as is."
        )
        return told % {"limit": _grouped(field.limit)}
    return _("Up to %(limit)s characters.") % {"limit": _grouped(field.max_length)}


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


class Renderer(DjangoTemplates):
    """Renders the forms of this site (setting FORM_RENDERER)."""

    bound_field_class = LimitedBoundField
