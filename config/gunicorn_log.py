"""How gunicorn logs: in the same form as the app, and masked in the same way."""

import logging.handlers
from typing import Any

from gunicorn.glogging import Logger

from .logs import Masked, RequestId, mask


class MaskedLogger(Logger):
    """Writes gunicorn's lines, those of an access log too, whatever format it has."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, Masked(), stream)
        self._number(log)

    def _set_syslog_handler(self, log: Any, *args: Any) -> None:
        super()._set_syslog_handler(log, *args)
        for handler in log.handlers:
            if isinstance(handler, logging.handlers.SysLogHandler):
                handler.setFormatter(Masked())
        self._number(log)

    def atoms(self, *args: Any) -> dict[str, Any]:
        """The parts of an access line: masked, and without queries, headers and cookies."""
        found = super().atoms(*args)
        return {
            name: mask(value) if isinstance(value, str) else value
            for name, value in found.items()
            if not name.startswith("{") or name == "{x-request-id}o"
        } | {"q": ""}

    def _number(self, log: Any) -> None:
        for handler in log.handlers:
            if not any(isinstance(known, RequestId) for known in handler.filters):
                handler.addFilter(RequestId())
