"""The forms of a draft's parts."""

from typing import Any, ClassVar, Self, cast

from django import forms
from django.conf.locale import LANG_INFO
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.texts import MESSAGE, NOTE, PAGE, PARAGRAPH, SHEET

from ..models import Brief, CallToAction, Figure, HelpLine, Question, Section, Source
from ..page import markdown
from . import content as contents
from . import places
from .content import BRIEF, CALL, FIGURE, HELP_LINE, QUESTION, SECTION, SOURCE, Content, Item
from .numbers import Numbers
from .part_fields import PartForm, line, link, long_text
from .tree import rows as in_tree_order

# What most briefs are in comes first.
LANGUAGES = {
    "en-US": gettext_lazy("English (United States)"),
    "es-US": gettext_lazy("Spanish (United States)"),
}


class BriefForm(PartForm):
    label = BRIEF
    names = [
        *("title", "summary", "executive_summary", "advisory", "about"),
        *("language", "facts_as_of", "audience"),
    ]

    title = line(Brief, "title")
    summary = line(Brief, "summary")
    executive_summary = long_text(
        Brief,
        "executive_summary",
        longest=NOTE,
        rows=10,
        help_text=gettext_lazy("For people who haven’t finished reading. You can cite sources."),
    )
    advisory = long_text(
        Brief,
        "advisory",
        longest=PAGE,
        rows=4,
        help_text=gettext_lazy("What might upset a reader, and that it’s OK to step out."),
    )
    about = long_text(
        Brief,
        "about",
        longest=PAGE,
        rows=5,
        help_text=gettext_lazy("Where the text comes from, and what we added."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    facts_as_of = forms.DateField(
        label=gettext_lazy("Facts as of (optional)"),
        required=False,
        help_text=gettext_lazy("When its facts were last checked."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who can read it"),
        choices=Brief.Audience,
        help_text=gettext_lazy("Once it’s published."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        saved = self.initial.get("language") or "en"
        known = {code: info["name"] for code, info in LANG_INFO.items() if "name" in info}
        found = {**LANGUAGES, **dict(sorted(known.items(), key=lambda pair: pair[1]))}
        found.setdefault(saved, saved)
        cast(forms.ChoiceField, self.fields["language"]).choices = list(found.items())
        self.initial["language"] = saved
        self.initial.setdefault("audience", Brief.Audience.EDITORS)


class SectionForm(PartForm):
    label = SECTION
    names = ["heading", "body", "advisory"]

    heading = line(Section, "heading")
    body = long_text(Section, "body", longest=SHEET, rows=22, help_text="")
    advisory = line(Section, "advisory")

    def elsewhere(self, content: Content, before: Item | None, slug: str) -> Content:
        """Questions go on pointing at the same paragraph, wherever it is now."""
        section = contents.item(content, SECTION, slug)
        if before is None or section is None:
            return content
        bodies = [each["fields"].get("body", "") for each in (before, section)]
        there = places.repointed(*bodies)
        after = []
        for part in content:
            number = part["fields"].get("paragraph")
            is_here = part["model"] == QUESTION and contents.own(part, "section") == slug
            if number and is_here and number <= markdown.count_paragraphs(bodies[0]):
                part = contents.with_fields(part, paragraph=there(number))
            after.append(part)
        return after


class SourceForm(PartForm):
    label = SOURCE
    names = ["title", "publisher", "year", "url", "note"]

    title = line(Source, "title")
    publisher = line(
        Source, "publisher", help_text=gettext_lazy("Who published it, or who wrote it.")
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year (optional)"), required=False, min_value=1, max_value=2200
    )
    url = link(Source, "url")
    note = line(Source, "note")


class HotlineForm(PartForm):
    label = HELP_LINE
    names = ["name", "when", "phone", "text_number", "url", "hours"]

    name = line(HelpLine, "name")
    when = line(HelpLine, "when")
    phone = line(HelpLine, "phone")
    text_number = line(HelpLine, "text_number")
    url = link(HelpLine, "url")
    hours = line(HelpLine, "hours", help_text=gettext_lazy("Such as “24 hours a day.”"))

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        is_typed = any(self.data.get(name) for name in ("phone", "text_number", "url"))
        if not is_typed:
            raise forms.ValidationError(
                _("Add a phone number, a text number, or a website, so that people can reach it.")
            )
        return fields


class ActionForm(PartForm):
    label = CALL
    names = ["step", "text"]

    step = forms.ChoiceField(label=gettext_lazy("Step"), choices=CallToAction.Step)
    text = long_text(
        CallToAction,
        "text",
        longest=PARAGRAPH,
        rows=4,
        help_text=gettext_lazy("One thing to do, in one paragraph."),
    )


class InSection(PartForm):
    """A part that belongs to a section."""

    by_section: ClassVar[str]  # the field with choices from the text of that section

    section = forms.ChoiceField(label=gettext_lazy("Section"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sections = sections_to_choose(self.content)
        cast(forms.ChoiceField, self.fields["section"]).choices = self.sections

    def unsaved(self, do: str) -> Self:
        """The same form, with the choices for what was typed; nothing of it is refused yet.

        Args:
            do: what its button does: “section” for one that shows the paragraphs of a section.
        """
        start = {name: self.data[name] for name in self.fields if name in self.data}
        if do == "section":
            start[self.by_section] = ""
        return type(self)(content=self.content, part=self.part, start=start)

    @property
    def chosen(self) -> Item | None:
        """The section that is chosen now."""
        slug = self.data.get("section") if self.is_bound else self.initial.get("section")
        return contents.item(self.content, SECTION, str(slug or ""))

    @property
    def body(self) -> str:
        """The text of that section."""
        return str(self.chosen["fields"].get("body", "")) if self.chosen else ""


class QuestionForm(InSection):
    label = QUESTION
    names = ["section", "kind", "text", "prompts", "figure", "paragraph"]
    keys = ["section", "figure"]
    by_section = "points_to"

    field_order = ["section", "kind", "text", "points_to", "prompts"]

    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=Question.Kind)
    text = long_text(
        Question,
        "text",
        longest=MESSAGE,
        rows=3,
        help_text=gettext_lazy("Ask one thing, in words that can be said aloud."),
    )
    points_to = forms.ChoiceField(label=gettext_lazy("Points to (optional)"), required=False)
    prompts = long_text(Question, "prompts", longest=PARAGRAPH, rows=4)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        section = cast(forms.ChoiceField, self.fields["section"])
        section.required = False
        section.choices = [("", _("The whole brief")), *self.sections]
        cast(forms.ChoiceField, self.fields["points_to"]).choices = self._pointers()

    @classmethod
    def values_of(cls, part: Item | None) -> dict[str, Any]:
        values = super().values_of(part)
        if values.get("figure"):
            values["points_to"] = f"figure:{values['figure']}"
        elif values.get("paragraph"):
            values["points_to"] = f"p{values['paragraph']}"
        return values

    def _paragraphs(self) -> list[str]:
        return [places.shortened(words) for words in markdown.paragraphs(self.body)]

    def _pointers(self) -> list[tuple[str, Any]]:
        """Nothing, the paragraphs of its section, and the figures of the brief."""
        paragraphs = [
            (
                f"p{number}",
                _("Paragraph %(number)d: %(words)s") % {"number": number, "words": words},
            )
            for number, words in enumerate(self._paragraphs(), start=1)
        ]
        figures = [
            (f"figure:{part['fields']['slug']}", places.name_of(part))
            for part in contents.items(self.content, FIGURE)
        ]
        groups: list[tuple[str, Any]] = [("", _("Nothing"))]
        groups += [(_("Paragraphs of its section"), paragraphs)] if paragraphs else []
        return groups + ([(_("Figures"), figures)] if figures else [])

    def taken(self, part: Item | None) -> dict[str, Any]:
        where, _colon, slug = (self.cleaned_data.get("points_to") or "").partition(":")
        return super().taken(part) | {
            "figure": contents.naming(self.content, slug),
            "paragraph": int(where[1:]) if where[:1] == "p" else None,
        }


class FigureForm(InSection):
    """What charts, videos and documents have in common."""

    label = FIGURE
    names = ["section", "kind", "title", "summary", "as_of", "note", "source"]
    keys = ["section", "source"]
    by_section = "place"
    kinds: list[Figure.Kind]

    kind = forms.ChoiceField(label=gettext_lazy("Type"))
    title = line(Figure, "title")
    summary = long_text(Figure, "summary", longest=PARAGRAPH, rows=4)
    as_of = line(Figure, "as_of")
    note = line(Figure, "note")
    source = forms.ChoiceField(label=gettext_lazy("Source (optional)"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Place in the text"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(kind.value, kind.label) for kind in self.kinds]
        cast(forms.ChoiceField, self.fields["kind"]).choices = choices
        sources = [("", _("No source")), *sources_to_choose(self.content)]
        cast(forms.ChoiceField, self.fields["source"]).choices = sources
        cast(forms.ChoiceField, self.fields["place"]).choices = self._places()
        self.initial.setdefault("place", self.placed)

    @property
    def placed(self) -> str:
        """Where it is in the text of its section now; "" if it's after the text."""
        after = places.placed_after(self.body, self.part["fields"]["slug"]) if self.part else None
        return "" if after is None else str(after)

    def elsewhere(self, content: Content, before: Item | None, slug: str) -> Content:
        """Place it in the text of its section, if the editor moved it."""
        place = self.cleaned_data.get("place") or ""
        section = self.cleaned_data["section"]
        is_moved = place != self.placed or before is None
        if before is not None and contents.own(before, "section") != section:
            content, is_moved = places.placed(content, slug, before, None), True
        if not is_moved:
            return content
        part = contents.item(content, FIGURE, slug)
        return places.placed(content, slug, part, int(place) if place else None)

    def _places(self) -> list[tuple[str, str]]:
        words = [places.shortened(words) for _end, words in places.blocks(self.body)]
        found = [("", _("After the text of its section"))]
        found += [("0", _("Before the first paragraph"))] if words else []
        return found + [
            (str(number), _("After “%s”") % said) for number, said in enumerate(words, start=1)
        ]


class ChartForm(FigureForm):
    """A chart. Its numbers are a table of their own (`numbers`)."""

    names = [*FigureForm.names, "unit", "data"]
    kinds = Figure.CHARTS
    field_order = [
        *("section", "kind", "title", "paste", "unit", "as_of", "summary"),
        *("note", "source", "place"),
    ]

    unit = line(Figure, "unit")
    paste = forms.CharField(
        label=gettext_lazy("Rows from a spreadsheet (optional)"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Copy the cells there and paste them here: one row a line, first its label, then its "
            "numbers."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        saved = self.part["fields"].get("data") if self.part else None
        self.numbers = Numbers.read(self.data) if self.is_bound else Numbers.of(saved)

    def unsaved(self, do: str) -> Self:
        """Also with a row or a column more or less."""
        self.numbers.do(do, self.data.get("paste", ""))
        form = super().unsaved(do)
        if do == "fill":
            form.initial["paste"] = ""
        form.numbers = self.numbers
        return form

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if not self.numbers.check():
            raise forms.ValidationError(_("The numbers aren’t complete yet. See the table."))
        return fields

    def taken(self, part: Item | None) -> dict[str, Any]:
        saved = part["fields"].get("data") if part else None
        data: Any = self.numbers.data
        if saved and Numbers.of(saved).data == data:
            data = saved
        return super().taken(part) | {"data": data}


class LinkedForm(FigureForm):
    """A video or a document on another website."""

    new = _("Add a video or document")
    names = [*FigureForm.names, "url", "length_minutes"]
    kinds = [Figure.Kind.VIDEO, Figure.Kind.DOCUMENT]
    field_order = [
        *("section", "kind", "title", "url", "length_minutes", "summary"),
        *("as_of", "note", "source", "place"),
    ]

    url = link(Figure, "url", required=True, label=gettext_lazy("Link"))
    length_minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes (optional)"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(3000)],
        help_text=gettext_lazy("Of a video."),
    )


def sections_to_choose(content: Content) -> list[tuple[str, str]]:
    return [(row.slug, f"{'– ' * (row.level - 1)}{row.heading}") for row in in_tree_order(content)]


def sources_to_choose(content: Content) -> list[tuple[str, str]]:
    """The sources by title, each with its publisher."""
    found = [
        (part["fields"]["slug"], f"{places.name_of(part)} ({part['fields'].get('publisher', '')})")
        for part in contents.items(content, SOURCE)
    ]
    return sorted(found, key=lambda pair: pair[1].lower())
