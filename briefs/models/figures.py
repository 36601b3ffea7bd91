"""Figures: charts as data, videos and documents as links."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..page import markdown
from .parts import PartOfBrief
from .sections import Section
from .sources import Source


class Figure(PartOfBrief):
    """A chart as data, or a video or document as a link.

    A chart's `data` is {"series": [name, …], "rows": [[label, value, …], …]}, with one value
    for each series: a number, or null if it isn't known. A figure appears where the text of
    its section has ![](figure:slug), or else after the text.
    """

    class Kind(models.TextChoices):
        BAR = "bar", _("Bar chart")
        GROUPED_BAR = "grouped_bar", _("Grouped bar chart")
        LINE = "line", _("Line chart")
        SHARE = "share", _("Parts of a whole")
        STEPS = "steps", _("Stepped comparison")
        VIDEO = "video", _("Video")
        DOCUMENT = "document", _("Document")

    CHARTS = [Kind.BAR, Kind.GROUPED_BAR, Kind.LINE, Kind.SHARE, Kind.STEPS]

    section = models.ForeignKey(
        Section, models.PROTECT, related_name="figures", verbose_name=_("section")
    )
    kind = models.CharField(_("type"), max_length=16, choices=Kind)
    title = models.CharField(
        _("title"), max_length=160, help_text=_("What it shows, as a sentence.")
    )
    summary = models.TextField(
        _("description"),
        help_text=_("What the figure shows, for people who can’t see it. For a link, what it is."),
    )
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("Such as “million people” or “%”.")
    )
    as_of = models.CharField(
        _("as of"),
        max_length=80,
        blank=True,
        help_text=_("Such as “2021” or “published September 2022”."),
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What a careful reader should know, such as rounding or what isn’t counted."),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("source"),
    )
    url = models.URLField(_("link to the video or document"), max_length=400, blank=True)
    length_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return self.title

    @property
    def link(self) -> str:
        return markdown.outside_link(self.url)

    @property
    def is_video(self) -> bool:
        return self.kind == self.Kind.VIDEO

    @property
    def is_chart(self) -> bool:
        return self.kind in self.CHARTS
