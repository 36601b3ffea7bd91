"""What mails have in common, whichever app sends them (`templates/mail/`)."""

import re
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def draw(template: str, context: dict[str, Any]) -> str:
    """The HTML of a mail, with its styles in its tags: many mail programs read no others.

    What stands under `@media` stays in the head, for those that turn dark in the evening.
    """
    html = render_to_string(template, context)
    # Tags leave empty lines behind.
    return INLINER.inline(re.sub(r"\n\s*\n+", "\n", html))


def full_url(path: str) -> str:
    """The whole address of a page of ours, as a link outside the site needs it."""
    return settings.SITE_URL + path
