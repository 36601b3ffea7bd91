"""Layout objects for crispy forms. Their templates are in `templates/full_circle/`."""

from crispy_forms import layout


class Submit(layout.Submit):
    """A button that sends the form.

    Args:
        name: the name that the button sends.
        value: its label.
        look: "primary" for the main button, "quiet", or "" for a plain one
            (`static/css/components/button.css`).
    """

    def __init__(self, name, value, *, look="primary", **kwargs):
        self.field_classes = f"button button--{look}" if look else "button"
        super().__init__(name, value, **kwargs)
