"""A fair division of the reading: nothing left out, in order, and nearly equal shares."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from circles.reading.division import divide, share_out


@dataclass(frozen=True)
class Text:
    place: int
    minutes: int


@st.composite
def rows_and_people(draw):
    minutes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=30))
    return minutes, draw(st.integers(1, 15))


@given(rows_and_people())
def test_every_section_is_read_by_somebody_and_everybody_reads_something(case):
    minutes, people = case
    texts = [Text(place, length) for place, length in enumerate(minutes)]

    shares = share_out(texts, list(range(people)))

    assert [person for person, _share in shares] == list(range(people))
    assert all(share for _person, share in shares)
    assert {text for _person, share in shares for text in share} == set(texts)


@given(rows_and_people())
def test_shares_keep_the_reading_order_and_no_section_is_given_twice(case):
    minutes, people = case
    texts = [Text(place, length) for place, length in enumerate(minutes)]

    shares = share_out(texts, list(range(people)))

    given_out = [text for _person, share in shares for text in share]
    assert given_out == sorted(given_out, key=lambda text: text.place)
    if people <= len(texts):
        assert given_out == texts


@given(rows_and_people())
def test_no_two_shares_differ_by_more_than_the_longest_section(case):
    minutes, people = case
    people = min(people, len(minutes))

    lengths = [sum(minutes[place] for place in places) for places in divide(minutes, people)]

    assert max(lengths) - min(lengths) <= max(minutes)


@given(rows_and_people())
def test_the_same_sections_and_people_are_always_divided_the_same(case):
    minutes, people = case
    people = min(people, len(minutes))

    assert divide(minutes, people) == divide(list(minutes), people)


def test_groups_that_share_a_section_are_of_much_the_same_size():
    texts = [Text(place, 2) for place in range(3)]

    shares = share_out(texts, list(range(8)))

    sizes = [sum(share == [text] for _person, share in shares) for text in texts]
    assert sorted(sizes) == [2, 3, 3]


def test_nobody_to_read_or_nothing_to_read_is_no_division():
    assert share_out([], ["Ida"]) == []
    assert share_out([Text(0, 3)], []) == []
