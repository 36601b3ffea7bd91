"""The forms to assign readings for a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Reading
from ..models.stale import stamp

if TYPE_CHECKING:
    from briefs.page.lines import SectionLine

    from ..models import Meeting, Membership


EVERYONE = "all"


class SectionReadingForm(forms.Form):
    """Who reads one section: everyone, one person who leads it, both or no one.

    One field says it: “all”, the ids of those who lead it, or both, with commas between.
    """

    who = forms.CharField(required=False, widget=forms.Select)
    optional = forms.BooleanField(required=False, label=gettext_lazy("Optional"))

    def __init__(
        self,
        *args: Any,
        section: "SectionLine",
        people: "list[Membership]",
        chosen: "Chosen",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.people = {str(person.pk): person for person in people}
        leads = [str(pk) for pk in chosen.leads if str(pk) in self.people]
        self.initial = {
            "who": ",".join([EVERYONE] * chosen.everyone + leads),
            "optional": chosen.optional,
        }
        who = self.fields["who"]
        who.widget.choices = self._choices()
        who.widget.attrs["aria-label"] = _("Who reads this section: %s") % section.heading

    def _choices(self) -> list[Any]:
        names = [(pk, str(person)) for pk, person in self.people.items()]
        both = [(f"{EVERYONE},{pk}", _("Everyone. %s leads") % name) for pk, name in names]
        choices = [
            ("", _("Not assigned")),
            (EVERYONE, _("Everyone")),
            (_("One person reads and leads"), names),
            (_("Everyone reads, one person leads"), both),
        ]
        several = self["who"].value() or ""
        if len(leads := self._ids(several)) > 1:
            choices.append((several, self._together(leads, several.startswith(EVERYONE))))
        return choices

    @staticmethod
    def _ids(typed: str) -> list[str]:
        return [pk for pk in dict.fromkeys(typed.split(",")) if pk not in ("", EVERYONE)]

    def _together(self, leads: list[str], everyone: bool) -> str:
        """The names of people who share a section, if there are more people than sections."""
        names = get_text_list([str(self.people[pk]) for pk in leads if pk in self.people], _("and"))
        return _("Everyone. %s lead") % names if everyone else names

    def clean_who(self) -> str:
        # A page from before this field says nothing about it.
        sent = self.add_prefix("who") in self.data
        typed: str = self.cleaned_data["who"] if sent else self.initial["who"]
        if not set(self._ids(typed)) <= set(self.people):
            raise ValidationError(
                _("The person leading “%s” has left the circle. Choose someone else.")
                % self.section.heading
            )
        return typed

    def readings(self, meeting: "Meeting") -> list[Reading]:
        """The choice as unsaved readings."""
        who = self.cleaned_data["who"]
        readers: list[int | None] = [None] if EVERYONE in who.split(",") else []
        readers += [self.people[pk].pk for pk in self._ids(who)]
        required = not self.cleaned_data["optional"]
        return [
            Reading(
                meeting=meeting,
                section_id=self.section.pk,
                membership_id=pk,
                is_required=required,
            )
            for pk in readers
        ]

    @property
    def is_for_everyone(self) -> bool:
        return EVERYONE in (self["who"].value() or "").split(",")

    @property
    def is_assigned(self) -> bool:
        return bool(self["who"].value())

    @property
    def leads(self) -> "list[Membership]":
        """The leads that the page shows: only current members."""
        ids = self._ids(self["who"].value() or "")
        return [self.people[pk] for pk in ids if pk in self.people]


# Up to this many sections, all chapters are open from the start.
FEW = 12


@dataclass
class Chapter:
    """The forms of a chapter of the brief, the first of which may be for its own text."""

    heading: str
    forms: list[SectionReadingForm]
    is_appendix: bool = False
    is_of_few: bool = False  # the whole brief fits on a page or two

    @property
    def minutes(self) -> int:
        return sum(form.section.minutes for form in self.forms)

    @property
    def assigned(self) -> int:
        """How many of its sections are assigned."""
        return sum(form.is_assigned for form in self.forms)

    @property
    def is_open(self) -> bool:
        chosen = any(form.is_assigned or form.errors for form in self.forms)
        return chosen or (self.is_of_few and not self.is_appendix)


class Chosen:
    """The choice for one section."""

    def __init__(self, readings: Sequence[Reading] = ()) -> None:
        self.everyone = any(reading.membership_id is None for reading in readings)
        self.leads = [reading.membership_id for reading in readings if reading.membership_id]
        self.optional = any(not reading.is_required for reading in readings)

    @property
    def is_read(self) -> bool:
        return self.everyone or bool(self.leads)


class ReadingPlan:
    """All readings of a meeting: a small form for each section with text.

    Args:
        meeting: with its circle.
        sections: those of its brief, as `section_lines` gives them.
        people: the current members, in the order to show.
        data: what a facilitator sent.
    """

    def __init__(
        self,
        meeting: "Meeting",
        sections: "list[SectionLine]",
        people: "list[Membership]",
        data: QueryDict | None = None,
    ) -> None:
        self.meeting = meeting
        self.people = people
        self.texts = [section for section in sections if section.is_to_read]
        self.appendix = _appendix(self.texts)
        self.saved = list(meeting.readings.all())
        given: dict[int, list[Reading]] = {}
        for reading in self.saved:
            given.setdefault(reading.section_id, []).append(reading)
        self.chosen = {section.pk: Chosen(given.get(section.pk, ())) for section in self.texts}
        self.seen = data.get("seen") if data else self.stamp
        self.is_proposal = False
        self._lay_out(data)

    def _lay_out(self, data: QueryDict | None = None) -> None:
        self.forms = [
            SectionReadingForm(
                data,
                prefix=section.slug,
                section=section,
                people=self.people,
                chosen=self.chosen[section.pk],
            )
            for section in self.texts
        ]

    def propose(self, shares: "list[tuple[Membership, list[SectionLine]]]") -> None:
        """Show a division, [(person, sections), …], in place of the saved plan."""
        for section in {section for _person, sections in shares for section in sections}:
            chosen = self.chosen[section.pk]
            chosen.everyone, chosen.leads = False, []
        for person, sections in shares:
            for section in sections:
                self.chosen[section.pk].leads.append(person.pk)
        self.is_proposal = True
        self._lay_out()

    def propose_all(self) -> None:
        """Show everyone reading all but the appendix, in place of the saved plan."""
        for section in self.divisible:
            self.chosen[section.pk].everyone = True
        self.is_proposal = True
        self._lay_out()

    def propose_none(self) -> None:
        """Show a plan in which nothing is assigned."""
        self.chosen = {pk: Chosen() for pk in self.chosen}
        self.is_proposal = True
        self._lay_out()

    @property
    def divisible(self) -> "list[SectionLine]":
        """What a circle reads: all texts but those of the appendix."""
        return [section for section in self.texts if section not in self.appendix]

    @property
    def chapters(self) -> list[Chapter]:
        """The forms by the chapters of the brief; those of the appendix are one, at the end."""
        chapters: dict[str, Chapter] = {}
        is_of_few = len(self.forms) <= FEW
        for form in self.forms:
            is_appendix = form.section in self.appendix
            name = "" if is_appendix else _chapter_of(form.section)
            heading = str(_("Lists and links at the end")) if is_appendix else name
            chapter = chapters.setdefault(name, Chapter(heading, [], is_appendix, is_of_few))
            chapter.forms.append(form)
        return list(chapters.values())

    @property
    def stamp(self) -> str:
        """A short name for what is saved, so that a change made since is noticed."""
        return _stamp_of(self.saved)

    @property
    def is_stale(self) -> bool:
        return self.seen is not None and self.seen != self.stamp

    def is_stale_for(self, wanted: list[Reading]) -> bool:
        """Others saved something since, and it is not the same as what is wanted now."""
        return self.is_stale and _stamp_of(wanted) != self.stamp

    def show_the_newest(self) -> None:
        """Take the newest stamp, so that sending the form again replaces the saved plan."""
        self.seen = self.stamp

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    def readings(self) -> list[Reading]:
        """What was chosen."""
        return [row for form in self.forms for row in form.readings(self.meeting)]

    @property
    def minutes(self) -> int:
        """Minutes of the readings for everyone."""
        return sum(form.section.minutes for form in self.forms if form.is_for_everyone)

    @property
    def shares(self) -> "list[tuple[Membership, int, list[SectionLine]]]":
        """The shown leads in reading order: [(person, minutes, sections), …]."""
        own: dict[Membership, list[SectionLine]] = {}
        for form in self.forms:
            for person in form.leads:
                own.setdefault(person, []).append(form.section)
        return [(who, sum(s.minutes for s in sections), sections) for who, sections in own.items()]

    @property
    def has_left(self) -> bool:
        """Whether someone with a reading is no longer in the circle."""
        here = {None, *(person.pk for person in self.people)}
        return any(reading.membership_id not in here for reading in self.saved)

    @property
    def saved_in_words(self) -> "list[tuple[SectionLine, str]]":
        """The saved plan as [(section, names), …], shown beside what a facilitator typed."""
        names: dict[int | None, str] = {person.pk: str(person) for person in self.people}
        by_section: dict[int, list[str]] = {}
        for reading in self.saved:
            who = names.get(reading.membership_id, _("someone who left"))
            who = who if reading.membership_id else _("everyone")
            by_section.setdefault(reading.section_id, []).append(who)
        return [
            (section, get_text_list(by_section[section.pk], _("and")))
            for section in self.texts
            if section.pk in by_section
        ]


def _stamp_of(readings: list[Reading]) -> str:
    return stamp(sorted(f"{r.section_id}:{r.membership_id or 0}:{r.is_required}" for r in readings))


def _chapter_of(section: "SectionLine") -> str:
    """The heading of the chapter that a section is in."""
    return section.above[0] if section.above else section.heading


def _appendix(texts: "list[SectionLine]") -> "set[SectionLine]":
    """The chapters that a brief ends with and that only list where to read on."""
    found: set[SectionLine] = set()
    by_chapter: dict[str, list[SectionLine]] = {}
    for section in texts:
        by_chapter.setdefault(_chapter_of(section), []).append(section)
    for sections in reversed(by_chapter.values()):
        if not all(section.is_list for section in sections) or len(found) + 1 > len(texts) // 2:
            break
        found.update(sections)
    return found
