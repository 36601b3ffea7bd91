"""The form to split the reading. It is sent by GET: it proposes a division and saves nothing."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Rsvp
from ..reading.division import share_out

if TYPE_CHECKING:
    from briefs.page.lines import SectionLine

    from ..models import Membership
    from .readings import ReadingPlan


WHOLE, REST, CHOSEN, SHARED = "whole", "rest", "chosen", "shared"


class DivisionForm(forms.Form):
    """Which people share which sections. People who RSVPed yes are preselected.

    Args:
        plan: the saved ReadingPlan.
        answers: each member's RSVP, by the membership's id.
    """

    fields: dict[str, Any]

    among = forms.MultipleChoiceField(
        label=gettext_lazy("Who’s sharing the reading?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Check at least one person to split the reading with.")
        },
    )
    of = forms.ChoiceField(label=gettext_lazy("Which sections?"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, plan: "ReadingPlan", answers: dict[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.answers = answers
        self.fields["among"].choices = [
            (str(person.pk), self._as_answered(person)) for person in plan.people
        ]
        self.initial["among"] = [str(person.pk) for person in self._likely()]
        self.scopes = self._scopes()
        self.fields["of"].choices = [(name, label) for name, (label, _s) in self.scopes.items()]
        self.initial["of"] = SHARED if SHARED in self.scopes else next(iter(self.scopes))

    def _as_answered(self, person: "Membership") -> str:
        words: dict[str | None, str] = {
            Rsvp.Answer.YES: _("coming"),
            Rsvp.Answer.WAITING: _("on the waitlist"),
            Rsvp.Answer.MAYBE: _("maybe"),
            Rsvp.Answer.NO: _("not coming"),
        }
        said = words.get(self.answers.get(person.pk), _("no reply yet"))
        return _("%(person)s (%(said)s)") % {"person": person, "said": said}

    def _likely(self) -> "list[Membership]":
        """People who RSVPed yes; before anyone did, everyone who hasn't said no."""
        people = self.plan.people
        yes = [person for person in people if self.answers.get(person.pk) == Rsvp.Answer.YES]
        return yes or [p for p in people if self.answers.get(p.pk) != Rsvp.Answer.NO]

    def _scopes(self) -> "dict[str, tuple[str, list[SectionLine]]]":
        """Sets of sections to divide: {name: (label, sections)}, each set once."""
        texts = [(section, self.plan.chosen[section.pk]) for section in self.plan.divisible]
        offered = {
            WHOLE: (_("The whole brief"), [s for s, _c in texts]),
            REST: (
                _("Everything that isn’t assigned to everyone"),
                [s for s, c in texts if not c.everyone],
            ),
            CHOSEN: (_("Only the sections assigned now"), [s for s, c in texts if c.is_read]),
            SHARED: (
                _("Only the sections someone leads now"),
                [s for s, c in texts if c.leads and not c.everyone],
            ),
        }
        scopes: dict[str, tuple[str, list[SectionLine]]] = {}
        for name, (label, sections) in offered.items():
            if sections and sections not in [known for _label, known in scopes.values()]:
                scopes[name] = (label, sections)
        return scopes

    @property
    def absent(self) -> "list[Membership]":
        """People who have sections in the saved plan and RSVPed no."""
        leading = {pk for chosen in self.plan.chosen.values() for pk in chosen.leads}
        people = [person for person in self.plan.people if person.pk in leading]
        return [p for p in people if self.answers.get(p.pk) == Rsvp.Answer.NO]

    def shares(self) -> "list[tuple[Membership, list[SectionLine]]]":
        """The requested division. The person with the first share changes with each meeting."""
        checked = set(self.cleaned_data["among"])
        people = [person for person in self.plan.people if str(person.pk) in checked]
        turn = self.plan.meeting.number % len(people)
        _label, sections = self.scopes[self.cleaned_data["of"]]
        return share_out(sections, people[turn:] + people[:turn])
