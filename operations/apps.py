from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        # To import them is to register what an email tells, and a check.
        from .backups import mails  # noqa: F401
        from .health import startup  # noqa: F401
