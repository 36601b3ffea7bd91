"""What the tests of signing in share."""

import re

import pytest

from circles.models import Invitation


@pytest.fixture
def code_from(mailoutbox):
    """Reads the six digits in the newest email."""

    def read():
        return re.search(r"^\d{6}$", mailoutbox[-1].body, re.MULTILINE).group()

    return read


@pytest.fixture
def invite(circle, facilitator):
    """Makes an invitation, a link or to an email address, and returns the path of its page."""

    def issue(email="", **fields):
        _invitation, token = Invitation.objects.issue(
            circle, invited_by=facilitator, email=email, **fields
        )
        return f"/join/{token}/"

    return issue


@pytest.fixture
def invitation(invite):
    """The page of an invite link."""
    return invite()
