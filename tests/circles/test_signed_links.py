"""Signed links: a token gives its ids back, and only for its own purpose."""

import pytest

from circles import signed_links


def test_a_token_gives_back_what_it_was_made_of():
    assert signed_links.unsign("rsvp", signed_links.sign("rsvp", 7, 12)) == [7, 12]


@pytest.mark.parametrize(
    "token",
    [
        signed_links.sign("mail", 7, 12),
        signed_links.sign("rsvp", 7, 12)[:-1],
        signed_links.sign("rsvp", 7, 12).replace("7-12", "7-13"),
        "7-12",
        "",
        "…",
    ],
    ids=["another purpose", "cut short", "other ids", "unsigned", "empty", "not ascii"],
)
def test_a_token_that_was_not_made_for_this_is_refused(token):
    with pytest.raises(signed_links.BadLink):
        signed_links.unsign("rsvp", token)
