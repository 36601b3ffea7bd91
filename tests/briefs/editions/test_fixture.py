"""Reading a fixture: faults are reported with their line, hostile files with one sentence."""

from datetime import date

import pytest

from briefs.editions import checks, fixture_reading

from ..samples import Draft

SECTION = """\
- model: briefs.section
  fields:
    brief: [water]
    slug: wells
    heading: The wells
    position: 1
    body: |
      Three wells serve the town.

      The oldest is deep.
"""


def read(text):
    return fixture_reading.read(text.encode(), "water.yaml")


def found(text):
    """The findings: [(code, line), …]."""
    return [(finding.code, finding.line) for finding in read(text).findings]


def test_a_good_file_has_no_findings_and_gives_its_parts_in_order():
    taken = Draft().fixture

    assert taken.findings == []
    assert [entry.slug for entry in taken.entries][:3] == ["water", "wells", "wells-ask"]


def test_words_in_a_text_are_found_on_their_line():
    entry = read(SECTION).entries[0]

    assert entry.line_in("body", "oldest") == 10
    assert entry.line_in("heading", "wells") == 5


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("briefs.section", "accounts.user", "model", 1),
        ("- model: briefs.section", "- modle: briefs.section", "model", 1),
        ("    heading:", "    heding:", "field", 5),
        ("    position: 1", "    position: one", "value", 6),
        ("    position: 1", "    position: -1", "value", 6),
        ("heading: The wells", "heading: 1931", "value", 5),
        ("heading: The wells", "heading: yes", "value", 5),
        ("heading: The wells", "heading: 1931-02-03", "value", 5),
        ("heading: The wells", "heading: 1931-02-31", "value", 5),
        ("heading: The wells", "heading: " + "x" * 161, "value", 5),
        ("slug: wells", "slug: the wells", "value", 4),
        ("brief: [water]", "brief: water", "value", 3),
        ("brief: [water]", "brief: [1]", "value", 3),
        ("    position: 1", "    slug: wells", "twice", 6),
        ("  fields:", "  pk: 1\n  fields:", "schema", 2),
        ("    position: 1", "    retired_at: 2026-01-01", "field", 6),
    ],
)
def test_each_slip_is_told_with_its_line(old, new, code, line):
    assert (code, line) in found(SECTION.replace(old, new, 1))


def test_a_field_that_must_be_given_is_missed():
    finding = read(SECTION.replace("    heading: The wells\n", "")).findings[0]

    assert (finding.code, finding.line) == ("missing", 1)
    assert "“heading”" in finding.what


def test_a_slip_in_the_name_of_a_field_is_answered_with_the_name():
    finding = read(SECTION.replace("heading:", "heding:", 1)).findings[0]

    assert finding.remedy == "Did you mean “heading”?"


HOSTILE = {
    "a tag that makes an object": ("- !!python/object/apply:os.system [ls]", "tag"),
    "a bomb of aliases": ("a: &a [x]\nb: [*a, *a]", "anchor"),
    "too deep": ("[" * 200 + "]" * 200, "nested too deep"),
    "two documents": ("- a\n---\n- b", "nested too deep"),
    "a list without end": ("- a\n" * 200_000, "too many parts"),
    "no list": ("model: briefs.brief", "no list"),
    "nothing": ("", "no list"),
    "not YAML": ("- model: [briefs", "Line 2"),
    "characters that text has not": ("- model: \x07", "characters"),
}


@pytest.mark.parametrize(("text", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_fixture_gets_one_sentence(text, why):
    with pytest.raises(fixture_reading.Unreadable, match=why):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["- a\n" * 40_000, "- model: briefs.brief\n  fields:\n" + "    a: 1\n    b: 2\n" * 20_000],
    ids=["items", "fields"],
)
def test_findings_end_when_there_are_many(text):
    findings = read(text).findings

    assert len(findings) == fixture_reading.MOST_FINDINGS + 1
    assert findings[-1].what == "There may be more to fix after this line."


@pytest.mark.parametrize(
    "value",
    ['"a\\0b"', '"a\\ab"', '"\\x1b[2J"', '"\\x92"', '{rows: [["a\\0", 1]]}', '["a\\0", wells]'],
)
@pytest.mark.parametrize("field", ["heading", "brief", "body", "slug"])
def test_a_sign_that_steers_a_machine_is_a_finding_wherever_it_is(field, value):
    taken = read(f"- model: briefs.section\n  fields:\n    {field}: {value}\n")

    assert (f"“{field}” has a character that doesn’t belong in text.") in [
        finding.what for finding in taken.findings
    ]
    assert field not in taken.entries[0].values


@pytest.mark.parametrize(
    "typed",
    ["|\n      The wells\n      of town", ">\n      The wells of town", '"The wells\\nof town"'],
)
def test_a_heading_on_several_lines_is_one_line(typed):
    """Headings and titles stand in the subjects of messages, which have one line."""
    text = SECTION.replace("heading: The wells", f"heading: {typed}", 1)
    assert read(text).data[0]["fields"]["heading"] == "The wells of town"


def test_a_file_in_another_encoding_gets_one_sentence():
    with pytest.raises(fixture_reading.Unreadable, match="UTF-8"):
        fixture_reading.read(b"\xff\xfe-\x00 \x00", "water.yaml")


def test_a_mark_at_the_beginning_of_the_file_does_no_harm():
    assert fixture_reading.read(b"\xef\xbb\xbf" + SECTION.encode(), "water.yaml").findings == []


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    with pytest.raises(fixture_reading.Unreadable, match="larger than"):
        fixture_reading.read_file(path)


@pytest.mark.parametrize(
    ("name", "why"),
    [("water.docx", "draft_brief"), ("nowhere.yaml", "can’t find"), (".", "fixture")],
)
def test_a_file_that_is_not_there_or_not_a_fixture_gets_one_sentence(tmp_path, name, why):
    with pytest.raises(fixture_reading.Unreadable, match=why):
        fixture_reading.read_file(tmp_path / name)


def test_a_folder_gets_one_sentence(tmp_path):
    folder = tmp_path / "water.yaml"
    folder.mkdir()

    with pytest.raises(fixture_reading.Unreadable, match="directory"):
        fixture_reading.read_file(folder)


GIVEN = """\
- model: briefs.brief
  fields:
    slug: yt
    title: Yaml test
    summary: A test.
    executive_summary: Short.
    edition: 2026-02-30
    audience: editors
- model: briefs.section
  fields:
    brief: [yt]
    slug: one
    heading: One
    position: 1
    body: |
      Text.
"""
NO_DAYS = ["2026-02-30", "01.11.2026", "2026-11-1", '"2026-11-01"', "", "2026-11-01 10:00:00"]
NO_DAYS += ["[2026-11-01]", "20261101", "No", "{day: 1}", "12:30", '""', "~", "=", "soon", "#1"]


@pytest.mark.parametrize("day", NO_DAYS)
def test_an_edition_that_is_no_day_is_told_with_its_line_and_a_remedy(day):
    taken = read(GIVEN.replace("2026-02-30", day))
    errors = [finding for finding in checks.check(taken) if finding.is_error]

    assert [(finding.code, finding.line) for finding in errors] == [("value", 7)]
    assert "2026-11-01" in errors[0].remedy


def test_json_is_read_with_its_days_signs_and_lines():
    text = (
        '[\n\t{"model":"briefs.brief","fields":{\n\t"slug":"yt",'
        '"title":"\\ud83d\\ude00 \\\\ud83d",\n\t"summary":"s","edition":"2026-11-01"}}\n]'
    )
    taken = read(text)

    assert taken.findings == []
    assert taken.brief.get("title") == "😀 \\ud83d"
    assert taken.brief.get("edition") == date(2026, 11, 1)
    assert found(text.replace("2026-11-01", "2026-02-30")) == [("value", 4)]


def test_a_json_file_is_taken_like_one_of_yaml(tmp_path):
    path = tmp_path / "water.json"
    path.write_text(
        '[{"model":"briefs.brief","fields":'
        '{"slug":"yt","title":"T","summary":"s","edition":"2026-11-01"}}]'
    )

    assert fixture_reading.read_file(path).findings == []


@pytest.mark.parametrize(
    ("heading", "lost"),
    [
        ("The #1 pipe", "#1 pipe"),
        ("The\n      #1 pipe", "#1 pipe"),
        ("#1 pipe", "#1 pipe"),
        ("Wells # and pipes", "# and pipes"),
    ],
)
def test_words_that_a_comment_cuts_off_are_told(heading, lost):
    findings = read(SECTION.replace("The wells", heading)).findings

    assert [(finding.code, finding.line) for finding in findings] == [("cut", 5)]
    assert f"“{lost}”" in findings[0].what


def test_comments_that_cut_nothing_off_are_welcome():
    text = SECTION.replace("position: 1", "position: 1  # the first").replace(
        "[water]", "[water] # w"
    )
    text = text.replace("heading: The wells", 'heading: "The #1 well"  # sic\n    # below')

    assert found(text) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("    heading:", "\theading:", 5),
        ("heading: The wells", 'heading: "The wells', 5),
        ("[water]", "[water", 3),
        ("heading: The wells", "heading: Wells: two", 5),
        ("heading: The wells", "heading: @wells", 5),
        ("heading: The wells", "heading: &wells", 5),
        ("heading: The wells", "heading: !wells", 5),
        ("The wells", "The\x07wells", 5),
        ("    position: 1", "---\n- model: briefs.section", 6),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(old, new, line):
    with pytest.raises(fixture_reading.Unreadable) as error:
        read(SECTION.replace(old, new, 1))

    assert error.value.line == line


def test_a_sign_in_another_encoding_is_told_with_its_line():
    with pytest.raises(fixture_reading.Unreadable, match="UTF-8") as error:
        fixture_reading.read(SECTION.replace("deep", "dëep").encode("latin-1"), "water.yaml")

    assert error.value.line == 10


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(end):
    taken = fixture_reading.read(SECTION.replace("\n", end).encode(), "water.yaml")
    quoted = read(SECTION.partition("    body")[0] + '    body: "The\\r\\nwells"')

    assert taken.data == read(SECTION).data
    assert quoted.entries[0].get("body") == "The\nwells"
