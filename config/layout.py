"""Layout objects of forms. Their templates are `templates/full_circle/`."""

from crispy_forms import layout


class Submit(layout.Submit):
    """A button that sends the form.

    Args:
        look: "primary" for what the form is there for, "quiet", or "" for any other
            (`static/css/components/button.css`).
    """

    def __init__(self, name, value, *, look="primary", **kwargs):
        self.field_classes = f"button button--{look}" if look else "button"
        super().__init__(name, value, **kwargs)
