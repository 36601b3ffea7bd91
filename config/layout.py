"""Layout objects of forms. Their templates are `templates/full_circle/`."""

from typing import TYPE_CHECKING, Any

from crispy_forms import layout

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Submit(layout.Submit):
    """A button that sends the form.

    Args:
        look: "primary" for what the form is there for, "quiet", or "" for any other
            (`static/css/components/button.css`).
    """

    def __init__(
        self, name: str, value: "StrPromise | str", *, look: str = "primary", **kwargs: Any
    ) -> None:
        self.field_classes = f"button button--{look}" if look else "button"
        super().__init__(name, value, **kwargs)
