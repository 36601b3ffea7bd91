"""Hotlines."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..page import markdown
from .parts import PartOfBrief


class HelpLine(PartOfBrief):
    """A hotline, shown where a brief's subject may affect a reader's own life."""

    name = models.CharField(_("name"), max_length=120)
    when = models.CharField(
        _("when to use it"), max_length=200, help_text=_("Such as “If someone is in danger now.”")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    text_number = models.CharField(_("text number"), max_length=40, blank=True)
    url = models.URLField(_("website"), blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)

    class Meta(PartOfBrief.Meta):
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        constraints = [
            *PartOfBrief.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(phone="", text_number="", url=""),
                name="help_line_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def link(self) -> str:
        return markdown.outside_link(self.url)
