"""Every field of every model, with every kind of value that doesn't fit, or without a value."""

import pytest

from briefs.editions import checks
from briefs.editions.fixture import MODELS, fields_of, has_default

from ..samples import Raw, Typed, whole

SERIES = [
    {"model": "briefs.series", "fields": {"slug": "year", "title": "A year", "summary": "Five."}},
    {
        "model": "briefs.seriesentry",
        "fields": {"series": ["year"], "brief": ["water"], "position": 1},
    },
]
FIELDS = [(label, field.name) for label, model in MODELS.items() for field in fields_of(model)]
NO_TEXT = ["No", "750", "12:30", "1_000", ".5", "2026-11-01", "[a]", "{a: b}", "=", "2026-02-30"]
NO_DATE = ["01.11.2026", "2026-11-1", '"2026-11-01"', '""', "2026-11-01 10:00:00"]
NO_DATE += ["2026-02-30", "[2026-11-01]", "20261101", "No", "{a: b}", "2026-11-01T10:00:00+99:99"]
NO_NUMBER = ["one", "1.5", "-1", '"3"', "No", "[1]", "{a: b}", "0x1F", "010", "1_0", "1:30"]
NO_NUMBER += ["9" * 12, "9" * 5000, ".inf", ".nan", "2026-11-01"]
NO_KEY = ["water", "[]", "[1]", "[No, wells]", "[a, b, c]", '[""]', "{a: b}", "1", "[[water]]"]
NO_DATA = ["[]", "[[a, 1]]", "text", "1", "{rows: [], rows: []}", "{rows: [[2026-02-30, 1]]}"]
WRONG = {
    "DateField": NO_DATE,
    "PositiveIntegerField": NO_NUMBER,
    "PositiveSmallIntegerField": NO_NUMBER,
    "ForeignKey": NO_KEY,
    "JSONField": NO_DATA,
    "SlugField": [*NO_TEXT, "the wells", '"שלום"', "x" * 81],
    "URLField": [*NO_TEXT, "example", "https://", "https://a.org/" + "x" * 400],
    "TextField": [*NO_TEXT, "#1 pipe", "The #1 pipe", '"\\0"'],
    "CharField": [*NO_TEXT, "The #1 pipe", "x" * 401],
}


def item_of(label):
    """All items of a fixture that has this model, and the index of its first item."""
    items = SERIES if "series" in label else whole().items
    copy = [{"model": item["model"], "fields": dict(item["fields"])} for item in items]
    return copy, next(i for i, item in enumerate(copy) if item["model"] == label)


def found_at(typed):
    return {finding.line for finding in checks.check(typed.fixture) if finding.is_error}


def test_the_sample_has_no_findings():
    assert checks.check(Typed(whole().items).fixture) == []
    assert checks.check(Typed(SERIES).fixture) == []


@pytest.mark.parametrize(("label", "name"), FIELDS, ids=[".".join(field) for field in FIELDS])
def test_a_value_that_does_not_fit_is_told_at_its_line(label, name):
    field = MODELS[label]._meta.get_field(name)
    values = WRONG[field.get_internal_type()]
    if field.choices:
        values = [*NO_TEXT, "nothing"]
    for value in values:
        items, index = item_of(label)
        items[index]["fields"][name] = Raw(value)
        typed = Typed(items)
        line = typed.places[index, name]

        findings = [f for f in checks.check(typed.fixture) if f.is_error and f.line == line]

        assert findings, (label, name, value)
        assert all(finding.what and finding.remedy for finding in findings)


@pytest.mark.parametrize(("label", "name"), FIELDS, ids=[".".join(field) for field in FIELDS])
def test_a_field_that_is_missing_or_empty_is_told_if_it_is_needed(label, name):
    field = MODELS[label]._meta.get_field(name)
    items, index = item_of(label)
    del_items, _index = item_of(label)
    del_items[index]["fields"].pop(name, None)
    items[index]["fields"][name] = Raw("")
    missing, empty = Typed(del_items), Typed(items)

    if not has_default(field):
        assert missing.places[index, "model"] in found_at(missing)
    checks.check(missing.fixture)
    if not field.null and not field.blank:
        assert empty.places[index, name] in found_at(empty)
    checks.check(empty.fixture)
