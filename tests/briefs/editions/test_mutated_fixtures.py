"""Fixtures with one slip each: none crashes anything, and each slip is named at its line."""

import random

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from briefs.editions import checks, fixture_reading
from briefs.editions.fixture import MODELS, fields_of, has_default
from briefs.editions.plan import plan
from briefs.models import Brief, Section

from ..samples import Raw, Typed, whole

LOAD = "/admin/briefs/brief/load/"
KEYS = {"brief", "section", "parent", "figure", "source"}
ODD = ["=", "<<", "&a b", "*a", "!!python/object:os.system ls", "!x y", '"\\0"', "@a", "%a"]
ODD += ["'a", '"a', "[a", "{a: b", "- a", "a: b", '"\\ud800"', "|a", ".inf", "~", "`a", ", a"]
ODD += ["2026-02-30", "12:30:45", "0x1F", "[" * 40 + "]" * 40, "? a", "{? [a]: b}", "\t", "{a"]
BLANK = ["\u200b\u200d", "\u2800", "\u3164", "\ufeff", "\u202e", " \u00a0\u3000"]
ODD_LETTERS = ["👩‍👩‍👧", "e\u0301" * 40, "\u202eabc", "ﬀ", "שלום", "a\u0000b"[:1], "𝕳", "ꙮ", "İ"]


def drop_a_field(rng, items):
    index, name = needed(rng, items)
    del items[index]["fields"][name]
    return Typed(items), (index, "model")


def give_the_wrong_type(rng, items):
    index, name = needed(rng, items)
    wrong = ["[a, b, c]", "{a: b}", "2026-11-01 10:00:00", "No", "", "1.5"]
    items[index]["fields"][name] = Raw(rng.choice(wrong))
    return Typed(items), (index, name)


def name_an_unknown_model(rng, items):
    index = rng.randrange(len(items))
    items[index]["model"] = rng.choice(["accounts.user", "briefs.secton", "[a]", "", "7", "{a: b}"])
    return Typed(items), (index, "model")


def name_an_unknown_field(rng, items):
    index, name = needed(rng, items)
    fields = items[index]["fields"]
    items[index]["fields"] = {key + "x" * (key == name): fields[key] for key in fields}
    return Typed(items), (index, name + "x")


def break_a_key(rng, items):
    found = [(i, name) for i, item in enumerate(items) for name in KEYS & item["fields"].keys()]
    index, name = rng.choice(sorted(found))
    items[index]["fields"][name] = rng.choice(["water", [], ["water", "no", "more"], [1, 2]])
    return Typed(items), (index, name)


def name_what_is_not_there(rng, items):
    found = [(i, name) for i, item in enumerate(items) for name in KEYS & item["fields"].keys()]
    index, name = rng.choice(sorted(found))
    key = items[index]["fields"][name]
    items[index]["fields"][name] = rng.choice([["fire", *key[1:]], [*key[:-1], "nowhere"]])
    return Typed(items), (index, name)


def repeat_a_slug(rng, items):
    index = rng.randrange(1, len(items))
    items.append({"model": items[index]["model"], "fields": dict(items[index]["fields"])})
    return Typed(items), (len(items) - 1, "slug")


def repeat_a_field(rng, items):
    typed, index, name = a_line(rng, items)
    line = typed.places[index, name]
    typed.lines.insert(line, typed.lines[line - 1])
    return typed, line + 1


def put_a_section_inside_itself(rng, items):
    index = rng.choice([i for i, item in enumerate(items) if item["model"] == "briefs.section"])
    items[index]["fields"]["parent"] = ["water", items[index]["fields"]["slug"]]
    return Typed(items), (index, "parent")


def was_itself(rng, items):
    index = rng.randrange(1, len(items))
    items[index]["fields"]["was"] = items[index]["fields"]["slug"]
    return Typed(items), (index, "was")


def reserve_a_slug(rng, items):
    section = {"brief": ["water"], "slug": rng.choice(sorted(Section.RESERVED_SLUGS))}
    section |= {"heading": "More", "body": "Words.", "position": 90}
    items.append({"model": "briefs.section", "fields": section})
    return Typed(items), (len(items) - 1, "slug")


def cut_a_text_short(rng, items):
    index, name = a_text(rng, items)
    items[index]["fields"][name] = Raw("The " + rng.choice(["#1 pipe", "# one", "#"]))
    return Typed(items), (index, name)


def type_only_blanks(rng, items):
    index, name = a_text(rng, items)
    items[index]["fields"][name] = rng.choice(BLANK)
    return Typed(items), (index, name)


def type_odd_letters(rng, items):
    index, name = a_text(rng, items)
    items[index]["fields"][name] = rng.choice(ODD_LETTERS)
    return Typed(items), None


def type_an_odd_value(rng, items):
    index, name = needed(rng, items)
    items[index]["fields"][name] = Raw(rng.choice(ODD))
    return Typed(items), (index, name)


def shift_a_line(rng, items):
    typed, index, name = a_line(rng, items)
    line = typed.places[index, name]
    shifted = rng.choice([" ", "\t", "   "]) + typed.lines[line - 1]
    typed.lines[line - 1] = rng.choice([shifted, typed.lines[line - 1][1:]])
    return typed, None


def cut_the_file(rng, items):
    typed = Typed(items)
    line = rng.randrange(len(typed.lines))
    typed.lines[line:] = [typed.lines[line][: rng.randrange(len(typed.lines[line]) + 1)]]
    return typed, None


def break_a_chart(rng, items):
    index = next(i for i, item in enumerate(items) if "data" in item["fields"])
    data = [
        "[No, 40]",
        "[12:30, 60]",
        "[a, forty]",
        "[a]",
        "[a, 1, 2]",
        "a",
        "[a, 1_0]",
        "[a, .nan]",
    ]
    row = rng.choice([*data, "[~, 1]", '["a", "1"]', "[a, [1]]", "[2026-02-30, 1]", "{a: 1}"])
    items[index]["fields"]["data"] = Raw(f'{{series: [""], rows: [[b, 2], {row}]}}')
    return Typed(items), (index, "data")


MUTATIONS = [
    *(drop_a_field, give_the_wrong_type, name_an_unknown_model, name_an_unknown_field),
    *(break_a_key, name_what_is_not_there, repeat_a_slug, repeat_a_field, was_itself),
    *(put_a_section_inside_itself, reserve_a_slug, cut_a_text_short, type_only_blanks),
    *(type_odd_letters, type_an_odd_value, shift_a_line, cut_the_file, break_a_chart),
]


def needed(rng, items):
    """The index of an object, and a field that it must have."""
    index = rng.randrange(len(items))
    fields = fields_of(MODELS[items[index]["model"]])
    return index, rng.choice([field.name for field in fields if not has_default(field)])


def a_line(rng, items):
    typed = Typed(items)
    return typed, *rng.choice([place for place in typed.places if place[1] != "model"])


def a_text(rng, items):
    """The index of an object, and a text that it must have."""
    texts = {"title", "summary", "heading", "text", "name", "when", "publisher"}
    found = [
        (index, name)
        for index, item in enumerate(items)
        for name in texts & item["fields"].keys()
        if not MODELS[item["model"]]._meta.get_field(name).blank
    ]
    return rng.choice(sorted(found))


def slip(seed):
    """A fixture with one slip: (its name, its text, the line where it must be told or None)."""
    rng = random.Random(seed)
    mutate = MUTATIONS[seed % len(MUTATIONS)]
    typed, at = mutate(rng, whole().items)
    line = typed.places[at] if isinstance(at, tuple) else at
    return mutate.__name__, typed.text, line


def told(text):
    """The lines of what `check_brief` says, with at least one line of it for each."""
    try:
        taken = fixture_reading.read(text.encode(), "water.yaml")
    except fixture_reading.Unreadable as error:
        return {error.line}
    findings = checks.check(taken)
    assert [f.what for f in plan(taken).findings[: len(findings)]] == [f.what for f in findings]
    return {finding.line for finding in findings}


def look_at(seed):
    name, text, line = slip(seed)
    lines = told(text)
    assert line is None or line in lines, (seed, name, line, lines, text)
    return text


@pytest.mark.django_db
def test_each_slip_is_told_at_its_line():
    for seed in range(3 * len(MUTATIONS)):
        look_at(seed)


@pytest.mark.django_db
def test_the_admin_shows_each_slip_and_keeps_the_text(client, admin):
    client.force_login(admin)
    for seed in range(1000, 1000 + len(MUTATIONS)):
        show_in_admin(client, seed)


@pytest.mark.long
@pytest.mark.django_db
def test_a_thousand_slips_crash_nothing(client, admin):
    client.force_login(admin)
    for seed in range(2000, 3000):
        look_at(seed)
        show_in_admin(client, seed)


def show_in_admin(client, seed):
    """Check it as a file in the admin, which refuses it or shows what it would change."""
    cache.clear()
    name, text, _line = slip(seed)
    answer = client.post(LOAD, {"file": SimpleUploadedFile("water.yaml", text.encode())})
    assert answer.status_code == 200, (seed, name, text)
    box = answer.context["form"]["text"].value()
    assert box == text, (seed, name)
    assert not Brief.objects.exists()
