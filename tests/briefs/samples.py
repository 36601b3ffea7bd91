"""A small brief as a fixture that tests can change."""

import json
import re
from copy import deepcopy
from datetime import date

from briefs.editions import fixture_reading

BRIEF = {
    "slug": "water",
    "title": "Town water",
    "summary": "Where our water comes from and who decides about it.",
    "executive_summary": "Three wells, one council.",
    "edition": "2026-01-01",
    "audience": "everyone",
}


class Draft:
    """A fixture whose objects a test can add, change and remove.

    The brief has the sections `wells` and `pipes`, and `lead` inside `pipes`. Each has a
    question, whose slug is the section's slug with `-ask` after it.
    """

    def __init__(self, **brief):
        self.items = [{"model": "briefs.brief", "fields": BRIEF | brief}]
        self.section("wells", "The wells", "Three wells serve the town.")
        self.section("pipes", "The pipes", "They are old.")
        self.section("lead", "Lead in the pipes", "Some are of lead.", parent="pipes")

    def section(self, slug, heading, body="Some words.", *, parent=None, **fields):
        """Add a section with a question after the others."""
        position = len(self.items)
        fields = {"slug": slug, "heading": heading, "body": body, "position": position} | fields
        if parent:
            fields["parent"] = ["water", parent]
        self.part("section", **fields)
        self.part(
            "question",
            slug=f"{slug}-ask",
            section=["water", slug],
            position=position,
            kind="opening",
            text="What have you seen of it?",
        )
        return self

    def part(self, model, **fields):
        self.items.append({"model": f"briefs.{model}", "fields": {"brief": ["water"], **fields}})
        return self

    def fields(self, slug, model="section"):
        """The fields of one object, which can be changed."""
        return next(
            item["fields"]
            for item in self.items
            if item["model"] == f"briefs.{model}" and item["fields"]["slug"] == slug
        )

    def drop(self, slug):
        """Remove a section and its question."""
        self.items = [
            item for item in self.items if item["fields"]["slug"] not in (slug, f"{slug}-ask")
        ]
        return self

    def rename(self, old, new):
        """Give a section another slug, with the old one as `was`."""
        self.fields(old).update(slug=new, was=old)
        for item in self.items:
            for name, value in item["fields"].items():
                if value == ["water", old]:
                    item["fields"][name] = ["water", new]
        return self

    def revised(self, day):
        """A copy with another date of the edition."""
        copy = deepcopy(self)
        copy.fields("water", "brief").update(edition=day)
        return copy

    @property
    def text(self):
        """The fixture as YAML, with dates unquoted, as people write them."""
        text = json.dumps(self.items, indent=1, ensure_ascii=False)
        return re.sub(r'("edition"|"facts_as_of"): "([-0-9]+)"', r"\1: \2", text)

    @property
    def fixture(self):
        return fixture_reading.read(self.text.encode(), "water.yaml")


def whole():
    """A draft with a part of each model, without findings."""
    draft = Draft(advisory="It is sad.", about="By us.", facts_as_of="2025-12-01", language="en")
    draft.fields("wells")["body"] = "Three wells [@report].\n\n![](figure:yield)\n"
    draft.part(
        "source", slug="report", title="Water in 2025", publisher="The town", year=2025, position=1
    )
    draft.fields("report", "source")["url"] = "https://water.test/report"
    draft.part(
        "figure",
        slug="yield",
        section=["water", "wells"],
        kind="bar",
        title="The north well gives most",
        summary="Two bars.",
        unit="gallons",
        as_of="2025",
        source=["water", "report"],
        data={"series": [""], "rows": [["North", 40], ["South", 12.5]]},
    )
    draft.part(
        "figure",
        slug="film",
        section=["water", "pipes"],
        kind="video",
        title="A film of pipes",
        summary="Pipes are laid.",
        source=["water", "report"],
        url="https://water.test/film",
        length_minutes=3,
        position=2,
    )
    draft.fields("wells-ask", "question").update(figure=["water", "yield"], prompts="One.\nTwo.")
    draft.fields("pipes-ask", "question").update(paragraph=1)
    draft.part("calltoaction", slug="look", step="measure", text="Look at your meter.")
    draft.part("helpline", slug="help", name="Help", when="At any time.", phone="911")
    return draft


class Typed:
    """A fixture typed line by line: each field is on a line of its own, which tests know.

    Args:
        items: as in `Draft.items`. A value of type `Raw` is written as it is.
    """

    def __init__(self, items):
        self.lines, self.places = [], {}
        for index, item in enumerate(items):
            self.places[index, "model"] = len(self.lines) + 1
            self.lines += [f"- model: {item['model']}", "  fields:"]
            for name, value in item["fields"].items():
                self.places[index, name] = len(self.lines) + 1
                self.lines.append(f"    {name}: {as_typed(name, value)}")

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    @property
    def fixture(self):
        return fixture_reading.read(self.text.encode(), "water.yaml")


class Raw(str):
    """YAML as it is typed."""


def as_typed(name, value):
    if isinstance(value, Raw | date) or name in ("edition", "facts_as_of"):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
