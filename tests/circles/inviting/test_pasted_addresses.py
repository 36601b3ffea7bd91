"""Email addresses in pasted text."""

import pytest

from circles.inviting.pasted_addresses import read_addresses


@pytest.mark.parametrize(
    ("pasted", "addresses"),
    [
        ("ann@example.org, bob@example.org;cy@example.org", "ann bob cy"),
        ("ann@example.org bob@example.org\tcy@example.org\ndee@example.org", "ann bob cy dee"),
        ("Ann Lee <Ann@Example.org>, Bob <bob@example.org>", "ann bob"),
        ('"Lee, Ann" <ann@example.org>, "O\'Neil; Bob" <bob@example.org>', "ann bob"),
        ("Ann <ann@example.org> bob@example.org", "ann bob"),
        ("<ann@example.org><bob@example.org>", "ann bob"),
        ("'ann@example.org' <ann@example.org>", "ann"),
        ("Ann Lee\tann@example.org\nSt. John\tbob@example.org", "ann bob"),
        ("• ann@example.org\n(bob@example.org).\nmailto:cy@example.org", "ann bob cy"),
        ("ann@example.org | bob@example.org；cy@example.org\u200b", "ann bob cy"),
        (",; \n,", ""),
    ],
)
def test_every_way_of_writing_an_address_is_read(pasted, addresses):
    read = [each.address for each in read_addresses(pasted) if each.address]

    assert read == [f"{name}@example.org" for name in addresses.split()]


@pytest.mark.parametrize(
    ("pasted", "line", "text"),
    [
        ("ann@example.org\nbob.example.org", 2, "bob.example.org"),
        ("Ann ann@example.org bob.example.org", 1, "bob.example.org"),
        ("\n\nBob <bob at example.org>", 3, "Bob <bob at example.org>"),
        ("Ann Lee", 1, "Ann Lee"),
        ('"Lee, Ann"', 1, '"Lee, Ann"'),
        ("ann@localhost", 1, "ann@localhost"),
        ("ann@@example.org", 1, "ann@@example.org"),
        ("@", 1, "@"),
    ],
)
def test_what_cannot_be_an_address_is_kept_as_it_was_typed(pasted, line, text):
    wrong = [(each.line, each.text) for each in read_addresses(pasted) if not each.address]

    assert wrong == [(line, text)]
