"""The site map as the tests walk it: every route of our own."""

from django.urls import URLPattern, get_resolver

# The third-party routes decide for themselves and have their own tests; the admin's too.
OTHERS = ("account_", "mfa_")


def routes(patterns=None, namespace="", arguments=()):
    """Every named route of our own: its name, its view, the names of its arguments."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        wanted = (*arguments, *entry.pattern.converters)
        if isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}"
            if not name.startswith(OTHERS):
                yield name, entry.callback, wanted
        elif (entry.namespace or "") != "admin":
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry.url_patterns, inner, wanted)
