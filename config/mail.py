"""What every email needs, whichever app sends it: its HTML (`templates/mail/`), its links, and
which errors mean that a mail server didn't take it."""

import re
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

MAIL_FAILURES = (SMTPException, OSError)
# Those of them that are about one email, such as a mistyped address. Others may go.
REFUSALS_OF_ONE = (SMTPRecipientsRefused, SMTPDataError)
INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def draw(template: str, context: dict[str, Any]) -> str:
    """The HTML of an email, with its styles inline, as many email programs ignore <style>.

    Rules under `@media` stay in the head, for email programs with a dark mode.

    Args:
        template: the name of the template.
        context: its context.
    """
    html = render_to_string(template, context)
    # Template tags leave empty lines.
    return INLINER.inline(re.sub(r"\n\s*\n+", "\n", html))


def full_url(path: str) -> str:
    """The whole address of a page of ours, as a link outside the site needs it."""
    return settings.SITE_URL + path
