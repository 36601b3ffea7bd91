"""Signed links: what goes in comes out, for the purpose it was made for only."""

import pytest

from circles import links


def test_a_token_gives_back_what_it_was_made_of():
    assert links.unsign("rsvp", links.sign("rsvp", 7, 12)) == [7, 12]


@pytest.mark.parametrize(
    "token",
    [
        links.sign("mail", 7, 12),
        links.sign("rsvp", 7, 12)[:-1],
        links.sign("rsvp", 7, 12).replace("7-12", "7-13"),
        "7-12",
        "",
        "…",
    ],
    ids=["another purpose", "cut short", "other ids", "unsigned", "empty", "not ascii"],
)
def test_a_token_that_was_not_made_for_this_is_refused(token):
    with pytest.raises(links.BadLink):
        links.unsign("rsvp", token)
