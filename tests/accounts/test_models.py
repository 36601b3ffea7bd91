import pytest
from django.core.exceptions import ValidationError

from accounts.models import User, validate_time_zone


@pytest.mark.django_db
def test_who_is_made_by_someone_else_has_a_proven_address_in_lower_case():
    user = User.objects.create_user(" Ann@Example.ORG ", display_name="Ann")

    [address] = user.emailaddress_set.all()
    assert user.email == address.email == "ann@example.org"
    assert address.verified
    assert address.primary


@pytest.mark.django_db
def test_a_confirmed_address_is_the_only_one():
    user = User.objects.create_user("ann@example.org")
    user.email = "ann.b@example.org"
    user.save()

    user.confirm_email()
    user.confirm_email()

    assert [address.email for address in user.emailaddress_set.all()] == ["ann.b@example.org"]


def test_a_time_zone_that_is_none_is_refused():
    with pytest.raises(ValidationError, match="Choose one from the list"):
        validate_time_zone("Moon/Base")
