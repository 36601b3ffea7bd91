"""Tells tags from what only looks like one, and finds the words that are in a tag."""

import html
import re
from collections.abc import Iterator

from bs4 import Comment, NavigableString, PageElement, Tag

from .page import FILMS, KNOWN, SILENT, said

LIKE_A_TAG = re.compile(
    r"""
    <!--(?:-?>|.*?--!?>)
    | <(?P<code>script|style)\b[^>]*>.*?</(?P=code)\s*>
    | <!\[CDATA\[(?P<text>.*?)\]\]>
    | <[!?][^>]*>
    | <(?P<end>/?)(?P<name>[a-z][^\s/<>]*)(?P<more>(?:"[^"]*"|'[^']*'|[^"'<>])*+)>
    | <
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
XHTML = "http://www.w3.org/1999/xhtml"
# Tags inside raised or lowered letters that leave them what they are.
PLAIN = set("b big code em font i nobr rb ruby samp small span strong sub sup tt u var wbr".split())
DOCTYPE = re.compile(r"<!doctype\b", re.IGNORECASE)
# Attributes with words that a reader meets.
SAID_BY = {
    **dict.fromkeys(FILMS, ["title"]),
    **dict.fromkeys(["img", "area"], ["alt"]),
    **dict.fromkeys(["option", "optgroup"], ["label"]),
    **dict.fromkeys(["input", "textarea"], ["value", "placeholder"]),
}
# Attributes that hold no words to read, or whose words are taken elsewhere.
QUIET = set("accept align allow allowfullscreen alt async autoplay bgcolor border cite".split())
QUIET |= set("cellpadding cellspacing charset checked class color cols colspan compact".split())
QUIET |= set("controls coords crossorigin data data-guess data-line datetime decoding".split())
QUIET |= set("default defer dir disabled download face fetchpriority for frame".split())
QUIET |= set("frameborder headers height hidden href hreflang hspace id inert itemprop".split())
QUIET |= set("itemscope itemtype label lang language loading loop markdown media method".split())
QUIET |= set("multiple muted name noshade novalidate nowrap open placeholder playsinline".split())
QUIET |= set("poster preload property readonly rel required rev reversed role rows".split())
QUIET |= set("rowspan rules sandbox scope scrolling seamless selected shape size sizes".split())
QUIET |= set("span src srcset start style tabindex target title translate type typeof".split())
QUIET |= set("usemap valign value vspace width xmlns".split())


def mended(text: str, *, is_typed: bool) -> str:
    """The text of a page, with the sign < escaped where it begins no tag.

    Args:
        text: HTML.
        is_typed: whether it's part of Markdown, in which a tag with a name that no one knows,
            such as <name>, is a word.
    """
    # Comments without an end are text. Looking for the end of each would take minutes.
    last = text.rfind("-->") + 1
    text = text[:last] + text[last:].replace("<!--", "&lt;!--")
    return LIKE_A_TAG.sub(lambda found: _mended(found, is_typed=is_typed), text)


def _mended(found: re.Match[str], *, is_typed: bool) -> str:
    whole, name = found[0], found["name"]
    if found["text"] is not None:
        return html.escape(found["text"])
    if name is None:
        is_kept = found["code"] or whole.startswith(("<!-", "<![", "<!>", "<?"))
        if DOCTYPE.match(whole):
            # Inside a text it becomes a comment, which is told.
            return f"<!--{whole[2:-1]}-->" if is_typed else whole
        return whole if is_kept else html.escape(whole, quote=False)
    is_word = is_typed and name.lower() not in KNOWN
    if is_word or (found["end"] and found["more"].strip()):
        return html.escape(whole, quote=False)
    return whole


def unread(tag: Tag, *, is_typed: bool) -> str:
    """A tag as it's written, if it may hold words that no one would read; else ""."""
    if tag.namespace not in (None, XHTML):
        # Drawings and formulas have tags of other names.
        return ""
    # Pages have tags of their own, such as <o:p> and <my-map>.
    is_odd = tag.name not in KNOWN and not re.search("[-:]", tag.name)
    for name, value in tag.attrs.items():
        is_name = not value and not re.search(r"[-:@#._]", name)
        is_odd = is_odd or (name.lower() not in QUIET and (is_typed or is_name))
    if not is_odd:
        return ""
    said_in_it = [f'{name}="{said(tag, name)}"' if said(tag, name) else name for name in tag.attrs]
    return f"<{' '.join([tag.name, *said_in_it])}>"


def is_code(node: PageElement) -> bool:
    """Whether it's code for a server, which pages have between <? and ?>."""
    if not isinstance(node, Comment) or not node.startswith("?"):
        return False
    return not node.lower().startswith("?xml")


def is_plain(tag: Tag) -> bool:
    """Whether the text of a tag is all that is in it."""
    return not any(
        is_code(node)
        or (isinstance(node, Tag) and (node.name not in PLAIN or unread(node, is_typed=False)))
        for node in tag.descendants
    )


def note_on(tag: Tag) -> str:
    """What shows when a reader points at a tag, if it's not taken with the tag itself."""
    return "" if tag.name in FILMS | {"a", "abbr"} else said(tag, "title")


def words_of(node: PageElement) -> str:
    """All words that a reader may meet in a part of a page, with those for its pictures."""
    return " ".join(" ".join(_words_in(node)).split())


def _words_in(node: PageElement) -> Iterator[str]:
    if not isinstance(node, Tag):
        yield str(node)
        return
    if words := unread(node, is_typed=False):
        yield words
    is_of_drawing = node.name == "title" and node.find_parent("svg")
    for name in SAID_BY.get(node.name, []):
        yield said(node, name)
    if node.name in SILENT and not is_of_drawing:
        return
    for child in node.children:
        if isinstance(child, Tag) or type(child) is NavigableString or is_code(child):
            yield from _words_in(child)
