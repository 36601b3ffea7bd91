"""How our own template pack renders a form."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.template import Context, Template

from config.layout import Submit


class Questions(forms.Form):
    started_from = forms.CharField(widget=forms.HiddenInput, max_length=1)
    name = forms.CharField(label="Name", help_text="As people say it.")
    wish = forms.ChoiceField(
        label="Wish", choices=[("tea", "Tea"), ("rest", "Rest")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed", help_text="To what was said.")
    town = forms.CharField(label="Town", required=False)

    def clean(self):
        raise forms.ValidationError("Something <else> is wrong.")

    @property
    def helper(self):
        helper = FormHelper()
        helper.attrs = {"data-keep-draft": "questions"}
        helper.layout = Layout(
            "started_from",
            Fieldset("Who", Row("name", "town")),
            "wish",
            "agreed",
            Submit("save", "Save it"),
            Submit("later", "Later", look="quiet"),
            Submit("apart", "Apart", look="", formaction="/elsewhere/"),
        )
        return helper


def draw(template="{% crispy form %}", **data):
    tags = "{% load crispy_forms_tags %}"
    return Template(tags + template).render(Context({"form": Questions(data or None)}))


def tag(page, name, start):
    """The start tag of the first element of this name with this text in its attributes."""
    return next(one for one in re.findall(rf"<{name}\b[^>]*>", page) if start in one)


def test_a_field_that_is_wrong_says_so_and_names_its_help_and_its_error():
    page = draw(started_from="too long", agreed="")

    field = tag(page, "input", 'name="name"')
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert re.search(r'id="id_name_error">\s*<p>This is required\.</p>', page)
    assert re.search(r'id="id_name_helptext">As people say it\.<', page)
    assert 'aria-invalid="true"' in tag(page, "input", 'name="agreed"')
    assert "aria-" not in tag(page, "input", 'name="town"')


def test_a_hidden_field_has_no_aria_whatever_is_wrong_with_it():
    assert "aria-" not in tag(draw(started_from="too long"), "input", 'name="started_from"')


def test_radio_buttons_are_a_group_with_a_legend():
    page = draw(started_from="x")

    group = tag(page, "fieldset", 'id="div_id_wish"')
    assert 'aria-describedby="id_wish_error"' in group
    assert re.search(r'<legend class="field__label">Wish<span class="field__required">\*', page)
    assert '<label for="id_wish_1">Rest</label>' in page


def test_what_is_wrong_with_the_whole_form_stands_first_and_is_escaped():
    page = draw(started_from="x")

    assert 'role="alert"' in tag(page, "div", 'class="form-errors"')
    assert "<li>Something &lt;else&gt; is wrong.</li>" in page
    assert page.index("form-errors") < page.index("<fieldset")


def test_a_button_looks_as_it_is_told():
    page = draw()

    assert 'class="button button--primary"' in tag(page, "input", 'name="save"')
    assert 'class="button button--quiet"' in tag(page, "input", 'name="later"')
    apart = tag(page, "input", 'name="apart"')
    assert 'class="button"' in apart and 'formaction="/elsewhere/"' in apart
    assert 'data-keep-draft="questions"' in tag(page, "form", "method")


def test_filters_draw_a_form_or_a_field_alone():
    assert "<form" not in draw("{{ form|crispy }}")
    assert draw("{{ form.name|as_crispy_field }}").count("<input") == 1
    assert "form-errors" not in draw("{{ form|crispy }}")
