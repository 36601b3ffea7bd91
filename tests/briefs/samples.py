"""A small brief as a fixture that tests can change."""

import json
import re
from copy import deepcopy

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
