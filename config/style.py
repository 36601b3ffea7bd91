"""The style page: every component in every state. Only in DEBUG."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static

from .access import public
from .layout import Submit


class SampleForm(forms.Form):
    """One field of each kind. Only developers see its words, so they aren't translated."""

    hidden = forms.CharField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(label="Text", help_text="With help text.")
    email = forms.EmailField(label="Email address", required=False)
    password = forms.CharField(label="Password", required=False, widget=forms.PasswordInput)
    number = forms.IntegerField(label="Number", required=False, max_value=600)
    day = forms.DateField(
        label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    clock = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    link = forms.URLField(label="Link", required=False, assume_scheme="https")
    code = forms.CharField(
        label="Code", required=False, widget=forms.TextInput(attrs={"class": "code-field"})
    )
    several = forms.CharField(
        label="Several lines", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    choice = forms.ChoiceField(label="Choice", choices=[("", "Choose"), ("one", "One")])
    one_of = forms.ChoiceField(
        label="One of these",
        choices=[("one", "One"), ("two", "Two")],
        widget=forms.RadioSelect,
        help_text="A group has help too.",
    )
    some_of = forms.MultipleChoiceField(
        label="Some of these",
        required=False,
        choices=[("one", "One"), ("two", "Two")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="A box to check", help_text="And what it means.")

    def clean(self) -> None:
        raise forms.ValidationError("What is wrong with the form as a whole.")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.disable_csrf = True
        helper.layout = Layout(
            "hidden",
            "text",
            "email",
            "password",
            Row("day", "clock", "number"),
            "link",
            "code",
            "several",
            Fieldset("A set of fields", "choice", "one_of", "some_of", "agreed"),
            Submit("save", "The main button"),
            Submit("other", "Another button", look=""),
            Submit("quiet", "A quiet button", look="quiet"),
        )
        return helper


@public
def style(request: HttpRequest) -> HttpResponse:
    filled = {"text": "Typed", "choice": "one", "one_of": "two", "some_of": ["one"]}
    context = {
        "states": [
            ("Blank", SampleForm(prefix="blank")),
            ("Filled", SampleForm(prefix="filled", initial=filled | {"agreed": True})),
            ("Wrong", SampleForm({"wrong-number": "9999", "wrong-email": "x"}, prefix="wrong")),
        ],
        "looks": ["primary", "quiet", "danger", "small", "large"],
        "papers": ["device", "light", "sepia", "dark", "contrast"],
        "levels": ["info", "success", "warning", "error"],
        "badges": "good yes under_way warn maybe waiting draft bad cancelled count poll-open "
        "poll-picked poll-closed poll-expired poll-cancelled".split(),
        "kinds": [
            *("point", "concern", "common_ground", "difference", "question", "quotation"),
            *("takeaway", "deleted"),
        ],
        "numbers": [1, 2, 3, 4],
        "icons": "action book calendar live mail menu notes people place role".split(),
        "names": ["Ruth Delgado", "Ida Bergström", "Pete Kowalski", "Sam Whitfield"],
        "picture": static("img/favicon.svg"),
    }
    return render(request, "style/style.html", context)
