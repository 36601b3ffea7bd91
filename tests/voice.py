"""What the site doesn't say, and how long what it says may be.

Add a word here when it is given up for a better one. A quotation keeps its own words.
"""

import re

LONGEST_SENTENCE = 25  # words
LONGEST_BUTTON = 4  # words
LONGEST_SUBJECT = 50  # characters
HARDEST_GRADE = 7.0  # of Flesch and Kincaid, over everything the interface says

UNUSED = {
    "somebody": "someone",
    "nobody": "no one",
    "everybody": "everyone",
    "whoever": "anyone who",
    "whom": "who",
    "anew": "again",
    "once more": "again",
    "meanwhile": "just, or in between",
    "in the meantime": "just, or in between",
    "any more": "anymore",
    "call(?:s|ed|ing)? off": "cancel",
    "cancell(?:ed|ing)": "canceled",
    "telephones?": "phone",
    "e-mails?": "email",
    "mails?": "email",
    "the evening(?:’s|s)?": "the meeting",
    "stands?": "is, appears",
    "given out": "assigned",
    "who comes": "who’s coming",
    "people come": "people coming",
    "puts? it in": "add",
    "takes? it back": "undo, cancel",
    "takes? it out": "remove",
    "keeps? it": "save",
    "mend(?:s|ed|ing)?": "fix",
    "suits?": "works for",
    "promise[sd]?": "action item",
    "good-bye": "goodbye",
    "puzzl(?:e|es|ed|ing)": "confusing",
    "waiting lists?": "waitlist",
    "places? (?:is|are|left|free)": "spots",
    "ticks?|ticked": "check",
    "beforehand": "before the meeting",
    "invalid": "say what is wrong",
    "please try again later": "say when",
}
# Where one of these is the right word after all.
RIGHT_WORDS = [
    "in the evening",
    "keep it private",
    "put it in email",
]
# In prose these mean what they say; the interface gave them up as names of what one does there.
RIGHT_IN_PROSE = re.compile(
    r"(?:keeps?|puts?|takes?) it(?: in| back| out)?|promise[sd]?|suits?|people come|given out",
    re.IGNORECASE,
)
CLOCKS_WE_DONT_WRITE = [
    r"\b\d{1,2}(?::\d\d)? ?[ap]\.m\.",
    r"\b\d{1,2}:00 [AP]M",
    r"\b(?:America|Europe|Asia|Africa|Australia|Pacific)/[A-Z]\w+",
    r"\b\d{1,2}(?::\d\d)? [AP]M [CEMP][SD]T\b",
]
# Buttons of more words, each with its reason.
LONG_BUTTONS: dict[str, str] = {}

_UNUSED = re.compile(rf"\b(?:{'|'.join(UNUSED)})\b", re.IGNORECASE)
_RIGHT = re.compile("|".join(RIGHT_WORDS), re.IGNORECASE)
_CLOCKS = re.compile("|".join(CLOCKS_WE_DONT_WRITE))
_QUOTATION = re.compile(r"“[^”]*”|https?://\S+")


def unused_words(text: str) -> list[str]:
    """The words of a text that we don't use, outside quotation marks and links."""
    return _UNUSED.findall(_RIGHT.sub("", _QUOTATION.sub("“”", text)))


def unused_words_of_prose(text: str) -> list[str]:
    """The same of the text of a brief, and of a page that may show one."""
    return [word for word in unused_words(text) if not RIGHT_IN_PROSE.fullmatch(word)]


def odd_clocks(text: str) -> list[str]:
    """Times and time zones of a text that the filters of `config/when.py` didn't write."""
    return _CLOCKS.findall(text)
