"""The site map as the tests walk it: every route of our own."""

from django.urls import URLPattern, get_resolver, reverse

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


def secret_paths(secret):
    """Every path that lets anyone in who has it, with this as its secret part."""
    names = {"token", "answer_token", "feed_token"}
    paths = [
        reverse(name, kwargs={each: secret if each in names else 7 for each in arguments})
        for name, _view, arguments in routes()
        if names & set(arguments) and name != "circles:invitation_card"
    ]
    return [*paths, f"/poll/{secret}/", f"/guest/{secret}/"]
