"""The editions of a brief."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.when import full_date


class Edition(models.Model):
    """The content of a brief in one edition, who loaded it, and when. Rows never change."""

    brief = models.ForeignKey(
        "briefs.Brief", models.CASCADE, related_name="editions", verbose_name=_("brief")
    )
    date = models.DateField(_("edition"))
    loaded_at = models.DateTimeField(_("loaded"), default=timezone.now)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("loaded by"),
    )
    loaded_as = models.CharField(
        _("loaded as"), max_length=120, help_text=_("Who or what loaded it.")
    )
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return full_date(self.date)

    @property
    def loaded_in_words(self) -> str:
        """When it was loaded, and by whom or how."""
        day = full_date(timezone.localtime(self.loaded_at))
        if self.loaded_by:
            return gettext("loaded on %(day)s by %(who)s") % {"day": day, "who": self.loaded_by}
        return gettext("loaded on %(day)s (%(how)s)") % {"day": day, "how": self.loaded_as}
