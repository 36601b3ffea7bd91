"""What a log line looks like, and what it never carries: tokens, addresses, words of people.

A line has the time (UTC), the level, the logger and the id of the request, which error pages
show. Everything is masked when it's written, so it doesn't matter which logger or library says
it. This module needs no settings: gunicorn loads it before the app (`gunicorn.conf.py`).
"""

import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured

# The id of the request that this thread answers, or answered last; "-" outside of requests.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

GONE = "…"

_SLASH = r"(?:/|%2F)"
# Paths whose next part is a secret. A word that is a route of ours stays.
_SECRET_PATHS = (
    rf"(?P<path>{_SLASH}(?:join|start|rsvp|poll|guest|mail|calendar(?:{_SLASH}made)?|card"
    rf"|address(?:{_SLASH}undo)?"
    rf"|confirm-email|reset{_SLASH}key){_SLASH})"
    r"(?!(?:new|made|record|revoke)\b)[^/\s?#%&\"'<>]+"
)
# Letters of an address; not GONE, so that the host after a password that is gone stays.
_LETTERS = rf"[^\s<>()\[\]{{}},;:\"'=/{GONE}]+"
_RULES = [
    # What a database says about the values of a row. It may run over several lines.
    (re.compile(r"\s*\b(?:DETAIL|CONTEXT|STATEMENT|LINE \d+): .*", re.DOTALL), ""),
    # The user and password in a URL.
    (re.compile(r"(?P<scheme>[a-z][\w+.-]*://)[^/\s@]+@"), rf"\g<scheme>{GONE}@"),
    (re.compile(_SECRET_PATHS, re.IGNORECASE), rf"\g<path>{GONE}"),
    # The query of a path: what people search for, tickets, other paths.
    (re.compile(r"(?P<before>/[^\s?\"']*\?)[^\s\"']+"), rf"\g<before>{GONE}"),
    # Signed ids (`circles/signed_links.py`), and tokens that are printed on cards.
    (re.compile(r"\b\d+(?:-\d+)*\.[\w-]{40,}"), GONE),
    (re.compile(r"\b[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){3}\b"), GONE),
    (re.compile(f"<?{_LETTERS}(?:@|%40){_LETTERS}>?"), "<address>"),
]

# Exceptions whose messages quote code or settings. Others may quote what people typed.
_ABOUT_CODE = (AttributeError, ImportError, NameError, ImproperlyConfigured)
_QUOTED = re.compile(
    r"(?P<of>\b(?:constraint|relation|column|table|index|type|field|function|module|database) )?"
    r"(?:'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|“[^”]*”?)",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """The text without tokens, email addresses, passwords and values of rows."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text


def tell(error: BaseException) -> str:
    """An exception's kind and its message, without what people typed.

    Only the first line is told, as databases quote the row in the next ones. Quoted words go,
    unless they name a part of the database or of the code.
    """
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    message = next(iter(str(error).splitlines()), "")
    if not isinstance(error, _ABOUT_CODE):
        message = _QUOTED.sub(lambda found: found[0] if found["of"] else f"“{GONE}”", message)
    return f"{name}: {mask(message)}" if message else name


def traceback_of(error: BaseException) -> str:
    """The traceback of an exception and of those that led to it: lines of code, no values."""
    chain: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and step not in chain:
        chain.append(step)
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    parts = [
        "".join(
            ["Traceback:\n", *traceback.format_tb(found.__traceback__), tell(found)],
        )
        for found in reversed(chain)
    ]
    return "\nwhich led to\n".join(parts)


class RequestId(logging.Filter):
    """Gives every record the id of the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class Untold(logging.Filter):
    """Leaves out Django's line about each answer with status 503. Whoever gives one has said why,
    once (`config/outages.py`)."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != 503


class Masked(logging.Formatter):
    """Writes a record, with the same head on each of its lines, so that all of them are found
    by the id and no value can pass for a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        text = mask(record.getMessage())
        if record.exc_info and record.exc_info[1]:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        if record.stack_info:
            text = f"{text}\n{mask(record.stack_info)}"
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told_id = getattr(record, "request_id", None) or request_id.get()
        head = f"{when} {record.levelname} {record.name} [{told_id}] "
        return "\n".join(head + line for line in text.splitlines() or [""])

    def formatException(  # noqa: N802  # the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return traceback_of(ei[1]) if ei[1] else ""


def print_masked(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an exception that ends a command, as a log line."""
    if issubclass(kind, KeyboardInterrupt):
        return
    found = (kind, error, trace)
    record = logging.LogRecord(
        "config.command", logging.CRITICAL, __file__, 0, "The command failed", None, found
    )
    sys.stderr.write(Masked().format(record) + "\n")


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "config.logs.RequestId"},
        "untold": {"()": "config.logs.Untold"},
    },
    "formatters": {"masked": {"()": "config.logs.Masked"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "masked",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django would mail errors to admins, with what was posted. Nothing is mailed.
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.request": {"filters": ["untold"]},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "accounts": {"level": "INFO"},
        "briefs": {"level": "INFO"},
        "circles": {"level": "INFO"},
        "config": {"level": "INFO"},
        "operations": {"level": "INFO"},
    },
}
