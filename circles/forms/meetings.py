"""What a facilitator types about a meeting."""

from datetime import datetime, time, timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout, Row
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefs.models import Brief
from config.layout import Submit

from .. import wall_clock
from ..models import Meeting
from .actions import DayInput
from .stamps import stamp_of


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs):
        super().__init__(format="%H:%M", **kwargs)


class MeetingForm(forms.ModelForm):
    """A meeting, with its day and time on the wall clock of the circle.

    It carries a stamp of what its writer saw. A change that somebody else made meanwhile is
    named before it is written over.
    """

    day = forms.DateField(label=_("Day"), widget=DayInput)
    clock = forms.TimeField(label=_("Time"), widget=TimeInput)
    online_link = forms.URLField(
        label=_("Online link"),
        required=False,
        assume_scheme="https",
        max_length=400,
        help_text=_("For those who join from home. Only members see it."),
    )
    answer_by = forms.DateField(
        label=_("Answer by"),
        required=False,
        widget=DayInput,
        help_text=_("The last day to say who comes. Empty: until the meeting ends."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["brief", "title", "day", "clock", "duration_minutes", "place", "online_link"]
    # What calendars show, and must hear of (RFC 5545, SEQUENCE).
    SHOWN = {"brief", "title", "day", "clock", "duration_minutes", "place", "online_link"}

    class Meta:
        model = Meeting
        fields = [
            "brief",
            "title",
            "duration_minutes",
            "place",
            "online_link",
            "welcome",
            *Meeting.ROLES,
            "capacity",
        ]
        widgets = {"welcome": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        meeting = self.instance
        people = meeting.circle.memberships.current().by_name()
        for role in Meeting.ROLES:
            self.fields[role].queryset = people
            self.fields[role].empty_label = _("Not settled yet")
        self.fields["brief"].queryset = Brief.objects.readable_by(user)
        self.fields["brief"].empty_label = _("None yet, or a subject without a brief")
        self.fields["clock"].help_text = _("In the circle’s time: %s.") % meeting.time_zone.replace(
            "_", " "
        )
        if meeting.starts_at:
            self.initial |= {"day": meeting.local_start.date(), "clock": meeting.local_start.time()}
        if meeting.rsvp_deadline:
            self.initial["answer_by"] = meeting.rsvp_deadline.astimezone(meeting.zone).date()
        self.initial["seen"] = stamp_of(meeting, [*self.Meta.fields, "starts_at", "rsvp_deadline"])
        self.newest = meeting.pk and Meeting.objects.get(pk=meeting.pk)

    def clean_seen(self):
        seen, now = self.cleaned_data["seen"], self.initial["seen"]
        self.is_stale = bool(self.instance.pk and seen and seen != now)
        return seen

    def clean_day(self):
        day = self.cleaned_data["day"]
        if "day" in self.changed_data:
            wall_clock.check_day(day)
        return day

    def clean_brief(self):
        brief, before = self.cleaned_data["brief"], self.instance.brief
        if self.instance.pk and before and brief != before and self.instance.has_work_on_its_brief:
            raise forms.ValidationError(
                _(
                    "There are notes or readings on “%(brief)s”. Keep it, or take the readings "
                    "away first; to read something else, plan another meeting."
                ),
                params={"brief": before},
            )
        return brief

    def clean(self):
        cleaned = super().clean()
        if "day" in cleaned and "clock" in cleaned:
            self._clean_start(cleaned)
        is_telling = "tell" in self.data or self.instance.scheduled_at
        if is_telling and not (cleaned.get("place") or cleaned.get("online_link")):
            self.add_error("place", _("Say where, or give a link: people must know how to come."))
        by, starts = cleaned.get("answer_by"), cleaned.get("starts_at")
        if by and starts and by > cleaned["day"]:
            self.add_error("answer_by", _("This is after the meeting. Choose an earlier day."))
        if self.is_stale:
            self._tell_of_the_other()
        return cleaned

    def _clean_start(self, cleaned):
        wanted = datetime.combine(cleaned["day"], cleaned["clock"])
        starts, oddity = wall_clock.at(wanted, self.instance.zone)
        if oddity == wall_clock.SKIPPED:
            self.add_error("clock", wall_clock.REFUSED)
            return
        is_new = "day" in self.changed_data or "clock" in self.changed_data
        if is_new and starts < timezone.now() - timedelta(hours=12):
            self.add_error("day", _("This day is past. Choose one that is ahead."))
        cleaned["starts_at"] = starts

    def _tell_of_the_other(self):
        """Somebody saved other values since this form was opened: show theirs, ask again."""
        now = self.newest
        self.add_error(
            None,
            _(
                "Somebody changed this meeting while you were writing. It now says: %(when)s, "
                "%(minutes)d minutes, %(where)s. Below is what you wrote, not saved yet. "
                "Save once more to put yours in its place."
            )
            % {
                "when": now.local_start.strftime("%A, %B %-d, %-I:%M %p"),
                "minutes": now.duration_minutes,
                "where": now.place or now.online_link or _("no place"),
            },
        )
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.initial["seen"]

    def save(self, commit=True):
        """Save, tell calendars if they must hear of it, and tell the circle if asked to."""
        meeting = self.instance
        meeting.starts_at = self.cleaned_data["starts_at"]
        by = self.cleaned_data["answer_by"]
        meeting.rsvp_deadline = by and datetime.combine(by, time(23, 59), meeting.zone)
        if not meeting.pk:
            meeting.add()
        else:
            changed = [*self._meta.fields, "starts_at", "rsvp_deadline"]
            meeting.keep(changed, calendars_hear=bool(self.SHOWN & set(self.changed_data)))
        if "tell" in self.data:
            meeting.schedule()
        return meeting

    @property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {
            "data-keep-draft": f"meeting-{self.instance.circle_id}-{self.instance.number or 'new'}"
        }
        if self.instance.scheduled_at:
            buttons = [Submit("save", _("Save the changes"))]
        else:
            buttons = [
                Submit("tell", _("Save and tell the circle")),
                Submit("save", _("Save as a draft"), look="quiet"),
            ]
        helper.layout = Layout(
            "seen",
            "brief",
            "title",
            Row("day", "clock", "duration_minutes"),
            "place",
            "online_link",
            "welcome",
            Fieldset(
                _("Who does what that evening"),
                HTML('<p class="hint">{}</p>'.format(_("All of it can be settled later."))),
                Row("host", "facilitator"),
                Row("recorder", "timekeeper"),
                "presenter",
            ),
            Row("capacity", "answer_by"),
            *buttons,
        )
        return helper
