"""Django's rules for passwords, in our words."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return (
            ngettext("Use at least %d character.", "Use at least %d characters.", self.min_length)
            % self.min_length
        )


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("A lot of people use that password, so it’s easy to guess. Choose another.")


class NotSimilar(password_validation.UserAttributeSimilarityValidator):
    """The message takes the name of what it's similar to."""

    def get_error_message(self) -> str:
        return _("That’s too close to your %(verbose_name)s. Choose another password.")
