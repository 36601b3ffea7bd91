"""What is said of a password that can't be taken."""

import pytest

from accounts.forms import ChangePasswordForm, FirstPasswordForm, NewPasswordForm
from tests.factories import make_user

GOOD = "otter lantern plum"


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "Use at least 8 characters."),
        ("password1", "password1", "A lot of people use that password, so it’s easy to guess."),
        ("person@example.org", "person@example.org", "That’s too close to your email address."),
        (GOOD, "otter lantern", "These two don’t match. Type the same password in both boxes."),
        (GOOD, "", "This is required."),
    ],
)
@pytest.mark.parametrize("form", [ChangePasswordForm, FirstPasswordForm, NewPasswordForm])
def test_a_password_that_cannot_be_taken_is_explained(db, form, first, second, said):
    person = make_user("Pat", email="person@example.org")
    filled = form(data={"password1": first, "password2": second}, user=person)

    errors = filled.errors.get("password1", []) + filled.errors.get("password2", [])
    assert any(error.startswith(said) for error in errors)
