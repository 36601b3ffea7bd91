"""Writing a fixture and reading it back gives the same, whatever an editor has typed."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from briefs.editions import fixture_reading, fixture_yaml
from briefs.editions.content import content_of
from briefs.editions.load import load
from briefs.models import Brief, Question, Section

from ..samples import whole

lines = st.text(alphabet=" \t\n-#:>|'\"&*!%@`[]{},?yesno~1.é\u2028\x85\r\ufeff😀", max_size=60)


def written(text):
    return fixture_yaml.dump([{"model": "briefs.section", "fields": {"body": text}}])


@given(st.one_of(st.text(), lines, lines.map(lambda text: text * 4)))
def test_any_text_reads_back_as_it_was(text):
    objects = [{"model": "briefs.section", "fields": {"body": text}}] * 2

    assert yaml.safe_load(fixture_yaml.dump(objects)) == objects


def test_text_stands_in_blocks_that_a_person_can_edit():
    assert written("One line.\n\nAnother: *this*.\n").endswith(
        "    body: |\n      One line.\n\n      Another: *this*.\n"
    )


def test_a_long_line_is_folded():
    text = "Where our water comes from, and who decides about it. " * 3

    longest = max(map(len, written(text.strip()).splitlines()))

    assert longest <= fixture_yaml.WIDTH


def test_a_date_is_written_bare_and_a_chart_row_by_row():
    objects = [
        {"model": "briefs.brief", "fields": {"edition": "2026-01-01"}},
        {"model": "briefs.figure", "fields": {"data": {"series": [""], "rows": [["A: b", 1.5]]}}},
    ]

    assert fixture_yaml.dump(objects) == (
        "# Briefs\n\n- model: briefs.brief\n  fields:\n    edition: 2026-01-01\n\n"
        "# Figures\n\n- model: briefs.figure\n  fields:\n    data:\n      series: ['']\n"
        "      rows:\n        - ['A: b', 1.5]\n"
    )


def test_texts_stay_readable_whatever_signs_they_have():
    assert written("Dear neighbors 😀\n\n- עברית, 日本語\n- a\ttab  \n").endswith(
        "    body: |\n      Dear neighbors 😀\n\n      - עברית, 日本語\n      - a\ttab  \n"
    )
    assert "body: |-\n      a\ttab\n" in written("a\ttab")
    assert '    body: "One\\u2028line\\n\\\n      and\\n\\\n      \\ more"\n' in written(
        "One\u2028line\nand\n more"
    )


ODD_TEXTS = [
    "Dear neighbors 😀\r\n\r\n- עברית 日本語\r\n- a\ttab, blanks   \r\n",
    "\ttab first\n\n  blanks first\n   \nlast\n\n\n",
    "One\u2028line\x0b, \ufeffmark, \u200d joiner, \x85 and 𝕳\rreturn\n",
    "No",
    "12:30",
    "# no comment\n\n--- no document\n",
    "a " * 60 + "  b\t",
    "The #1 pipe: “yes”, 'no', \"maybe\" & *star* ? | > % @ `",
    " ",
    "\n",
    "{a: b}, [c]",
]


def test_what_is_downloaded_loads_back_to_the_same_bytes_whatever_was_typed(client, admin):
    """Texts are put into the database as browsers and raw rows bring them."""
    draft = whole()
    for number in range(len(ODD_TEXTS)):
        draft.section(f"odd-{number}", f"Section {number}")
    load(draft.fixture)
    for number, text in enumerate(ODD_TEXTS):
        Section.objects.filter(slug=f"odd-{number}").update(body=text)
        Question.objects.filter(slug=f"odd-{number}-ask").update(prompts=text, text=f"What? {text}")
    client.force_login(admin)
    url = f"/admin/briefs/brief/{Brief.objects.get().pk}/file/"
    first = client.get(url).content

    load(fixture_reading.read(first, "again.yaml"))

    assert client.get(url).content == first
    body = Section.objects.get(slug="odd-0").body
    assert body == ODD_TEXTS[0].replace("\r\n", "\n")
    assert b"Dear neighbors \xf0\x9f\x98\x80\n" in first


@pytest.mark.slow
def test_an_edition_taken_away_loads_back_to_the_same_bytes(db):
    for path in ("fixtures/human_trafficking.yaml", "fixtures/first_meeting.yaml"):
        load(fixture_reading.read_file(path))
    for brief in Brief.objects.all():
        taken = fixture_yaml.dump(content_of(brief))
        before = list(brief.sections.values_list("pk", "body", "position"))

        planned = load(fixture_reading.read(taken.encode(), "again.yaml"))

        assert planned.changes == []
        assert list(brief.sections.values_list("pk", "body", "position")) == before
        assert fixture_yaml.dump(content_of(brief)) == taken
        assert fixture_yaml.dump(brief.editions.get().content) == taken
