"""How a management command ends that fails."""

import sys
from types import TracebackType

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from .logs import mask, print_masked, tell
from .outages import outage_of


def print_fault(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print why a command failed (for `sys.excepthook`).

    A wrong setting, and what is out of order around the app, get one sentence. All else is a
    masked traceback.
    """
    outage = outage_of(error) if apps.ready else None
    if outage:
        sys.stderr.write(f"{outage.begins}: {tell(error)}\n")
    elif isinstance(error, ImproperlyConfigured):
        sys.stderr.write(f"{mask(str(error))}\n")
    else:
        print_masked(kind, error, trace)
