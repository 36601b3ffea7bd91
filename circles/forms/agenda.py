"""The form to edit an agenda: minutes, order, adding and removing items."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.odd_requests import read_number
from config.texts import ITEM, visible

from ..live.agenda import share
from ..models import AgendaItem

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from briefs.models import Section

    from ..models import Meeting


Kind = AgendaItem.Kind
MOST_PEOPLE = 500


class ItemForm(forms.Form):
    """One row: a saved item, or one that was just added."""

    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    section = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        required=False,
        max_length=ITEM,
        validators=[visible],
        widget=forms.TextInput(attrs={"aria-label": _("Title"), "class": "agenda__title"}),
    )
    minutes = forms.IntegerField(
        min_value=0,
        max_value=600,
        widget=forms.NumberInput(
            attrs={"aria-label": pgettext_lazy("of time", "Minutes"), "class": "agenda__minutes"}
        ),
        error_messages=dict.fromkeys(
            ["required", "invalid", "min_value", "max_value"],
            _("Enter a number of minutes, from 0 to 600."),
        ),
    )

    @property
    def clock_id(self) -> str:
        """Where the page has its time, and `round_id` whether that’s too short for a round."""
        return f"clock-{self.prefix}"

    @property
    def round_id(self) -> str:
        return f"round-{self.prefix}"

    @property
    def names_itself(self) -> bool:
        """What it is called is typed in; other items are called by their kind or section."""
        return self["kind"].value() == Kind.OTHER


class HeadsForm(forms.Form):
    """How many people the agenda is for."""

    people = forms.IntegerField(
        label=_("Number of people"), required=False, min_value=1, max_value=MOST_PEOPLE
    )


class AgendaForm:
    """All rows of an agenda, and the action of one button.

    Each button sends the whole form, so nothing typed is lost without scripts. The `row` fields
    give the order of rows, and `do` names the button's action.

    Args:
        meeting: with its circle.
        sections: sections that can be on the agenda, by slug.
        items: the items to show if nothing was sent.
        data: what was sent; None if nothing was.
        counted: how many people are coming.
    """

    def __init__(
        self,
        meeting: "Meeting",
        sections: "dict[str, Section]",
        items: list[AgendaItem],
        data: QueryDict | None = None,
        *,
        counted: int,
    ) -> None:
        self.meeting, self.sections = meeting, sections
        self.data = QueryDict() if data is None else data
        self.saved_items = {item.pk: item for item in items if item.pk}
        self.items = list(items)
        self.revision = meeting.agenda_revision
        self.errors: list[StrPromise | str] = []
        self.is_bound, self.is_stale = data is not None, False
        self.counted = counted
        self.heads = HeadsForm(data, initial={"people": meeting.planned_people or counted})
        self.new_title = self.data.get("new_title", "")  # typed, and not an item yet
        if data is None:
            self._lay_out()
            return
        sent = read_number(data.get("revision"))
        self.revision = -1 if sent is None else sent
        numbers = [number for number in data.getlist("row") if read_number(number) is not None][:60]
        self.rows = [ItemForm(data, prefix=f"row-{number}") for number in numbers]

    def _lay_out(self) -> None:
        """Make rows for the current items."""
        self.rows = [
            ItemForm(initial=_initial(item), prefix=f"row-{index}")
            for index, item in enumerate(self.items)
        ]

    @property
    def lines(self) -> "Iterator[tuple[ItemForm, Section | StrPromise | str]]":
        """Each row with its name: [(row, name), …]."""
        for row in self.rows:
            section = self.sections.get(row["section"].value())
            kind = row["kind"].value()
            yield row, section or (Kind(kind).label if kind in Kind.values else "")

    def is_valid(self) -> bool:
        """Read the rows and do the button's action. `items` is then the agenda to save."""
        if not all([row.is_valid() for row in self.rows]):
            self.errors.append(
                _("Each item’s minutes must be a number from 0 to 600. Nothing is saved yet.")
            )
            return False
        if not self.heads.is_valid():
            self.errors.append(_("The number of people must be from 1 to 500."))
            return False
        self.items = [item for row in self.rows if (item := self._read(row.cleaned_data))]
        what, _dash, place = self.data.get("do", "save").partition("-")
        number = read_number(place)
        if number is not None and number < len(self.items):
            self._move(what, number)
        elif what == "add":
            self._add()
        elif what == "share":
            share(self.meeting, self.items)
        self._lay_out()
        return not self.errors

    @property
    def people(self) -> int | None:
        """How many people the agenda on the page is for; None if that's no number."""
        typed = read_number(str(self.heads["people"].value() or ""))
        return typed if typed and typed <= MOST_PEOPLE else None

    @property
    def other_people(self) -> int | None:
        """The number of people if it isn't the one that RSVPs give: then 0. None if it wasn't
        sent."""
        people = self.heads.cleaned_data["people"]
        return 0 if people == self.counted else people

    def _read(self, fields: dict[str, Any]) -> AgendaItem | None:
        item = self.saved_items.get(fields["item"]) or AgendaItem(
            kind=fields["kind"], section=self.sections.get(fields["section"])
        )
        item.minutes = fields["minutes"]
        if item.kind != Kind.SECTION:
            item.title = fields["title"].strip()
        has_subject = item.section_id or item.title or item.kind not in (Kind.SECTION, Kind.OTHER)
        return item if has_subject else None

    def _move(self, what: str, index: int) -> None:
        if what == "drop":
            del self.items[index]
        elif what == "up" and index:
            self.items.insert(index - 1, self.items.pop(index))
        elif what == "down":
            self.items.insert(index + 1, self.items.pop(index))

    def _add(self) -> None:
        """Add the chosen section or typed title: before the closing, or at the end if it is
        part of the closing."""
        try:
            title = ItemForm.base_fields["title"].clean(self.new_title)
        except ValidationError as error:
            self.errors += error.messages
            return
        chosen = self.data.get("new", "")
        if section := self.sections.get(chosen):
            item = AgendaItem(kind=Kind.SECTION, section=section)
        elif title:
            item = AgendaItem(kind=Kind.OTHER, title=title)
        elif chosen in Kind.values and chosen not in (Kind.SECTION, Kind.OTHER):
            item = AgendaItem(kind=chosen, minutes=5)
        else:
            self.errors.append(_("Choose an item to add, or type a title."))
            return
        reserved = [index for index, other in enumerate(self.items) if other.is_reserved]
        end = len(self.items) if item.is_reserved else next(iter(reserved), len(self.items))
        self.items.insert(end, item)
        if item.title:
            self.new_title = ""


def _initial(item: AgendaItem) -> dict[str, int | str | None]:
    return {
        "item": item.pk,
        "kind": item.kind,
        "section": item.section.slug if item.section else "",
        "title": item.title,
        "minutes": item.minutes,
    }
