"""Every word of a file is in its draft exactly once, or in a guess that is reported."""

import re
from collections import Counter

import pytest
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import drafting
from briefs.editions import checks, fixture_reading, fixture_yaml
from briefs.page import markdown

from .documents import NUMBER, documents

# What readers see where it stands. The title of a source is in a list of its own.
READ = ["title", "summary", "heading", "body", "text"]


def drafted(content, name="water.html", **options):
    """The objects of a draft, and its guesses."""
    content = content.encode() if isinstance(content, str) else content
    return drafting.draft(content, name, slugs={}, **options)


def read(objects):
    """The words that a reader of the draft reads, as the pages show them."""
    shown = []
    for item in objects:
        if item["model"] == "briefs.source":
            continue
        for name in READ:
            text = item["fields"].get(name, "")
            is_markdown = name == "body" or item["model"] == "briefs.calltoaction"
            shown.append(strip_tags(markdown.render(text)) if is_markdown else text)
    return "\n".join(shown)


def check(content, ending):
    objects, guesses = drafted(content, f"water{ending}", title="")
    shown = Counter(NUMBER.findall(read(objects)))
    sources = " ".join(i["fields"]["title"] for i in objects if i["model"] == "briefs.source")
    told = set(NUMBER.findall(sources + " ".join(guess.sentence for guess in guesses)))
    words = NUMBER.findall(content)

    assert [word for word in words if shown[word] > 1] == []
    assert [word for word in words if not shown[word] and word not in told] == []
    fixture = fixture_reading.read(fixture_yaml.dump(objects).encode(), "draft.yaml")
    assert [it for it in checks.check(fixture) if it.is_error] == []


@pytest.mark.parametrize("ending", [".html", ".md", ".txt"])
def test_every_word_is_in_the_draft_once_or_reported(ending):
    @settings(max_examples=25)
    @given(documents(ending))
    def run(document):
        check(document, ending)

    run()


@pytest.mark.long
@pytest.mark.parametrize("ending", [".html", ".md", ".txt"])
def test_every_word_of_many_documents_is_in_the_draft_once_or_reported(ending):
    @given(documents(ending))
    def run(document):
        check(document, ending)

    run()


@settings(max_examples=50)
@given(st.text(alphabet=st.sampled_from("a水«(“*_ \n`[]!&;<>#1.)-\\|~א"), max_size=40))
def test_a_page_shows_the_signs_of_a_text_as_they_were(text):
    """Nothing of a web page is read as Markdown."""
    words = f"x{text}y"
    page = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    objects, _guesses = drafted(f"<h2>Wells</h2><p>{page}</p>")

    (body,) = [i["fields"]["body"] for i in objects if i["model"] == "briefs.section"]
    assert markdown.plain(body) == " ".join(words.split())


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b b", "水", "“x”", "(y)", "z:", " ", "*", "50%"]),
            st.booleans(),
            st.booleans(),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_asterisk_shows_that_the_page_did_not_have(runs):
    page = ""
    for text, is_bold, is_italic in runs:
        text = f"<i>{text}</i>" if is_italic else text
        page += f"<b>{text}</b>" if is_bold else text
    objects, _guesses = drafted(f"<h2>Wells</h2><p>x{page}</p>")

    (body,) = [i["fields"]["body"] for i in objects if i["model"] == "briefs.section"]
    plain = "x" + "".join(text for text, *_look in runs)
    assert re.sub(r"\s+", "", strip_tags(markdown.render(body))) == re.sub(r"\s+", "", plain)
