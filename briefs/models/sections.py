"""The sections of a brief: headings and their texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.addresses import reverse

from ..page import markdown
from .parts import PartOfBrief


class Section(PartOfBrief):
    """A heading and its text. The pair (brief slug, section slug) identifies it for good.

    `position` orders the sections under the same parent. A section without a body only
    contains others.
    """

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("inside"),
    )
    heading = models.CharField(_("heading"), max_length=160)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    advisory = models.CharField(
        _("content advisory"),
        max_length=300,
        blank=True,
        help_text=_("Only for a section that needs its own. One sentence, shown above its text."),
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            *PartOfBrief.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")), name="section_is_not_inside_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        """The URL of its anchor on the brief's page; of its own page if it's retired."""
        if self.is_retired:
            return reverse("briefs:section_detail", args=[self.brief.slug, self.slug])
        return f"{self.brief.get_absolute_url()}#{self.slug}"

    @property
    def is_container(self) -> bool:
        """Whether it only contains other sections and has no text."""
        return not self.body.strip()

    @property
    def is_list(self) -> bool:
        """Whether at least a third of its text is a list, as where it says what else to read."""
        lines = [line for line in self.body.splitlines() if line.strip()]
        listed = [line for line in lines if line.startswith(("- ", "* ", "  "))]
        return len(listed) * 3 >= len(lines) > 0

    @property
    def minutes(self) -> int:
        """Minutes to read its text; 0 if it has none."""
        return markdown.count_minutes(markdown.count_words(self.body))
