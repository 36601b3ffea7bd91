"""Layout objects for crispy forms. Their templates are in `templates/full_circle/`."""

from typing import TYPE_CHECKING, Any

from crispy_forms import layout
from crispy_forms.utils import TEMPLATE_PACK
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Folded(layout.Div):
    """Fields that few people need, in a part that opens.

    Args:
        summary: what is in it.
        fields: as of any layout object.
        is_open: something in it is filled in, or has to be fixed.
    """

    template = "%s/layout/folded.html"

    def __init__(self, summary: "StrPromise | str", *fields: Any, is_open: bool) -> None:
        super().__init__(*fields)
        self.summary, self.is_open = summary, is_open


class Hint(layout.TemplateNameMixin):
    """A sentence in small type among the fields.

    Args:
        words: the sentence.
    """

    template = "%s/layout/hint.html"

    def __init__(self, words: "StrPromise | str") -> None:
        self.words = words

    def render(
        self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **_kwargs: Any
    ) -> str:
        return render_to_string(self.get_template_name(template_pack), {"words": self.words})


class Submit(layout.Submit):
    """A button that sends the form.

    Args:
        name: the name that the button sends.
        value: its label.
        look: "primary" for the main button, "quiet", or "" for a plain one
            (`static/css/components/button.css`).
    """

    def __init__(
        self, name: str, value: "StrPromise | str", *, look: str = "primary", **kwargs: Any
    ) -> None:
        self.field_classes = f"button button--{look}" if look else "button"
        super().__init__(name, value, **kwargs)
