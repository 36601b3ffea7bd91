"""What is always true of the rows of briefs, however they are written."""

import pytest
from django.contrib import admin as django_admin
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import ProtectedError

from briefs.models import Brief, HelpLine, Section
from tests.factories import make_brief, make_note, make_section


def test_a_slug_stands_once_in_a_brief_and_again_in_another(brief, section):
    make_section(make_brief(), slug=section.slug)

    with pytest.raises(IntegrityError):
        make_section(brief, slug=section.slug)


def test_an_unknown_audience_is_refused(brief):
    with pytest.raises(IntegrityError):
        Brief.objects.update(audience="robots")


def test_a_help_line_that_cannot_be_reached_is_refused(brief):
    with pytest.raises(IntegrityError):
        HelpLine.objects.create(brief=brief, slug="mute", name="Mute", when="Never.")


def test_a_section_cannot_stand_inside_itself(section):
    with pytest.raises(IntegrityError):
        Section.objects.filter(pk=section.pk).update(parent=section)


def test_a_section_with_notes_cannot_be_deleted(meeting, section):
    make_note(meeting, section=section)

    with pytest.raises(ProtectedError):
        section.delete()


def test_loading_an_edition_updates_in_place_and_keeps_what_it_does_not_name(
    tmp_path, brief, section
):
    kept = make_section(brief, slug="wells")
    fixture = tmp_path / "edition.yaml"
    fixture.write_text(
        "- model: briefs.section\n"
        "  fields: {brief: [water], slug: history, heading: A long history, position: 4}\n"
    )

    call_command("loaddata", str(fixture), verbosity=0)

    assert [(s.pk, s.heading) for s in brief.sections.order_by("pk")] == [
        (section.pk, "A long history"),
        (kept.pk, kept.heading),
    ]


def test_no_page_of_the_admin_shows_anything_of_circles():
    shown = {model._meta.label for model in django_admin.site._registry}

    # Of emails it shows the delivery, but no text and no addresses. Of circles without an
    # upcoming meeting it shows the name, and since when. Requests to start a circle are for admins.
    assert {label for label in shown if label.startswith("circles.")} == {
        "circles.CircleRequest",
        "circles.Mail",
        "circles.CircleWithoutDate",
    }
