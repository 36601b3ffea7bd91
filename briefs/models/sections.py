"""The sections of a brief: headings and their texts."""

from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.addresses import reverse

from ..page import markdown
from .parts import PartOfBrief


class Addressed(Protocol):
    """What tells where a section is read: a `Section`, or a line of its brief's contents."""

    @property
    def slug(self) -> str: ...

    @property
    def is_retired(self) -> bool: ...

    @property
    def is_container(self) -> bool: ...


def address_of(brief_slug: str, section: Addressed) -> str:
    """The URL of a section: its page; or its row on the cover, if it only contains others."""
    if section.is_retired:
        return reverse("briefs:section_detail", args=[brief_slug, section.slug])
    if section.is_container:
        return f"{reverse('briefs:brief_detail', args=[brief_slug])}#{section.slug}"
    return page_address(brief_slug, section.slug)


def page_address(brief_slug: str, slug: str) -> str:
    """The URL of the page of a section that is in the brief and has a text."""
    is_reserved = slug in Section.RESERVED_SLUGS
    name = "section_detail" if is_reserved else "brief_section"
    return reverse(f"briefs:{name}", args=[brief_slug, slug])


class Section(PartOfBrief):
    """A heading and its text. The pair (brief slug, section slug) identifies it for good.

    `position` orders the sections under the same parent. A section without a body only
    contains others.
    """

    # Other pages of a brief have these names in its URLs.
    RESERVED_SLUGS = {"all", "changes", "guide", "mine", "sections", "short"}

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

    def clean(self) -> None:
        if self._state.adding and self.slug in self.RESERVED_SLUGS:
            raise ValidationError({"slug": _("Another page of the brief has this name.")})

    def get_absolute_url(self) -> str:
        return address_of(self.brief.slug, self)

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
    def words(self) -> int:
        """How long its text takes to read, with the figures that it places, in words. A reader has
        more to look at: see `page.lines.SectionLine` for minutes."""
        return markdown.count_work(self.body)
