"""A line of words that says when a circle meets, and the dates that it means."""

from datetime import date, time
from itertools import islice

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from circles.planning.recurrence import ALL_MONTHS, EXAMPLES, Cadence, read

JANUARY = date(2027, 1, 5)


def days(cadence, number, first=JANUARY):
    return [f"{moment:%b %-d}" for moment in islice(cadence.dates(first), number)]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("third Thursday of the month, 7 pm", "The third Thursday of the month at 7 PM"),
        ("every third Thursday", "The third Thursday of the month at 7 PM"),
        ("every four weeks", "Every four weeks at 7 PM"),
        (
            "the last Sunday but not in July or December",
            "The last Sunday of the month at 7 PM, but not in July or December",
        ),
        ("1st & 3rd Mondays 19:30", "The first and third Monday of the month at 7:30 PM"),
        ("every other Tuesday at noon", "Every two weeks on Tuesday at noon"),
        ("Fortnightly on Weds., 7 in the evening", "Every two weeks on Wednesday at 7 PM"),
        ("Tuesday evenings at 7", "Every week on Tuesday at 7 PM"),
        ("We meet every second month, first Sunday", "The first Sunday every two months at 7 PM"),
        ("the 1st and 15th at 8 p.m.", "The 1st and 15th of the month at 8 PM"),
        ("the last day of each month, 6 pm", "The last day of the month at 6 PM"),
        ("quarterly on the first Monday", "The first Monday every three months at 7 PM"),
        (
            "second Tuesday, September through May",
            "The second Tuesday of the month at 7 PM, but not in June, July, or August",
        ),
        (
            "second Tuesday, only in March and October",
            "The second Tuesday of the month at 7 PM, only in March and October",
        ),
        (
            "last Friday, except between November and January",
            "The last Friday of the month at 7 PM, but not in January, November, or December",
        ),
        (
            "third Thursday but not in Dec. or Jan.",
            "The third Thursday of the month at 7 PM, but not in January or December",
        ),
        ("thursdays at 19.00", "Every week on Thursday at 7 PM"),
        ("every other Wednesday at 6.30 pm", "Every two weeks on Wednesday at 6:30 PM"),
        ("first Thursday, 7 pm\u200b", "The first Thursday of the month at 7 PM"),
        ("\ufefffirst\u00a0Thursday, ７ pm", "The first Thursday of the month at 7 PM"),
        (
            "third Thursday of each month at 7 in the evening, not in July and August, "
            "from January",
            "The third Thursday of the month at 7 PM, but not in July or August, "
            "starting in January",
        ),
        (
            "third Thurs. from January on",
            "The third Thursday of the month at 7 PM, starting in January",
        ),
        (
            "first Monday, beginning in Sept.",
            "The first Monday of the month at 7 PM, starting in September",
        ),
        ("2nd Tues. of each month, 19h30", "The second Tuesday of the month at 7:30 PM"),
        ("Mondays at half past seven in the evening", "Every week on Monday at 7:30 PM"),
        ("Mondays at quarter to eight pm", "Every week on Monday at 7:45 PM"),
        ("Monday evenings at 7:30", "Every week on Monday at 7:30 PM"),
        ("Tuesday evenings at 10:30", "Every week on Tuesday at 10:30 PM"),
        ("Monday at 19", "Every week on Monday at 7 PM"),
        ("Mondays, 1930 hours", "Every week on Monday at 7:30 PM"),
        ("Mondays, 12 midnight", "Every week on Monday at midnight"),
        ("Mondays, 12 at night", "Every week on Monday at midnight"),
        ("alternate Thursdays, 7 pm", "Every two weeks on Thursday at 7 PM"),
        (
            "twice a month, first and third Monday",
            "The first and third Monday of the month at 7 PM",
        ),
        ("the penultimate Friday", "The second to last Friday of the month at 7 PM"),
        ("the tenth of the month at 6 pm", "The 10th of the month at 6 PM"),
        ("the second of the month", "The 2nd of the month at 7 PM"),
        ("the thirty-first of the month", "The 31st of the month at 7 PM"),
        (
            "first Monday of January, April, July and October",
            "The first Monday of the month at 7 PM, only in January, April, July, and October",
        ),
        (
            "Fridays, July and August off",
            "Every week on Friday at 7 PM, but not in July or August",
        ),
        (
            "first Monday, every month but July",
            "The first Monday of the month at 7 PM, but not in July",
        ),
        (
            "Fridays, no meetings in Jul./Aug., not December",
            "Every week on Friday at 7 PM, but not in July, August, or December",
        ),
    ],
)
def test_words_are_understood_and_repeated_back(typed, understood):
    assert str(read(typed)) == understood


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("every thrid Thursday", "We didn’t understand this word: “thrid”. Did you mean “third”?"),
        ("whenever it suits", "We didn’t understand these words: “whenever”, “it”, “suits”."),
        ("Thursdays at 7", "Is that morning or evening? Type “7 am” or “7 pm”."),
        ("Thursdays, 7:30", "Is that morning or evening? Type “7:30 am”"),
        ("every second Thursday", "“Every second Thursday” can mean two things."),
        ("bimonthly on the 15th", "“Bimonthly” can mean two things."),
        ("monthly on Thursday", "Which Thursday of the month?"),
        ("every month", "Which day of the month?"),
        ("7 pm", "Tell us how often you meet, and on which day."),
        ("Monday and Tuesday", "You gave two weekdays."),
        ("every two weeks on the first Monday", "That’s two schedules in one."),
        ("third Thursday, 7 pm or 8 pm", "You gave two times."),
        ("third Thursday at 25:00", "That isn’t a time on the clock."),
        ("the 32nd", "A month has at most 31 days."),
        ("Mondays, not in January to December", "That skips every month."),
        ("Monday mornings", "That doesn’t give one clear time."),
        ("Monday mornings at 7 pm", "That doesn’t give one clear time."),
        ("Mondays at 2 at night", "Is that morning or evening? Type “2 am”"),
        ("Mondays, 12 in the evening", "Is that morning or evening? Type “12 am”"),
        ("Mondays, 7-9 pm", "We didn’t understand this word: “7-”."),
        ("Mondays, 18:30-20:00", "You gave two times."),
        ("Mondays at 7 o'clock", "Is that morning or evening? Type “7 am”"),
        ("second week of the month", "We didn’t understand this word: “second”."),
        ("twice a month on the third Thursday", "That’s two answers for how often you meet."),
        ("once a month, first and third Monday", "That’s two answers for how often you meet."),
        ("Thursday, the third of each month", "That’s two schedules in one."),
        ("third Thursday until June", "We didn’t understand these words: “until”, “june”."),
        ("third Thursday from January 15", "Choose the first date below, under “Starting on.”"),
        (
            "third Thursday, starting in May 2031",
            "Choose the first date below, under “Starting on.”",
        ),
        ("Mondays from May, starting in June", "You gave two starting months."),
        ("Mondays, not in summer", "We didn’t understand these words: “not”, “summer”."),
        ("on and on " * 40, "That’s too long."),
    ],
)
def test_what_is_not_understood_gets_a_sentence_and_examples(typed, told):
    with pytest.raises(ValidationError) as refused:
        read(typed)

    [sentence] = refused.value.messages
    assert sentence.startswith(told)
    assert all(example in sentence for example in EXAMPLES)


def test_the_time_that_the_words_leave_out_is_the_usual_one():
    assert read("first Monday", clock=time(18, 30)).clock == time(18, 30)


@pytest.mark.parametrize(
    ("typed", "dates"),
    [
        ("third Thursday", ["Jan 21", "Feb 18", "Mar 18"]),
        ("last Sunday but not in February", ["Jan 31", "Mar 28", "Apr 25"]),
        ("every four weeks", ["Jan 5", "Feb 2", "Mar 2"]),
        ("every four weeks on Monday", ["Jan 11", "Feb 8", "Mar 8"]),
        ("first and third Monday", ["Jan 18", "Feb 1", "Feb 15"]),
        ("fifth Friday", ["Jan 29", "Apr 30", "Jul 30"]),
        ("last day of the month", ["Jan 31", "Feb 28", "Mar 31"]),
        # The first Monday of January is past, so counting begins with the first date found.
        ("first Monday every two months", ["Feb 1", "Apr 5", "Jun 7"]),
        ("every two weeks, not in February", ["Jan 5", "Jan 19", "Mar 2"]),
        ("the 30th, only in February", []),
        ("first Monday, starting in March", ["Mar 1", "Apr 5", "May 3"]),
        # The month it begins with has come already.
        ("third Thursday from January", ["Jan 21", "Feb 18", "Mar 18"]),
        ("every four weeks from December", ["Dec 1", "Dec 29", "Jan 26"]),
        ("second to last Friday", ["Jan 22", "Feb 19", "Mar 19"]),
    ],
)
def test_the_dates_are_those_that_the_words_mean(typed, dates):
    assert days(read(typed), 3) == dates


clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
skipped = st.sets(st.sampled_from(sorted(ALL_MONTHS)), max_size=11).map(frozenset)
ordinals = st.sets(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), min_size=1).map(
    lambda numbers: tuple(sorted(numbers, key=lambda number: number % 10))
)
month_days = st.sets(st.integers(1, 31) | st.just(-1), min_size=1, max_size=4).map(
    lambda numbers: tuple(sorted(numbers, key=lambda day: day % 33))
)
cadences = st.one_of(
    st.builds(
        Cadence,
        clock=clocks,
        weeks=st.integers(1, 52),
        weekday=st.none() | st.integers(0, 6),
        without=skipped,
        since=st.integers(0, 12),
    ),
    st.builds(
        Cadence,
        clock=clocks,
        months=st.integers(1, 12),
        ordinals=ordinals,
        weekday=st.integers(0, 6),
        without=skipped,
    ),
    st.builds(Cadence, clock=clocks, months=st.integers(1, 12), days=month_days, without=skipped),
)


@given(cadences)
def test_what_is_repeated_back_is_understood_as_the_same(cadence):
    assert read(str(cadence)) == cadence


WORDS = (
    "every third last other 2 four weeks week month monthly the of Thursday sundays may march "
    "not in from starting or and to at 7 pm 19:30 19.30 half past noon 31st "
    "15th day between except first o'clock , ; - xyz"
).split()


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_words_at_all_give_a_cadence_or_a_sentence(text):
    try:
        cadence = read(text)
    except ValidationError:
        return
    assert read(str(cadence)) == cadence
