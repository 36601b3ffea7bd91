"""A brief, and who may read it."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.addresses import reverse

from ..page import markdown, state
from .editions import Edition
from .help_lines import HelpLine
from .sections import Section
from .sources import Source

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django_stubs_ext import StrPromise

    from accounts.models import User

    from ..page.lines import SectionLine


class BriefQuerySet(models.QuerySet["Brief"]):
    def get_by_natural_key(self, slug: str) -> "Brief":
        return self.get(slug=slug)

    def at_a_glance(self, slug: str) -> "Brief":
        """A brief with only what tells whether what's kept of it is still right and who may read
        it (`audience` and `state`), and how it's called: `slug`, `title` and `edition`, and for
        `tab_title` its `advisory`. In plain SQL, which costs a quarter of a built query.

        Raises:
            Brief.DoesNotExist: there is none.
        """
        columns = f"id, slug, title, edition, audience, advisory, {state.OF_PAGE} AS state"
        for brief in self.raw(f"SELECT {columns} FROM briefs_brief WHERE slug = %s", [slug]):
            return brief
        raise self.model.DoesNotExist

    def with_state(self) -> Self:
        """Annotate `state`, for `page.lines.with_lines` and all else that's kept of a brief."""
        return self.annotate(state=state.OfPage("pk"))

    def readable_by(self, user: "User | AnonymousUser") -> Self:
        """Briefs that this person may read.

        Everyone can read public briefs. People who are signed in can read those for members.
        Staff who may change briefs can read those in preparation.
        """
        return self.filter(audience__in=Brief.audiences_of(user))

    def with_sections(self) -> Self:
        """Prefetch `sections_in_edition`."""
        sections = Section.objects.in_edition()
        return self.prefetch_related(
            models.Prefetch("sections", sections, to_attr="sections_in_edition")
        )

    def with_recorded(self) -> Self:
        """Annotate `recorded`: the date of the newest recorded edition, or None."""
        days = Edition.objects.filter(brief=models.OuterRef("pk")).values("date")
        return self.annotate(recorded=models.Subquery(days[:1]))

    def with_sources(self) -> Self:
        """Prefetch `known_sources`: the sources of the current edition."""
        known = models.Prefetch("sources", Source.objects.in_edition(), to_attr="known_sources")
        return self.prefetch_related(known)


class Brief(models.Model):
    """A long article with sections and sources on a public question."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        MEMBERS = "members", _("People who are signed in")
        EDITORS = "editors", _("Editors only (in preparation)")

    AUDIENCE_LINES = {
        Audience.EVERYONE: _("Everyone can read it."),
        Audience.MEMBERS: _("Everyone who’s signed in can read it."),
        Audience.EDITORS: _("Only editors can see it. Readers can once you choose who can read."),
    }

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One sentence: what this brief is about.")
    )
    executive_summary = models.TextField(
        _("two-minute summary"),
        blank=True,
        help_text=_("For people who haven’t finished reading. Markdown."),
    )
    about = models.TextField(
        _("about this brief"),
        blank=True,
        help_text=_("Where the text comes from, and what we added. Markdown."),
    )
    edition = models.DateField(_("edition"), help_text=_("The date of this edition."))
    facts_as_of = models.DateField(
        _("facts as of"), null=True, blank=True, help_text=_("When its facts were last checked.")
    )
    language = models.CharField(
        _("language"),
        max_length=16,
        default="en",
        help_text=_("A language code, such as “en” or “es-MX”."),
    )
    settled_at = models.DateTimeField(null=True, editable=False)
    audience = models.CharField(
        _("audience"), max_length=16, choices=Audience, default=Audience.EDITORS
    )
    advisory = models.TextField(
        _("content advisory"),
        blank=True,
        help_text=_("What might upset a reader, and that it’s OK to step out. Markdown."),
    )

    # Texts that few pages show.
    LONG = ["executive_summary", "about", "advisory"]

    sections_in_edition: list[Section]  # set by `with_sections()`
    known_sources: list[Source]  # set by `with_sources()`
    lines: "list[SectionLine]"  # set by `page.lines.with_lines()`
    recorded: date | None  # set by `with_recorded()`

    objects = BriefQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("brief")
        verbose_name_plural = _("briefs")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(audience__in=["everyone", "members", "editors"]),
                name="brief_audience_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("briefs:brief_detail", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @classmethod
    def audiences_of(cls, user: "User | AnonymousUser") -> list[Audience]:
        """The audiences that this person belongs to: see `BriefQuerySet.readable_by`."""
        mine = [cls.Audience.EVERYONE]
        if user.is_authenticated:
            mine.append(cls.Audience.MEMBERS)
        if user.is_staff and user.has_perm("briefs.change_brief"):
            mine.append(cls.Audience.EDITORS)
        return mine

    def is_readable_by(self, user: "User | AnonymousUser") -> bool:
        """Whether this person may read it. Asks nothing of the person for a public brief."""
        return not self.is_restricted or self.audience in self.audiences_of(user)

    @cached_property
    def state(self) -> str:
        """The state of all that its pages show (`page/state.py`). `at_a_glance()` and
        `with_state()` read it along with the brief; else it's asked for."""
        return Brief.objects.values_list(state.OfPage("pk"), flat=True).get(pk=self.pk)

    @property
    def tab_title(self) -> str:
        """What a browser's tab and history call its pages: nothing telling, if it has an
        advisory."""
        return gettext("Reading") if self.has_advisory else self.title

    @property
    def has_advisory(self) -> bool:
        return bool(self.advisory.strip())

    @cached_property
    def has_exit(self) -> bool:
        """Whether its pages have a quick exit: it has an advisory, or hotlines."""
        return self.has_advisory or HelpLine.objects.in_edition().filter(brief=self).exists()

    @property
    def audience_line(self) -> "StrPromise":
        """Who can read it, in a sentence for editors."""
        return self.AUDIENCE_LINES[self.Audience(self.audience)]

    @property
    def is_restricted(self) -> bool:
        """Not everyone may read it."""
        return self.audience != self.Audience.EVERYONE

    @property
    def texts(self) -> "list[SectionLine]":
        """The sections to read. Needs `with_lines()`."""
        return [line for line in self.lines if line.is_to_read]

    @property
    def dropped(self) -> list[Section]:
        """Sections to retire: a plain `loaddata` loaded a later edition without them. Needs
        `with_sections()` and `with_recorded()`."""
        if self.settled_at or not self.recorded or self.edition <= self.recorded:
            return []
        return [section for section in self.sections_in_edition if section.settled_at]

    @property
    def minutes(self) -> int:
        """Minutes to read all of it, as its cover says. Needs `with_lines()`."""
        return markdown.count_minutes(sum(line.words for line in self.lines if not line.is_retired))
