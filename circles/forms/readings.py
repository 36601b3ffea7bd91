"""The forms to assign readings for a meeting."""

from collections.abc import Sequence
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
    from briefs.models import Section

    from ..models import Meeting, Membership


class SectionReadingForm(forms.Form):
    """Who reads one section: everyone, the section's lead, both or no one."""

    everyone = forms.BooleanField(required=False, label=gettext_lazy("Everyone reads this"))
    optional = forms.BooleanField(required=False, label=gettext_lazy("Optional"))
    lead = forms.CharField(required=False, widget=forms.Select)

    def __init__(
        self,
        *args: Any,
        section: "Section",
        above: list[str],
        people: "list[Membership]",
        chosen: "Chosen",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        self.above = above
        self.people = {person.pk: person for person in people}
        self.initial = {
            "everyone": chosen.everyone,
            "optional": chosen.optional,
            "lead": ",".join(str(pk) for pk in chosen.leads if pk in self.people),
        }
        lead = self.fields["lead"]
        lead.widget.choices = [
            ("", _("No one yet")),
            *((str(pk), str(person)) for pk, person in self.people.items()),
        ]
        several = self["lead"].value() or ""
        if "," in several:
            lead.widget.choices.append((several, self._together(several)))
        lead.widget.attrs["aria-label"] = _("Leads this section: %s") % section.heading

    def _together(self, several: str) -> str:
        """The names of people who share a section, if there are more people than sections."""
        known = [str(pk) for pk in self.people]
        names = [str(self.people[int(pk)]) for pk in several.split(",") if pk in known]
        return get_text_list(names, _("and"))

    def clean_lead(self) -> list[int]:
        """The ids of the leads: none, one, or those of a proposed group."""
        known = {str(pk): pk for pk in self.people}
        typed = [pk for pk in self.cleaned_data["lead"].split(",") if pk]
        if not set(typed) <= set(known):
            raise ValidationError(
                _("The person leading “%s” has left the circle. Choose someone else.")
                % self.section
            )
        return [known[pk] for pk in dict.fromkeys(typed)]

    def readings(self, meeting: "Meeting") -> list[Reading]:
        """The choice as unsaved readings."""
        readers = [None] if self.cleaned_data["everyone"] else []
        readers += self.cleaned_data["lead"]
        required = not self.cleaned_data["optional"]
        return [
            Reading(meeting=meeting, section=self.section, membership_id=pk, is_required=required)
            for pk in readers
        ]

    @property
    def leads(self) -> "list[Membership]":
        """The leads that the page shows: only current members."""
        known = {str(pk): person for pk, person in self.people.items()}
        shown = (self["lead"].value() or "").split(",")
        return [known[pk] for pk in shown if pk in known]


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
        sections: [(section, headings above it), …] in reading order.
        people: the current members, in the order to show.
        data: what a facilitator sent.
    """

    def __init__(
        self,
        meeting: "Meeting",
        sections: "list[tuple[Section, list[str]]]",
        people: "list[Membership]",
        data: QueryDict | None = None,
    ) -> None:
        self.meeting = meeting
        self.people = people
        self.texts = [(section, above) for section, above in sections if not section.is_container]
        self.saved = list(meeting.readings.all())
        given: dict[int, list[Reading]] = {}
        for reading in self.saved:
            given.setdefault(reading.section_id, []).append(reading)
        self.chosen = {section.pk: Chosen(given.get(section.pk, ())) for section, _a in self.texts}
        self.seen = data.get("seen") if data else self.stamp
        self.is_proposal = False
        self._lay_out(data)

    def _lay_out(self, data: QueryDict | None = None) -> None:
        self.forms = [
            SectionReadingForm(
                data,
                prefix=section.slug,
                section=section,
                above=above,
                people=self.people,
                chosen=self.chosen[section.pk],
            )
            for section, above in self.texts
        ]

    def propose(self, shares: "list[tuple[Membership, list[Section]]]") -> None:
        """Show a division, [(person, sections), …], in place of the saved plan."""
        for section in {section for _person, sections in shares for section in sections}:
            chosen = self.chosen[section.pk]
            chosen.everyone, chosen.leads = False, []
        for person, sections in shares:
            for section in sections:
                self.chosen[section.pk].leads.append(person.pk)
        self.is_proposal = True
        self._lay_out()

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

    def all_for_everyone(self) -> list[Reading]:
        """Everyone reads all of it."""
        return [Reading(meeting=self.meeting, section=form.section) for form in self.forms]

    @property
    def minutes(self) -> int:
        """Minutes of the readings for everyone."""
        return sum(form.section.minutes for form in self.forms if form["everyone"].value())

    @property
    def shares(self) -> "list[tuple[Membership, int, list[Section]]]":
        """The shown leads in reading order: [(person, minutes, sections), …]."""
        own: dict[Membership, list[Section]] = {}
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
    def saved_in_words(self) -> "list[tuple[Section, str]]":
        """The saved plan as [(section, names), …], shown beside what a facilitator typed."""
        names: dict[int | None, str] = {person.pk: str(person) for person in self.people}
        by_section: dict[int, list[str]] = {}
        for reading in self.saved:
            who = names.get(reading.membership_id, _("someone who left"))
            who = who if reading.membership_id else _("everyone")
            by_section.setdefault(reading.section_id, []).append(who)
        return [
            (section, get_text_list(by_section[section.pk], _("and")))
            for section, _above in self.texts
            if section.pk in by_section
        ]


def _stamp_of(readings: list[Reading]) -> str:
    return stamp(sorted(f"{r.section_id}:{r.membership_id or 0}:{r.is_required}" for r in readings))
