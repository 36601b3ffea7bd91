"""What Django says about an entry is said in our words."""

import pytest
from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator

from accounts.models import User


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        (forms.CharField(), "", "This is required."),
        (forms.DateField(), "soon", "Choose a date."),
        (forms.TimeField(), "soon", "Choose a time."),
        (forms.EmailField(), "ann", "Enter an email address, such as name@example.org."),
        (forms.URLField(assume_scheme="https"), "a b", "Enter a web address, such as https://"),
        (forms.IntegerField(validators=[MinValueValidator(15)]), "9", "Enter 15 or more."),
        (forms.IntegerField(validators=[MaxValueValidator(15)]), "90", "Enter 15 or less."),
        (forms.CharField(max_length=3), "four", "Shorten this to 3 characters. It has 4 now."),
        (forms.CharField(validators=[MaxLengthValidator(3)]), "four", "Shorten this to 3"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "“b” isn’t one of the choices."),
        (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"], "“b” isn’t one of the choices."),
    ],
)
def test_an_entry_that_cannot_be_taken_is_explained(field, typed, said):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)

    assert refused.value.messages[0].startswith(said)


def test_forms_of_models_say_the_same(db):
    with pytest.raises(forms.ValidationError) as refused:
        User(email="ann", display_name="Ann").full_clean()

    assert (
        refused.value.message_dict["email"][0]
        == "Enter an email address, such as name@example.org."
    )
