"""Discussion questions."""

from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .figures import Figure
from .parts import PartOfBrief
from .sections import Section

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Question(PartOfBrief):
    """A discussion question, on a section or (without one) on the whole brief."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        FACTUAL = "factual", _("What does it say?")
        INTERPRETIVE = "interpretive", _("What does it mean?")
        EVALUATIVE = "evaluative", _("What do you think of it?")
        DECIDING = "deciding", _("What should we do?")
        CLOSING = "closing", _("Closing")

    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("section"),
    )
    kind = models.CharField(_("type"), max_length=16, choices=Kind)
    text = models.TextField(_("question"))
    prompts = models.TextField(
        _("prompts"),
        blank=True,
        help_text=_("One per line. They’re in the discussion guide, not on the brief’s page."),
    )
    figure = models.ForeignKey(
        Figure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("points to figure"),
    )
    paragraph = models.PositiveSmallIntegerField(
        _("points to paragraph"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from 1 within its section."),
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.text

    @property
    def shows(self) -> Figure | None:
        """The figure it points at; None if it points at none that is still in the brief."""
        return self.figure if self.figure and not self.figure.is_retired else None

    @property
    def anchor(self) -> str:
        """The anchor of the figure or paragraph it points at; "" if it points at nothing."""
        if self.shows:
            return f"figure-{self.shows.slug}"
        if self.section and self.paragraph:
            return f"{self.section.slug}-p{self.paragraph}"
        return ""

    @property
    def pointer(self) -> "StrPromise":
        """What the link to it says."""
        if not self.shows:
            return _("See the paragraph")
        if self.shows.is_chart:
            return _("See the chart")
        return _("See the video") if self.shows.is_video else _("See the document")

    @property
    def prompt_lines(self) -> list[str]:
        return [line.strip() for line in self.prompts.splitlines() if line.strip()]
