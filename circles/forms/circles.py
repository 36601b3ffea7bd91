"""The forms for a circle: a short one to start it, and one for all of its settings."""

import unicodedata
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import validate_time_zone
from accounts.time_zones import time_zone_choices, time_zone_choices_with
from config.layout import Submit
from config.text_fields import PlainTextField
from config.texts import BLANK_SIGNS, visible
from config.typed_links import validate_no_link
from config.when import month_day, zone

from ..mail.in_sight import planned_for_all
from ..mail.reminders import MEETING_REMINDERS
from ..models import Circle, Mail, Membership
from ..models.retention import NOTICE, retention_in_words
from ..notes.retention import due
from .fields import email_line
from .holidays import HolidayFields
from .stale import StaleForm

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from accounts.models import User


SUGGESTED_AGREEMENTS = _(
    "Be curious. Ask before you answer.\n"
    "Speak for yourself, from what you know and what you’ve lived.\n"
    "Share the floor. Everyone speaks once before anyone speaks twice, and you can always pass.\n"
    "Disagree with ideas, not people.\n"
    "What’s said in the circle stays in the circle.\n"
    "Start on time and end on time."
)


LONG_TEXTS = ["purpose", "agreements", "action_limits"]


LABELS = {
    "cadence": _("When you usually meet (optional)"),
    "usual_place": _("Where you usually meet (optional)"),
}


class CircleName(forms.ModelForm):
    """A form with a circle's name, which becomes a part of its address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before `clean_name` makes an address of it.
        self.fields["name"].validators.append(visible)

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        seen = (each for each in name if each not in BLANK_SIGNS)
        if not any(unicodedata.category(each)[0] in "LNS" for each in seen):
            raise forms.ValidationError(_("Use at least one letter or number."))
        if "name" in self.changed_data:
            validate_no_link(name)
        return name


class NewCircleForm(CircleName):
    """Starts a circle: its name, and when and where it usually meets.

    The browser fills in the time zone. The page says what everything else is set to.
    """

    time_zone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-browser-time-zone": True})
    )

    class Meta:
        model = Circle
        fields = ["name", "cadence", "usual_place"]
        labels = LABELS | {"name": _("Name of your circle")}
        help_texts = {
            "name": _("Such as a street, a library, or a neighborhood."),
            "cadence": _(
                "In your own words, such as “third Thursday of the month, 7 pm”. We’ll suggest "
                "dates from it."
            ),
            "usual_place": _("We’ll fill it in for each meeting. Only members can see it."),
        }

    def clean_time_zone(self) -> str:
        """The browser's time zone; the person's own if that isn't one we know. Never an error."""
        name = self.cleaned_data["time_zone"]
        try:
            validate_time_zone(name)
        except forms.ValidationError:
            return self.instance.time_zone
        return name

    def start(self, user: "User") -> Circle:
        """Start the circle, with this person as its facilitator."""
        self.instance.time_zone = self.cleaned_data["time_zone"]
        return self.instance.start(user)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": "circle-new"}
        helper.layout = Layout(
            "name", "cadence", "usual_place", "time_zone", Submit("save", _("Start circle"))
        )
        return helper


class CircleForm(HolidayFields, StaleForm, CircleName):
    """A circle's name and settings."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices)
    reminder_days = forms.TypedMultipleChoiceField(
        label=_("Reminder emails"),
        choices=[(reminder.days, reminder.label) for reminder in MEETING_REMINDERS],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "People who said yes or maybe get a reminder. People who haven’t replied are asked to "
            "RSVP. Anyone can turn these emails off."
        ),
    )

    retention_months = forms.TypedChoiceField(
        label=_("When notes are deleted"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "If you choose a time, notes and the summary in the minutes are deleted then. Agendas, "
            "attendance, and action items stay. Deleted notes can’t be restored."
        ),
    )

    class Meta:
        model = Circle
        fields = [
            "name",
            "purpose",
            "privacy",
            "retention_months",
            "agreements",
            "action_limits",
            "time_zone",
            "cadence",
            "usual_place",
            "usual_minutes",
            "country",
            "region",
            "reminder_days",
        ]
        labels = LABELS | {
            "purpose": _("Purpose (optional)"),
            "agreements": _("Agreements (optional)"),
            "action_limits": _("Limits on action items (optional)"),
        }
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "agreements": forms.Textarea(attrs={"rows": 8}),
            "action_limits": forms.Textarea(attrs={"rows": 3}),
            "privacy": forms.RadioSelect,
        }
        field_classes = dict.fromkeys(LONG_TEXTS, PlainTextField)

    STAMPED = Meta.fields

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        """
        Args:
            membership: who edits the circle.
        """
        super().__init__(*args, **kwargs)
        self.membership = membership
        # The kinds of emails that announce what was saved.
        self.announced: list[Mail.Kind] = []
        # The names of the fields that confirm a change.
        self.confirmations: list[str] = []
        self.fields["retention_months"].choices = self._retention_choices()
        self.fields["privacy"].label = _("Privacy setting")
        self.fields["privacy"].choices = [
            (value, f"{label}. {Circle.PRIVACY_LINES[value]}")
            for value, label in Circle.Privacy.choices
        ]
        self.offer_holidays(self.instance)
        self.fields["country"].help_text = _(
            "Shown when you plan meetings. Outside the US, choose a country and save to see its "
            "regions."
        )
        self.fields["time_zone"].choices = time_zone_choices_with(self.instance.time_zone)
        for name in LONG_TEXTS:
            self.fields[name].make_room(getattr(self.instance, name))
        # Django adds a hidden field for a callable default; `seen` does its work here.
        self.fields["action_limits"].show_hidden_initial = False
        self.initial["seen"] = self.instance.stamp(self.STAMPED)
        if self.is_bound:
            # What someone else saved in the meantime is shown first.
            seen = self["seen"].value() or self.initial["seen"]
            if seen == self.initial["seen"]:
                self._ask_about_privacy()
                self._ask_about_retention()

    def _retention_choices(self) -> list[tuple[int | str, "StrPromise | str"]]:
        offered = sorted({6, 12, 24, 36, 60, self.instance.retention_months or 12})
        return [
            ("", _("Never, unless someone deletes them")),
            *((months, retention_in_words(months)) for months in offered),
        ]

    def _ask_about_privacy(self) -> None:
        """Ask for a check before the others are told of another privacy setting."""
        wanted = self["privacy"].value()
        is_change = wanted in Circle.Privacy.values and wanted != self.instance.privacy
        others = self.instance.memberships.filter(left_at=None).exclude(pk=self.membership.pk)
        if is_change and others.exists():
            self._ask_to_confirm(
                wanted,
                _("Yes, change the privacy setting to “%(setting)s” and email everyone")
                % {"setting": Circle.Privacy(wanted).label},
                _("Everyone in your circle gets an email when the privacy setting changes.")
                + " "
                + _("Earlier notes keep the setting they were written under."),
            )

    def _ask_about_retention(self) -> None:
        """Ask for a check before notes are deleted sooner than they would be."""
        field = self.fields["retention_months"]
        try:
            months = field.clean(self["retention_months"].value())
        except forms.ValidationError:
            return
        if not self.instance.would_delete_sooner(months):
            return
        begins = timezone.now() + NOTICE
        number = len(due(self.instance.meetings.all(), months, begins))
        what = ngettext(
            "The notes of %(number)d past meeting will be deleted on %(day)s.",
            "The notes of %(number)d past meetings will be deleted on %(day)s.",
            number,
        ) % {"number": number, "day": month_day(begins.astimezone(self.instance.zone))}
        self._ask_to_confirm(
            f"{months}_months",
            _("Yes, change when notes are deleted to “%(setting)s” and email everyone")
            % {"setting": retention_in_words(months)},
            what if number else _("Notes will be deleted for good."),
        )

    def _ask_to_confirm(self, wanted: str, label: str, what: "StrPromise | str") -> None:
        """Ask for a check. The name of the field has the setting in it, so checking it for one
        setting doesn't confirm another."""
        name = f"confirm_{wanted}"
        why = what + " " + _("To confirm, check this box and save again.")
        self.fields[name] = forms.BooleanField(label=label, error_messages={"required": why})
        self.confirmations.append(name)

    def tell_of(self, theirs: Circle) -> "list[StrPromise | str]":
        return [
            _("Someone else just changed these settings. They now say:"),
            *self.differences(theirs),
            _("Yours are below and aren’t saved yet. To replace theirs, save again."),
        ]

    def shown(self, row: Circle, name: str) -> str:
        if name == "time_zone":
            return zone(row.time_zone)
        if name == "retention_months":
            return str(dict(self._retention_choices()).get(row.retention_months or "", ""))
        if name in ("country", "region"):
            return self.holidays_in_words(name, row.country, row.region)
        return super().shown(row, name)

    def save(self, commit: bool = True) -> Circle:
        self.announced = self.instance.keep_settings(
            self.STAMPED, by=self.membership, seen=self.seen_stamp
        )
        return self.instance

    @property
    def email_words(self) -> str:
        """How many people are emailed if notes will be treated differently, and when."""
        number = planned_for_all(Mail.Kind.PRIVACY, self.instance).number
        text = ngettext(
            "If you change the privacy setting or when notes are deleted, we email %d person "
            "right away",
            "If you change the privacy setting or when notes are deleted, we email %d people "
            "right away",
            number,
        )
        return text % number

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": f"circle-{self.instance.pk}"}
        helper.layout = Layout(
            "seen",
            "name",
            "purpose",
            "privacy",
            "retention_months",
            "agreements",
            "action_limits",
            "time_zone",
            Row("cadence", "usual_place"),
            "usual_minutes",
            Row(*(name for name in ("country", "region") if name in self.fields)),
            "reminder_days",
            *self.confirmations,
            Submit("save", _("Save settings")),
            email_line("form.email_words"),
        )
        return helper
