"""The WSGI application that gunicorn serves."""

import logging
import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.http import parse_header_parameters

from .limits import check_proxies

# Seconds that a page waits for another writer of an SQLite file.
PATIENCE = 3


class Utf8Request(WSGIRequest):
    """A request that is read as UTF-8, whatever charset it names.

    Django reads the address too by the charset of the body, before anything could refuse one.
    Not every codec that Python knows decodes text, so that would fail.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = found


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
application.request_class = Utf8Request
if "timeout" in (options := connections.settings["default"]["OPTIONS"]):
    options["timeout"] = PATIENCE
# The views and all they import. Else each process would load them for itself, after gunicorn's
# fork, and the first page would wait for it.
import_module(settings.ROOT_URLCONF)

# gunicorn runs no checks.
for problem in check_proxies():
    logging.getLogger(__name__).warning("%s %s", problem.msg, problem.hint)
