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
        ("Smith, Ann <ann@example.org>; Day, Ben <ben@example.org>", "ann ben"),
        ("Smith, Ann <ann@example.org>, Day, Ben <ben@example.org>", "ann ben"),
        ("To: Ann Lee <ann@example.org>; Ben <ben@example.org>", "ann ben"),
        ("ann@example.org<mailto:ann@example.org>", "ann"),
        ("[Ann](mailto:ann@example.org), MAILTO:Ben@Example.org?subject=Hi", "ann ben"),
        ("\ufeffann@example.org...\nAnn\u00a0<ben@exa\u00admple.org>", "ann ben"),
        ("ann＠example．org", "ann"),
        ('Ann Lee\t"ann@example.org"\tben@example.org', "ann ben"),
        ("1. Ann Lee ann@example.org\n- Ben: ben@example.org", "ann ben"),
    ],
)
def test_every_way_of_writing_an_address_is_read(pasted, addresses):
    read = [each.address for each in read_addresses(pasted) if each.address]

    assert read == [f"{name}@example.org" for name in addresses.split()]


@pytest.mark.parametrize(
    ("pasted", "names"),
    [
        ("Smith, Ann <ann@example.org>; Day, Ben <ben@example.org>", ["Ann Smith", "Ben Day"]),
        ("Ann\tSmith\tann@example.org\t555-1234", ["Ann Smith"]),
        ("Name\tE-mail\tPhone\nAnn Lee\tann@example.org\t+1 (312) 555-1234", ["Ann Lee"]),
        ("ann@example.org\tAnn Lee\t555 1234", ["Ann Lee"]),
        ("Ann,Smith,ann@example.org,555-1234", ["Ann Smith"]),
        ("Ann;Smith;ann@example.org;555-1234", ["Ann Smith"]),
        ("| Ann | ann@example.org | 555 1234 |", ["Ann"]),
        ("Ann Lee, ann@example.org, Ben Day, ben@example.org", ["Ann Lee", "Ben Day"]),
        ('"Lee, Ann" <ann@example.org>, "Day, B." <ben@example.org>', ["Ann Lee", "B. Day"]),
        ("Lee, Ann, MD <ann@example.org>", ["Lee, Ann, MD"]),
        ("1. Ann Lee: ann@example.org, 555-123-4567", ["Ann Lee"]),
        ("'ann@example.org' <ann@example.org>", [""]),
    ],
)
def test_names_stay_with_their_addresses_and_leave_nothing_to_fix(pasted, names):
    read = read_addresses(pasted)

    assert all(each.address for each in read)
    assert [each.name for each in read] == names


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
        ("ann@example.org, Bob, cy@example.org", 1, "Bob"),
        ("ann@example.org; Bob", 1, "Bob"),
        ("Ann\tLee\t555-1234", 1, "Ann Lee 555-1234"),
        ("Ann\tann@@example.org", 1, "ann@@example.org"),
        ("555-1234", 1, "555-1234"),
    ],
)
def test_what_cannot_be_an_address_is_kept_as_it_was_typed(pasted, line, text):
    wrong = [(each.line, each.text) for each in read_addresses(pasted) if not each.address]

    assert wrong == [(line, text)]
