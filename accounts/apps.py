from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from config.form_words import use_our_words
from config.limits import check_proxies

use_our_words()


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        checks.register(check_proxies, checks.Tags.security)
        from . import sign_in_log

        sign_in_log.connect()
