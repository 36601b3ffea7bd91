"""What a facilitator chooses to be read for a meeting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Reading

EVERYONE, NOBODY = "everyone", ""


class SectionReadingForm(forms.Form):
    """Who reads one section: nobody, everyone, or one person who leads on it."""

    who = forms.ChoiceField(required=False)
    optional = forms.BooleanField(required=False, label=_("if you like"))

    def __init__(self, *args, section, above, people, readings, **kwargs):
        super().__init__(*args, **kwargs)
        self.section = section
        self.above = above
        everyone = [reading for reading in readings if reading.membership_id is None]
        leads = [reading for reading in readings if reading.membership_id]
        self.fields["who"].choices = [
            (NOBODY, _("nobody")),
            (EVERYONE, _("everyone")),
            *((str(person.pk), _("%s leads") % person) for person in people),
        ]
        if everyone:
            self.initial["who"] = EVERYONE
        elif leads:
            self.initial["who"] = str(leads[0].membership_id)
        self.initial["optional"] = any(not reading.is_required for reading in readings)
        self.fields["who"].widget.attrs["aria-label"] = _("Who reads “%s”") % section.heading


class ReadingPlan:
    """The whole plan of readings for a meeting: a small form for each section with text."""

    def __init__(self, meeting, sections, data=None):
        self.meeting = meeting
        people = list(meeting.circle.memberships.current().by_name())
        given = {}
        for reading in meeting.readings.all():
            given.setdefault(reading.section_id, []).append(reading)
        self.forms = [
            SectionReadingForm(
                data,
                prefix=section.slug,
                section=section,
                above=above,
                people=people,
                readings=given.get(section.pk, []),
            )
            for section, above in sections
            if not section.is_container
        ]

    def is_valid(self):
        return all([form.is_valid() for form in self.forms])

    def save(self):
        """Make the readings what was chosen."""
        wanted = []
        for form in self.forms:
            who = form.cleaned_data["who"]
            if who:
                wanted.append(
                    Reading(
                        meeting=self.meeting,
                        section=form.section,
                        membership_id=None if who == EVERYONE else int(who),
                        is_required=not form.cleaned_data["optional"],
                    )
                )
        self.meeting.assign(wanted)

    def choose_all(self):
        """Everyone reads all of it."""
        self.meeting.assign(
            [Reading(meeting=self.meeting, section=form.section) for form in self.forms]
        )

    @property
    def minutes(self):
        """Minutes that everyone is asked to read."""
        return sum(f.section.minutes for f in self.forms if f.initial.get("who") == EVERYONE)
