"""The form for a meeting, and the one that cancels it."""

import secrets
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief
from config.layout import Folded, Hint, Submit
from config.text_fields import PlainTextField
from config.texts import LINK, SENTENCE, visible
from config.when import when_until, zone

from ..mail.in_sight import planned_for
from ..models import Mail, Meeting, where
from ..models.where import Where
from .fields import DayInput, PersonField, TimeInput, WallClockFields, email_line
from .stale import StaleForm

if TYPE_CHECKING:
    from accounts.models import User


class MeetingForm(WallClockFields, StaleForm, forms.ModelForm):
    """A meeting, with its day and time on the wall clock of the circle."""

    day = forms.DateField(
        label=_("Date"), widget=DayInput, error_messages={"required": _("Choose a date.")}
    )
    clock = forms.TimeField(
        label=_("Time"), widget=TimeInput, error_messages={"required": _("Choose a start time.")}
    )
    online_link = forms.URLField(
        label=_("Video link"),
        required=False,
        assume_scheme="https",
        max_length=LINK,
        help_text=_("For people joining from home. Only members can see it."),
        error_messages={
            "invalid": _("That link doesn’t look right. Copy the whole link and paste it here.")
        },
    )
    answer_by = forms.DateField(
        label=_("RSVP by (optional)"),
        required=False,
        widget=DayInput,
        help_text=_("Last day to RSVP. If blank, people can RSVP until the meeting ends."),
    )
    # Of a new meeting: the same form makes one, however often it is sent.
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    anyway = forms.BooleanField(required=False, label=_("Plan it anyway"))
    is_same_time = False

    field_order = ["brief", "title", "day", "clock", "duration_minutes", *where.FIELDS]
    # What few people fill in when they schedule a meeting.
    FOLDED = (*Meeting.ROLES, "capacity", "answer_by")
    # What calendars show, and must hear of (RFC 5545, SEQUENCE).
    SHOWN = {*field_order, "welcome"}

    class Meta:
        model = Meeting
        fields = [
            "brief",
            "title",
            "duration_minutes",
            *where.FIELDS,
            "welcome",
            *Meeting.ROLES,
            "capacity",
        ]
        labels = {
            "brief": _("Brief (optional)"),
            "title": _("Title (optional)"),
            "welcome": _("Good to know (optional)"),
            "capacity": _("Attendee limit (optional)"),
        }
        widgets = {"welcome": forms.Textarea(attrs={"rows": 3})}
        field_classes = {"welcome": PlainTextField, **dict.fromkeys(Meeting.ROLES, PersonField)}
        error_messages = {
            "duration_minutes": dict.fromkeys(
                ["required", "invalid", "min_value", "max_value"],
                _("Enter the length in minutes, from 15 to 600."),
            ),
            "capacity": dict.fromkeys(
                ["invalid", "min_value"], _("Enter 1 or more, or leave this blank for no limit.")
            ),
        }

    STAMPED = [*Meta.fields, "starts_at", "rsvp_deadline"]

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting = self.instance
        people = meeting.circle.memberships.current().by_name()
        for role in Meeting.ROLES:
            self.fields[role].offer(people, none=_("Not assigned"))
        self.fields["welcome"].make_room(meeting.welcome)
        # Django checks the model's limits after `clean`, which adds the length to the start.
        length = Meeting._meta.get_field("duration_minutes")
        self.fields["duration_minutes"].validators = [*length.validators]
        self.fields["brief"].queryset = Brief.objects.readable_by(user)
        self.fields["brief"].empty_label = _("None yet, or a topic without a brief")
        self.fields["clock"].help_text = _("Time zone: %s") % zone(meeting)
        if meeting.starts_at:
            self.initial["day"] = meeting.local_start.date()
            self.initial["clock"] = meeting.local_start.time()
        if meeting.rsvp_deadline:
            self.initial["answer_by"] = meeting.rsvp_deadline.astimezone(meeting.zone).date()
        self.initial["seen"] = meeting.stamp(self.STAMPED)
        if not meeting.pk:
            self.initial["key"] = secrets.token_urlsafe(16)

    @property
    def zone(self) -> ZoneInfo:
        return self.instance.zone

    @property
    def must_be_ahead(self) -> bool:
        """Past meetings can be edited, but no meeting can be moved into the past."""
        return "day" in self.changed_data or "clock" in self.changed_data

    def earliest(self) -> datetime:
        return Meeting.over_if_unstarted_since()

    def clean_brief(self) -> Brief | None:
        brief, before = self.cleaned_data["brief"], self.instance.brief
        if self.instance.pk and before and brief != before and self.instance.has_work_on_its_brief:
            raise forms.ValidationError(
                _(
                    "This meeting already has notes or readings on “%(brief)s”. Keep that brief, "
                    "or remove the readings first. To read something else, schedule another "
                    "meeting."
                ),
                params={"brief": before},
            )
        return brief

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        is_telling = "tell" in self.data or self.instance.scheduled_at
        if is_telling and not Where.read(cleaned):
            self.add_error("place", _("Add a place or a video link so people know how to join."))
        by, starts = cleaned.get("answer_by"), cleaned.get("starts_at")
        if by and starts and by > cleaned["day"]:
            self.add_error("answer_by", _("That’s after the meeting. Choose an earlier date."))
        if starts and self.must_be_ahead and not cleaned.get("anyway"):
            self._ask_if_two(starts, cleaned.get("duration_minutes"))
        return cleaned

    def _ask_if_two(self, starts: datetime, minutes: int | None) -> None:
        """Ask before a second meeting of the circle at the same time."""
        planned = Meeting(
            pk=self.instance.pk,
            circle=self.instance.circle,
            starts_at=starts,
            duration_minutes=minutes or self.instance.duration_minutes,
        )
        for other in planned.others_at_its_time()[:1]:
            self.is_same_time = True
            sentence = _("“%(meeting)s” is at that time: %(when)s. Is this one in addition to it?")
            values = {"meeting": other, "when": when_until(other)}
            self.add_error(None, forms.ValidationError(sentence, params=values))

    def tell_of(self, theirs: Meeting) -> str:
        if self.data.get("key"):
            return _(
                "You already saved this meeting: %(when)s, %(where)s. What’s below is different "
                "and isn’t saved yet. To replace what you saved, save again."
            ) % {"when": when_until(theirs), "where": theirs.where.line or _("no place yet")}
        return _(
            "Someone else just changed this meeting. It’s now %(when)s, %(where)s. Yours is below "
            "and isn’t saved yet. To replace theirs, save again."
        ) % {"when": when_until(theirs), "where": theirs.where.line or _("no place yet")}

    def save(self, commit: bool = True) -> Meeting:
        """Save, update calendars if they show what changed, and announce it if asked to."""
        meeting = self.instance
        meeting.starts_at = self.cleaned_data["starts_at"]
        by = self.cleaned_data["answer_by"]
        meeting.rsvp_deadline = by and datetime.combine(by, time(23, 59), meeting.zone)
        if not meeting.pk:
            meeting = meeting.add()
        else:
            shown = bool(self.SHOWN & set(self.changed_data))
            meeting.keep(self.STAMPED, calendars_hear=shown, seen=self.seen_stamp)
        if "tell" in self.data:
            meeting.schedule()
        return meeting

    @property
    def email_words(self) -> str:
        """Whom the main button emails, and when."""
        is_known = self.instance.scheduled_at
        return planned_for(
            Mail.Kind.CHANGED if is_known else Mail.Kind.SCHEDULED, self.instance
        ).words

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {
            "data-keep-draft": f"meeting-{self.instance.circle_id}-{self.instance.number or 'new'}"
        }
        asks = ["anyway"] if self.is_same_time or self.data.get("anyway") else []
        helper.layout = Layout(
            "seen",
            "key",
            *asks,
            "brief",
            "title",
            Row("day", "clock", "duration_minutes"),
            *where.FIELDS,
            "welcome",
            Folded(
                _("Roles, attendee limit, and RSVP date"),
                Hint(_("You can fill these in later.")),
                Row("host", "leader"),
                Row("note_taker", "timekeeper"),
                "presenter",
                Row("capacity", "answer_by"),
                is_open=any(self[name].value() or self[name].errors for name in self.FOLDED),
            ),
            *self._buttons(),
        )
        return helper

    def _buttons(self) -> list[Any]:
        """The buttons, below what each tells the circle."""
        if self.instance.scheduled_at:
            mailing = _(
                "An email goes out if you change the date, time, length, place, video link, or "
                "what’s good to know."
            )
            buttons = [Submit("save", _("Save changes"))]
        else:
            mailing = _(
                "Announcing emails everyone who has joined. People you invited see the meeting "
                "when they join. Only facilitators can see a draft."
            )
            buttons = [
                Submit("tell", _("Save and announce")),
                Submit("save", _("Save as draft"), look="quiet"),
            ]
        return [Hint(mailing), email_line("form.email_words"), *buttons]


class CancelForm(forms.Form):
    """Why a meeting is canceled, in a few words or none."""

    reason = PlainTextField(
        label=_("Reason (optional)"),
        required=False,
        max_length=SENTENCE,
        validators=[visible],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meeting.is_draft:
            self.fields["reason"].help_text = _("Facilitators see it on the meeting’s page.")
        else:
            self.fields["reason"].help_text = _(
                "Everyone in the circle sees it in the email and on the meeting’s page."
            )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("reason", Submit("cancel", _("Cancel meeting"), look="danger"))
        return helper
