"""The sources of a brief."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..page import markdown
from .parts import PartOfBrief


class Source(PartOfBrief):
    """A source of a sentence or a figure. Texts cite it as [@slug]."""

    title = models.CharField(_("title"), max_length=250)
    publisher = models.CharField(_("publisher"), max_length=160)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=400, blank=True)
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What readers should know about it, such as its date or who quotes it."),
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title

    @property
    def link(self) -> str:
        return markdown.outside_link(self.url)
