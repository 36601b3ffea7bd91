"""The content of a draft: a list of objects as in a fixture, in the order of the page.

Pure functions: each returns a new list, and changes none of the objects it was given. Besides
`model` and `fields`, a section may have `joined`: the slugs of the sections that were joined to
it in this draft, whose notes move to it when the draft is published.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

# {"model": …, "fields": {…}}, with dates as text.
Item = dict[str, Any]
Content = list[Item]
# The model label and the slug, which identify a part in its draft.
Key = tuple[str, str]

BRIEF, HELP_LINE, SOURCE = "briefs.brief", "briefs.helpline", "briefs.source"
SECTION, FIGURE = "briefs.section", "briefs.figure"
QUESTION, CALL = "briefs.question", "briefs.calltoaction"
ORDER = [BRIEF, HELP_LINE, SOURCE, SECTION, FIGURE, QUESTION, CALL]
JOINED = "joined"
# Fields that the page of a part doesn't change.
SET_APART = {SECTION: ("parent", "position"), BRIEF: ("edition",)}
# Fields that name a brief or another part of it: [brief, slug].
KEYS = {"brief", "parent", "section", "figure", "source"}


class Stale(Exception):
    """Someone else changed the part since it was shown. Nothing was saved.

    Attributes:
        theirs: the part as it is now; None if they removed it.
    """

    def __init__(self, theirs: Item | None) -> None:
        super().__init__("the part was changed")
        self.theirs = theirs


def key_of(part: Item) -> Key:
    return part["model"], part["fields"]["slug"]


def brief_of(content: Content) -> Item:
    return next(part for part in content if part["model"] == BRIEF)


def items(content: Content, label: str) -> list[Item]:
    """The parts of one model, in their order."""
    return [part for part in content if part["model"] == label]


def item(content: Content, label: str, slug: str) -> Item | None:
    """One part; None if there is none with this slug."""
    return next((part for part in content if key_of(part) == (label, slug)), None)


def own(part: Item, name: str) -> str | None:
    """The slug in a key such as [brief, slug]; None if there is no key."""
    key = part["fields"].get(name)
    return key[-1] if key else None


def under(content: Content, brief_slug: str) -> Content:
    """The content as that of a brief with this slug, which all keys name."""
    moved = []
    for part in content:
        fields = {
            name: [brief_slug, *value[1:]] if name in KEYS and value else value
            for name, value in part["fields"].items()
        }
        if part["model"] == BRIEF:
            fields["slug"] = brief_slug
        moved.append(part | {"fields": fields})
    return moved


def naming(content: Content, slug: str | None) -> list[str] | None:
    """The key by which one part names another: [brief, slug]. None names nothing."""
    return [brief_of(content)["fields"]["slug"], slug] if slug else None


def with_fields(part: Item, **changed: Any) -> Item:
    """The part with other values. A value of None takes the field out, so it has its default."""
    fields = part["fields"] | changed
    return part | {"fields": {name: value for name, value in fields.items() if value is not None}}


def replace(content: Content, new: Item, slug: str = "") -> Content:
    """The content with this part in place of the one with its slug.

    Args:
        content: the content of a draft.
        new: the part as it should be.
        slug: the slug it has in the content, if the new part has another one.
    """
    key = (new["model"], slug or new["fields"]["slug"])
    return [part | new if key_of(part) == key else part for part in content]


def remove(content: Content, label: str, slug: str) -> Content:
    return [part for part in content if key_of(part) != (label, slug)]


def add(content: Content, new: Item) -> Content:
    """The content with this part after the others of its model."""
    place = ORDER.index(new["model"])
    earlier = [n for n, part in enumerate(content, 1) if ORDER.index(part["model"]) <= place]
    at = max(earlier, default=0)
    return [*content[:at], new, *content[at:]]


def next_position(parts: list[Item]) -> int:
    """The position of one more part after these."""
    return max((part["fields"].get("position", 0) for part in parts), default=0) + 1


def names_in(content: Content, label: str) -> set[str]:
    """The slugs that no new part may have: of parts, and of what they were before."""
    found = set()
    for part in items(content, label):
        found |= {part["fields"]["slug"], part["fields"].get("was", ""), *part.get(JOINED, [])}
    return found - {""}


def basis_of(part: Item | None) -> str:
    """A digest of a part as it was shown to an editor; empty if there was none.

    Where a section is in the tree doesn't count: it can be moved while someone writes its text.
    Nor does the date of the edition, which is set when it's published.
    """
    if part is None:
        return ""
    left_out = SET_APART.get(part["model"], ())
    says = {name: value for name, value in part["fields"].items() if name not in left_out}
    return hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()[:32]


def check_basis(content: Content, label: str, slug: str, basis: str) -> None:
    """Check that a part is as its editor saw it.

    Raises:
        Stale: it isn't.
    """
    found = item(content, label, slug)
    if basis_of(found) != basis:
        raise Stale(found)


def difference(before: Content, after: Content) -> dict[str, Any]:
    """What `step_back` needs to get from the later content to the earlier one."""
    later = {key_of(part): part for part in after}
    return {
        "order": [list(key_of(part)) for part in before],
        "parts": [part for part in before if later.get(key_of(part)) != part],
    }


def step_back(after: Content, back: dict[str, Any]) -> Content:
    """The earlier content, from the later one and their `difference`."""
    known = {key_of(part): part for part in [*after, *back["parts"]]}
    return [known[label, slug] for label, slug in back["order"]]


def merged(base: Content, mine: Content, theirs: Content) -> tuple[Content, list[Item]]:
    """My content with their changes, and the parts that we both changed, which stay as mine.

    Args:
        base: what both began with.
        mine, theirs: what became of it.
    """
    before, ours = ({key_of(part): part for part in half} for half in (base, mine))
    both = []
    for part in theirs:
        key = key_of(part)
        if basis_of(part) == basis_of(before.get(key)) or basis_of(part) == basis_of(ours.get(key)):
            continue
        if basis_of(ours.get(key)) != basis_of(before.get(key)):
            both.append(ours.get(key) or part)
        elif key in ours:
            apart = SET_APART.get(part["model"], ())
            mine = replace(
                mine, with_fields(part, **{name: ours[key]["fields"].get(name) for name in apart})
            )
        else:
            mine = add(mine, part)
    kept = set(map(key_of, theirs))
    for key, part in before.items():
        if key not in kept and key in ours:
            if basis_of(ours[key]) == basis_of(part):
                mine = remove(mine, *key)
            else:
                both.append(ours[key])
    sections = {part["fields"]["slug"] for part in items(mine, SECTION)}
    inside = (
        part if own(part, "parent") in sections else with_fields(part, parent=None) for part in mine
    )
    return list(inside), both


def texts_of(part: Item) -> Iterator[tuple[str, str]]:
    """The texts of a part that may have links within the brief: (name of the field, text)."""
    for name in {
        BRIEF: ["executive_summary", "advisory", "about"],
        SECTION: ["body"],
        CALL: ["text"],
    }.get(part["model"], []):
        if text := part["fields"].get(name):
            yield name, text
