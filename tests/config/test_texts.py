"""Every text that a person types has a limit, in the form, the model and the database."""

import importlib
import pkgutil
from itertools import chain

import pytest
from allauth.core import context
from django import forms
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.urls import reverse

import circles.forms
from accounts.forms import SignUpForm
from accounts.models import User
from circles.forms.circles import NewCircleForm
from circles.forms.live import MoveForm
from circles.forms.notes import NoteForm
from circles.models import Circle, Note
from circles.notes.outline import Outline
from config.text_fields import LimitedBoundField, PlainTextField
from config.texts import NOTE, Typed, is_visible, visible
from tests.factories import make_circle, make_note

# Never typed: they are chosen from a list, or made of a name or a number.
NOT_TYPED = {"time_zone", "slug", "region", "country", "step", "language"}
NOT_TYPED |= {"text_size", "spacing", "paper"}
# Numbers, stamps and what a page hands on to itself.
HANDED_ON = {
    *("seen", "privacy", "started_from", "said", "section", "showing", "item"),
    *("time_zone", "region", "who"),
}


# What is handed to the outbox, the count of rounds, and hashes.
NOT_BY_PEOPLE = {
    *("mail.cause", "mail.address", "mail.last_error", "heartbeat.name", "user.password"),
    *("guesses.account", "guesses.browser", "sentinvitation.address_hash"),
    *("device.browser", "device.system"),
}


def typed_fields():
    """The text fields that a person fills: {"model.field": (model, field)}."""
    models_ = chain(*(apps.get_app_config(app).get_models() for app in ("accounts", "circles")))
    for model in models_:
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            is_typed = field.editable and not field.choices and field.name not in NOT_TYPED
            if is_text and is_typed and not model._meta.proxy:
                yield f"{model._meta.model_name}.{field.name}", (model, field)


TYPED = {name: pair for name, pair in typed_fields() if name not in NOT_BY_PEOPLE}


def our_forms():
    """Every form class of circles and accounts."""
    modules = [
        importlib.import_module(f"circles.forms.{found.name}")
        for found in pkgutil.iter_modules(circles.forms.__path__)
    ]
    modules.append(importlib.import_module("accounts.forms"))
    for module in modules:
        for value in vars(module).values():
            is_class = isinstance(value, type) and issubclass(value, forms.BaseForm)
            if is_class and value.__module__ == module.__name__:
                yield value


@pytest.mark.parametrize("name", TYPED)
def test_every_typed_text_has_a_limit_that_the_database_holds(name):
    model, field = TYPED[name]
    [limits] = [one for one in model._meta.constraints if one.name.endswith("_texts_have_a_limit")]

    assert issubclass(model, Typed)
    assert f"Length(F({field.name})), {field.max_length})" in str(limits.condition)
    if not isinstance(field, models.EmailField | models.URLField):
        assert visible in field.validators


def test_every_text_of_a_form_has_a_limit():
    without = {
        (form.__name__, name)
        for form in our_forms()
        for name, field in form.base_fields.items()
        if type(field) in (forms.CharField, PlainTextField) and name not in HANDED_ON
        if not field.max_length and not isinstance(field.widget, forms.PasswordInput)
    }

    # Django-allauth reads six digits, looks an address up, and asks for no user name here.
    of_allauth = ("code", "login", "username")
    # Their limit is a validator, as django-allauth makes the field.
    passkeys = {("NewPasskeyForm", "name"), ("PasskeyNameForm", "name")}
    assert {(form, name) for form, name in without if name not in of_allauth} == passkeys


@pytest.mark.parametrize("long", ["text", "answer"])
def test_the_database_takes_no_longer_text(meeting, member, long):
    note = make_note(meeting, member)

    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.filter(pk=note.pk).update(**{long: "x" * (NOTE + 1)})


@pytest.fixture
def long_note(meeting, member):
    """A note as the upgrade left it: longer than notes may be now."""
    meeting.start()
    note = make_note(meeting, member)
    length = NOTE + 500
    Note.objects.filter(pk=note.pk).update(longest_before=length)
    Note.objects.filter(pk=note.pk).update(text="x" * length)
    note.refresh_from_db()
    return note


@pytest.mark.parametrize(("change", "status"), [(0, 302), (-1, 302), (-400, 302), (1, 422)])
def test_a_text_from_before_can_be_kept_and_shortened_but_not_lengthened(
    client, member, long_note, change, status
):
    client.force_login(member)
    text = "y" * (len(long_note.text) + change)

    answer = client.post(long_note.get_absolute_url(), {"text": text, "version": 1})

    assert answer.status_code == status
    saved = Note.objects.get(pk=long_note.pk).text
    assert saved == (text if status == 302 else long_note.text)
    if status == 422:
        assert text in answer.text


def test_a_shortened_text_cannot_be_lengthened_again(client, member, long_note):
    client.force_login(member)
    url = long_note.get_absolute_url()
    client.post(url, {"text": "y" * (NOTE + 100), "version": 1})

    again = client.post(url, {"text": "y" * (NOTE + 101), "version": 2})

    assert again.status_code == 422
    assert len(Note.objects.get(pk=long_note.pk).text) == NOTE + 100


def test_a_text_from_before_is_whole_on_its_pages(client, member, long_note):
    client.force_login(member)

    page = client.get(long_note.get_absolute_url()).text

    assert long_note.text in page
    assert "before the limit of 10,000 characters" in page


def test_a_limit_is_shown_before_it_is_reached(client, facilitator, circle):
    client.force_login(facilitator)

    page = client.get(reverse("circles:circle_edit", args=[circle.slug])).text

    assert "Up to 2,000 characters." in page
    assert 'aria-describedby="id_purpose_helptext"' in page


def test_line_breaks_of_the_browser_count_once():
    field = PlainTextField(max_length=5)

    assert field.clean("a\r\nb\r\nc") == "a\nb\nc"
    with pytest.raises(forms.ValidationError, match="Shorten this to 5 characters. It has 6 now."):
        field.clean("abcdef")


def test_the_renderer_gives_every_form_its_hints():
    class Form(forms.Form):
        text = PlainTextField(max_length=1000, help_text="Your words.")

    assert isinstance(Form()["text"], LimitedBoundField)
    assert Form()["text"].help_text == "Your words. Up to 1,000 characters."


INVISIBLE = [
    "\u200b\u200b",
    "\u2800",
    "\u3164",
    "\u115f\u1160",
    "\uffa0",
    "\u0301",
    "\u00ad",
    "\u2060 \ufeff",
    "\u202e",
    "\U000e0041",
    "\ufe0f",
    "\uffff",
    "\U000e0fff",
]
VISIBLE = ["a", "\U0001fae9", "Ann", "안나", "আন্না", "ا", "👍", "?", "\u200bx", "é", "x\u3164"]


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_what_no_one_can_see_is_no_text(text):
    assert not is_visible(text)


@pytest.mark.parametrize("text", VISIBLE, ids=ascii)
def test_every_script_can_be_seen(text):
    assert is_visible(text)


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_names_and_notes_that_no_one_can_see_are_refused_with_a_sentence(
    text, circle, facilitator, meeting, rf
):
    membership = circle.memberships.get(user=facilitator)
    meeting.start()
    outline = Outline(meeting, [])
    name = {"display_name": text, "email": "ann@example.org"}
    with context.request_context(rf.get("/")):
        sign_up = SignUpForm(name)
    bound = {
        "display_name": sign_up,
        "name": NewCircleForm({"name": text}, instance=Circle()),
        "text": NoteForm({"text": text}, outline=outline, membership=membership),
        "who": MoveForm({"who": f"v:{text}x"[:-1]}, meeting=meeting, membership=membership),
    }

    for field, form in bound.items():
        if field == "who" and not text.strip():
            continue
        assert "This looks blank" in " ".join(form.errors[field]), field


def test_the_model_refuses_them_too(db):
    with pytest.raises(forms.ValidationError, match="This looks blank"):
        User(email="ann@example.org", display_name="\u3164").full_clean()


def test_a_circle_with_an_invisible_name_is_not_started(client, facilitator):
    client.force_login(facilitator)
    before = Circle.objects.count()
    make_circle()

    answer = client.post(reverse("circles:circle_create"), {"name": "\u200b\u200b"})

    assert answer.status_code == 422
    assert Circle.objects.count() == before + 1
