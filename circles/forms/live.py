"""A move of the live meeting, from a button or from the page's scripts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.texts import visible

from ..live import moves
from ..live.moves import MOST_EXTRA
from ..live.page import FIGURE, PASSAGE, READ_BACK
from ..live.person_keys import member_key, read_key
from ..models import AgendaItem, Membership

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from ..models import Meeting


class MoveForm(forms.Form):
    """One move. `do` names it and decides which other fields are required."""

    fields: dict[str, Any]

    ON_AN_ITEM = ["open", "more", "defer", "show", "turn"]

    do = forms.ChoiceField(
        choices=[(name, name) for name in ["start", *ON_AN_ITEM, "attend", "end"]],
        error_messages={"invalid_choice": _("This page can’t do that. Reload it and try again.")},
    )
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"])
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("That’s no longer on the agenda. Choose another item.")
        },
    )
    minutes = forms.IntegerField(required=False, min_value=0, max_value=MOST_EXTRA)
    on = forms.BooleanField(required=False)
    showing = forms.RegexField(
        rf"^({READ_BACK}|(question|{PASSAGE}|{FIGURE}):[\w-]+)?$", max_length=120, required=False
    )
    who = forms.CharField(required=False, max_length=90)
    state = forms.ChoiceField(
        choices=[("", ""), ("spoke", "spoke"), ("wishes", "wishes")], required=False
    )
    is_first_visit = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, meeting: "Meeting", membership: Membership, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.membership = meeting, membership
        self.fields["item"].queryset = meeting.agenda_items.select_related("section")

    def clean_who(self) -> str:
        """The key of a member of this circle or of a visitor (see `live/person_keys.py`)."""
        who = " ".join(self.cleaned_data["who"].split())
        membership_id, visitor = read_key(who)
        if visitor:
            visible(visitor)
        self.person: Membership | str | None = visitor or None
        if membership_id:
            of_circle = Membership.objects.filter(circle=self.meeting.circle_id)
            self.person = of_circle.filter(pk=membership_id).first()
        if who and not self.person:
            raise forms.ValidationError(
                _("That person isn’t in this circle. Choose someone from the list.")
            )
        return who

    def clean(self) -> None:
        if self.meeting.is_cancelled:
            raise forms.ValidationError(_("This meeting was canceled."))
        do = self.cleaned_data.get("do")
        if do in self.ON_AN_ITEM:
            self._need("item", _("Choose an agenda item."))
        if do == "more":
            self._need("minutes", _("Enter a number of minutes."))
        if do == "attend":
            self._need("who", _("Choose who’s here."))

    def _need(self, name: str, sentence: "StrPromise") -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, sentence)

    @property
    def is_allowed(self) -> bool:
        """Whether this person may make the move.

        People who run the meeting may make every move; others may only ask for a turn.
        """
        sent = self.cleaned_data
        is_own_wish = (
            sent["do"] == "turn"
            and sent["who"] == member_key(self.membership.pk)
            and sent["state"] in ("wishes", "")
        )
        return is_own_wish or self.meeting.is_run_by(self.membership)

    def save(self) -> None:
        """Make the move.

        Raises:
            ValidationError: the state of the meeting doesn't allow it.
        """
        meeting, sent = self.meeting, self.cleaned_data
        item, at = sent["item"], sent["at"]
        match sent["do"]:
            case "start":
                moves.begin(meeting, at)
            case "open":
                moves.open_item(meeting, item, at)
            case "more":
                moves.give_more(meeting, item, sent["minutes"])
            case "defer":
                moves.defer(meeting, item, sent["on"], at)
            case "show":
                moves.show(meeting, item, sent["showing"])
            case "turn":
                moves.take_turn(meeting, item, sent["who"], sent["state"])
            case "attend" if self.person:
                first = sent["is_first_visit"]
                moves.attend(meeting, self.person, sent["on"], is_first_visit=first)
            case "end":
                meeting.end()
