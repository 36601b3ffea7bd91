"""What is read: briefs, their sections, and all that stands in a section.

Nothing here knows of circles. Rows are found by natural keys, so a fixture
names "the section `history` of the brief `human-trafficking`" and loading it
again updates in place. Fixtures are saved raw (no `save()`), and loading never
deletes: what an edition drops is *retired*, by a moment, and kept for the notes
that hang on it.

`settled_at` tells a row that `loaddata` has just written from one it left alone: it writes
every column, and a fixture does not hold this one, so it comes out empty. See
`briefs/editions.py`.

Text is Markdown in the dialect of `briefs/prose.py`.
"""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from . import prose


class ByNaturalKey(models.QuerySet):
    """Rows of one brief that fixtures name by (brief slug, own slug)."""

    def get_by_natural_key(self, brief_slug, slug):
        return self.get(brief__slug=brief_slug, slug=slug)

    def standing(self):
        """What is in the brief's newest edition: not retired."""
        return self.filter(retired_at=None)


class PartOfBrief(models.Model):
    """One thing in a brief, told from its siblings by a slug that never changes."""

    brief = models.ForeignKey(
        "briefs.Brief", models.PROTECT, related_name="%(class)ss", verbose_name=_("brief")
    )
    slug = models.SlugField(
        _("slug"),
        max_length=80,
        help_text=_("Its lasting name in this brief. Never changes, even when the text does."),
    )
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Lower comes first.")
    )
    was = models.SlugField(
        _("was"),
        max_length=80,
        blank=True,
        help_text=_(
            "Its slug in earlier editions, if it had another: what hangs on it comes along."
        ),
    )
    retired_at = models.DateTimeField(
        _("retired"),
        null=True,
        blank=True,
        help_text=_("Since when it is gone from the reader. Notes on it stay readable."),
    )
    settled_at = models.DateTimeField(null=True, editable=False)

    objects = ByNaturalKey.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "slug"], name="one_%(class)s_per_slug_in_a_brief"
            ),
        ]

    def natural_key(self):
        return (self.brief.slug, self.slug)

    natural_key.dependencies = ["briefs.brief"]

    @property
    def link(self):
        """Its `url`, if it leads to a page: `loaddata` takes any, a script among them."""
        return self.url if prose.OUTSIDE_LINK.match(self.url) else ""

    @property
    def is_retired(self):
        return self.retired_at is not None


class SeriesQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def readable_by(self, user):
        """Series that hold a brief this person may read, with those as `shown`, in order."""
        readable = Brief.objects.readable_by(user)
        entries = SeriesEntry.objects.in_order().filter(brief__in=readable)
        shown = entries.prefetch_related(models.Prefetch("brief", Brief.objects.with_sections()))
        held = self.filter(models.Exists(entries.filter(series=models.OuterRef("pk"))))
        return held.prefetch_related(models.Prefetch("entries", shown, to_attr="shown"))


class Series(models.Model):
    """Briefs recommended together, in an order: a year of conversations."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), blank=True)
    briefs = models.ManyToManyField(
        "briefs.Brief",
        through="briefs.SeriesEntry",
        related_name="series",
        verbose_name=_("briefs"),
    )

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("series")
        verbose_name_plural = _("series")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("briefs:series_detail", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    @property
    def minutes(self):
        """Minutes to read what is shown of it. Needs `readable_by()`."""
        return sum(entry.brief.minutes for entry in self.shown)


class SeriesEntryQuerySet(models.QuerySet):
    def in_order(self):
        """As a series is read; what was given the same place, by title."""
        return self.order_by("position", "brief__title", "pk")

    def get_by_natural_key(self, series_slug, brief_slug):
        return self.get(series__slug=series_slug, brief__slug=brief_slug)


class SeriesEntry(models.Model):
    """The place of one brief in one series."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="entries")
    brief = models.ForeignKey("briefs.Brief", models.CASCADE, related_name="series_entries")
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = SeriesEntryQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("brief in a series")
        verbose_name_plural = _("briefs in a series")
        constraints = [
            models.UniqueConstraint(fields=["series", "brief"], name="brief_once_per_series"),
        ]

    def __str__(self):
        return str(self.brief)

    def natural_key(self):
        return (self.series.slug, self.brief.slug)

    natural_key.dependencies = ["briefs.series", "briefs.brief"]


class BriefQuerySet(models.QuerySet):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)

    def readable_by(self, user):
        """Briefs that this person may read. Asks about the person only if it must.

        Everyone reads public briefs; whoever is signed in reads those for members;
        those in preparation are for staff who may change briefs.
        """
        allowed = [Brief.Audience.EVERYONE]
        if user.is_authenticated:
            allowed.append(Brief.Audience.MEMBERS)
        if user.has_perm("briefs.change_brief"):
            allowed.append(Brief.Audience.EDITORS)
        return self.filter(audience__in=allowed)

    def with_sections(self):
        """With their standing sections as `standing`, for reading time and count."""
        standing = models.Prefetch("sections", Section.objects.standing(), to_attr="standing")
        return self.prefetch_related(standing)

    def with_recorded(self):
        """With the day of the edition that was recorded last as `recorded`; None before one."""
        days = Edition.objects.filter(brief=models.OuterRef("pk")).values("date")
        return self.annotate(recorded=models.Subquery(days[:1]))

    def with_sources(self):
        """With their standing sources as `known_sources`."""
        known = models.Prefetch("sources", Source.objects.standing(), to_attr="known_sources")
        return self.prefetch_related(known)


class Brief(models.Model):
    """A long, sourced, sectioned article on a public question."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        MEMBERS = "members", _("People who are signed in")
        EDITORS = "editors", _("Editors only, while it is being prepared")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One sentence: what this brief is about.")
    )
    executive_summary = models.TextField(
        _("executive summary"),
        blank=True,
        help_text=_("The two-minute way in, for whoever has not read. Markdown."),
    )
    about = models.TextField(
        _("about this brief"),
        blank=True,
        help_text=_("Where the text comes from, and what in it is our own. Markdown."),
    )
    edition = models.DateField(_("edition"), help_text=_("The day of this edition."))
    facts_as_of = models.DateField(
        _("facts as of"), null=True, blank=True, help_text=_("When its facts were last checked.")
    )
    language = models.CharField(
        _("language"),
        max_length=16,
        default="en",
        help_text=_("A language tag, such as “en” or “es-MX” (RFC 5646)."),
    )
    settled_at = models.DateTimeField(null=True, editable=False)
    audience = models.CharField(
        _("audience"), max_length=16, choices=Audience, default=Audience.EVERYONE
    )
    advisory = models.TextField(
        _("content advisory"),
        blank=True,
        help_text=_("What in it may distress a reader, and that stepping out is fine. Markdown."),
    )

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

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("briefs:brief_detail", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    @property
    def texts(self):
        """Standing sections that have something to read. Needs `with_sections()`."""
        return [section for section in self.standing if not section.is_container]

    @property
    def dropped(self):
        """Sections that a plain `loaddata` of a later edition left standing. Needs
        `with_sections()` and `with_recorded()`."""
        if self.settled_at or not self.recorded or self.edition <= self.recorded:
            return []
        return [section for section in self.standing if section.settled_at]

    @property
    def minutes(self):
        """Minutes to read it all. Needs `with_sections()`."""
        words = sum(prose.count_words(section.body) for section in self.texts)
        return prose.count_minutes(words)


class Edition(models.Model):
    """What a brief said in one edition, who loaded it, and when. Never changes."""

    brief = models.ForeignKey(
        Brief, models.CASCADE, related_name="editions", verbose_name=_("brief")
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
        _("loaded as"), max_length=120, help_text=_("Who or what loaded it, in words.")
    )
    content = models.JSONField(_("content"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-loaded_at", "-pk"]

    def __str__(self):
        return date_format(self.date)


class HelpLine(PartOfBrief):
    """Whom to call: shown wherever a brief's subject may touch a reader's own life."""

    name = models.CharField(_("name"), max_length=120)
    when = models.CharField(
        _("when to use it"), max_length=200, help_text=_("“If someone is in danger now.”")
    )
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    text_number = models.CharField(_("text message to"), max_length=40, blank=True)
    url = models.URLField(_("web page"), blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True)

    class Meta(PartOfBrief.Meta):
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")
        constraints = [
            *PartOfBrief.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(phone="", text_number="", url=""),
                name="help_line_can_be_reached",
            ),
        ]

    def __str__(self):
        return self.name


class Section(PartOfBrief):
    """A heading and its text. Its identity is (brief slug, section slug), for good.

    `position` orders it among the sections under the same parent. A section without a
    body only holds others.
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
        help_text=_("Only for a section that needs one of its own: a sentence above its text."),
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

    def __str__(self):
        return self.heading

    def get_absolute_url(self):
        """Its place on the page of its brief; a page of its own once it is retired."""
        if self.is_retired:
            return reverse("briefs:section_detail", args=[self.brief.slug, self.slug])
        return f"{self.brief.get_absolute_url()}#{self.slug}"

    @property
    def is_container(self):
        """Only holds other sections: there is nothing to read in it."""
        return not self.body.strip()

    @property
    def minutes(self):
        """Minutes to read its text; 0 for a section that only holds others."""
        return prose.count_minutes(prose.count_words(self.body))


class Source(PartOfBrief):
    """What a sentence or a figure rests on. Cited in the text as [@slug]."""

    title = models.CharField(_("title"), max_length=250)
    publisher = models.CharField(_("publisher"), max_length=160)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=400, blank=True)
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What the reader should know of it: as of when, through whom it is quoted."),
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self):
        return self.title


class Figure(PartOfBrief):
    """A chart as data, or a film or document as an honest link.

    A chart's `data` is {"series": [name, …], "rows": [[label, value, …], …]}: one value
    a series, a number or null where none is known. A figure stands in the text of its
    section where the Markdown says ![](figure:slug), else after the text.
    """

    class Kind(models.TextChoices):
        BAR = "bar", _("Bars")
        GROUPED_BAR = "grouped_bar", _("Bars in groups")
        LINE = "line", _("Line")
        SHARE = "share", _("Shares of a whole")
        STEPS = "steps", _("Stepped comparison")
        VIDEO = "video", _("Video")
        DOCUMENT = "document", _("Document")

    CHARTS = [Kind.BAR, Kind.GROUPED_BAR, Kind.LINE, Kind.SHARE, Kind.STEPS]

    section = models.ForeignKey(
        Section, models.PROTECT, related_name="figures", verbose_name=_("section")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    title = models.CharField(
        _("title"), max_length=160, help_text=_("What it shows, as a sentence.")
    )
    summary = models.TextField(
        _("in words"),
        help_text=_("What one sees in it, for who cannot see it; for a link, what it is."),
    )
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("“million people”, “%”, “US dollars”.")
    )
    as_of = models.CharField(
        _("as of"), max_length=80, blank=True, help_text=_("“2021”, “published September 2022”.")
    )
    data = models.JSONField(_("data"), default=dict, blank=True)
    note = models.CharField(
        _("note"),
        max_length=300,
        blank=True,
        help_text=_("What a careful reader must know: rounding, what is not counted."),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("source"),
    )
    url = models.URLField(_("address of the video or document"), max_length=400, blank=True)
    length_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self):
        return self.title

    @property
    def is_chart(self):
        return self.kind in self.CHARTS


class Question(PartOfBrief):
    """A question for the talk, on a section or (without one) on the whole brief."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening")
        FACTUAL = "factual", _("What does it say?")
        INTERPRETIVE = "interpretive", _("What does it mean?")
        EVALUATIVE = "evaluative", _("What do you make of it?")
        DECIDING = "deciding", _("What shall we do?")
        CLOSING = "closing", _("Closing")

    section = models.ForeignKey(
        Section,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("section"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    text = models.TextField(_("question"))
    prompts = models.TextField(
        _("prompts"),
        blank=True,
        help_text=_("One a line; only the facilitator sees them."),
    )
    figure = models.ForeignKey(
        Figure,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("points at the figure"),
    )
    paragraph = models.PositiveSmallIntegerField(
        _("points at paragraph"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Counted from 1 within its section."),
    )

    class Meta(PartOfBrief.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return self.text

    @property
    def prompt_lines(self):
        return [line.strip() for line in self.prompts.splitlines() if line.strip()]


class CallToAction(PartOfBrief):
    """One thing to do, under one of five steps that always come in this order."""

    class Step(models.TextChoices):
        MEASURE = "measure", _("Measure")
        IDENTIFY = "identify", _("Identify")
        REACH_OUT = "reach_out", _("Reach out")
        PLAN = "plan", _("Plan")
        EXECUTE = "execute", _("Execute")

    step = models.CharField(_("step"), max_length=16, choices=Step)
    text = models.TextField(_("what to do"), help_text=_("Markdown, one paragraph."))

    class Meta(PartOfBrief.Meta):
        verbose_name = _("call to action")
        verbose_name_plural = _("calls to action")

    def __str__(self):
        return self.text
