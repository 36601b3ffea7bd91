"""The encoding of a file: what it declares, or else what fits."""

import codecs
import re

from django.utils.translation import gettext as _

from .blocks import Guess, Unreadable

# Longer marks first: that of UTF-32 begins like that of UTF-16.
MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# Names that browsers take for a wider encoding (the Encoding Standard of the WHATWG), or that
# Python doesn't know.
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
UNKNOWN_TO_PYTHON = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "logical": "iso8859-8",
    "visual": "iso8859-8",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-x-big5": "big5hkscs",
    "unicode": "utf-16",
}
DECLARED = [
    re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE),
    re.compile(rb"<meta[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE),
]
NOT_OF_TEXT = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
STEERS = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # bytes that no text has
# Parts of a page that declare nothing.
SILENT = re.compile(rb"<!--.*?-->|<(script|style)\b.*?</\1", re.DOTALL | re.IGNORECASE)
# Encodings of one byte a letter, whose texts are hardly ever UTF-8 by chance.
ONE_BYTE = re.compile(r"cp125\d|cp874|iso8859-\d+|koi8-[ru]|mac-.+")
MOST_ACCENTS = 0.4  # of the letters; more aren't of a language that's written in Latin ones
HEAD = 8192  # bytes of a page that may declare its encoding


def decoded(content: bytes, name: str, guesses: list[Guess]) -> str:
    """The text of a file of text: UTF-8 or UTF-16, or else Windows-1252, which is a guess.

    Raises:
        Unreadable: it isn't text.
    """
    encoding = _marked(content)
    if encoding:
        return _strictly(content, encoding, name, encoding.removesuffix("-sig").upper())
    if b"\x00" in content:
        raise Unreadable(_("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("windows-1252")
    except UnicodeDecodeError:
        text = ""
    if not text or sum(not c.isprintable() and c not in "\r\n\t" for c in text) > len(text) // 100:
        raise Unreadable(_("“%s” isn’t plain text. Save it again as plain text (UTF-8).") % name)
    letters = [letter for letter in text if letter.isalpha()]
    if sum(not letter.isascii() for letter in letters) > len(letters) * MOST_ACCENTS:
        raise Unreadable(_("“%s” isn’t UTF-8. Save it again as plain text (UTF-8).") % name)
    guesses.append(Guess(None, _("The file isn’t UTF-8, so we read it as Windows-1252.")))
    return text


def decoded_page(content: bytes, name: str, guesses: list[Guess]) -> str:
    """The text of a web page, in the encoding that it declares; without one, as `decoded`.

    Raises:
        Unreadable: it isn't text, or isn't what it declares.
    """
    if _marked(content):
        return decoded(content, name, guesses)
    label = _declared(content)
    if not label:
        return decoded(content, name, guesses)
    encoding = _known(label)
    if not encoding:
        sentence = _("The page says that its encoding is “%s,” which we don’t know.")
        guesses.append(Guess(None, sentence % label))
        return decoded(content, name, guesses)
    if encoding.startswith(("utf-16", "utf-32")):
        # The declaration itself was read as ASCII.
        encoding = "utf-8"
    if ONE_BYTE.fullmatch(encoding) and not content.isascii() and _is_utf_8(content):
        sentence = _("The page says that its encoding is “%s,” but it’s UTF-8, so we read that.")
        guesses.append(Guess(None, sentence % label))
        encoding = "utf-8"
    return _strictly(content, encoding, name, label)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _marked(content: bytes) -> str:
    """The encoding that the first bytes tell; "" if they don't."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return encoding
    # UTF-16 without a mark: every other byte of Latin letters, digits and spaces is zero.
    begin = content[:HEAD]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = begin[first::2], begin[1 - first :: 2]
        if zeros.count(0) * 3 > len(begin) // 2 and not STEERS.search(others):
            return encoding
    return ""


def _declared(content: bytes) -> str:
    head = SILENT.sub(b"", content[:HEAD])
    for declaration in DECLARED:
        if found := declaration.search(head):
            return found[1].decode("ascii", "replace").lower()
    return ""


def _known(label: str) -> str:
    """What Python calls the encoding; "" if it's unknown."""
    try:
        encoding = codecs.lookup(UNKNOWN_TO_PYTHON.get(label, label))
    except LookupError:
        return ""
    # Python knows codecs that aren't of text, such as "hex" and "rot13".
    if not getattr(encoding, "_is_text_encoding", True) or encoding.name in NOT_OF_TEXT:
        return ""
    return WIDER.get(encoding.name, encoding.name)


def _strictly(content: bytes, encoding: str, name: str, label: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = {"name": name, "encoding": label, "line": line}
        raise Unreadable(
            _(
                "“%(name)s” says that its encoding is %(encoding)s, but line %(line)d isn’t. "
                "Save it again as UTF-8."
            )
            % said
        ) from None
