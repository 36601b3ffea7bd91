"""Publishes drafts as editions, and takes editions back."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from ..editions import fixture_reading, fixture_yaml
from ..editions.changes import Change, Changes, changes_between
from ..editions.content import content_of
from ..editions.fixture import Finding, Fixture
from ..editions.load import load
from ..editions.plan import Plan, add_what_hangs, plan
from ..editions.reconcile import reconcile
from ..editions.renames import Rename, give_back, rows_on
from ..models import Brief, Draft, Edition, Section
from . import content as contents
from .content import BRIEF, JOINED, SECTION, Content, Item
from .kinds import address_of
from .places import name_of
from .starts import dated, next_date

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Found:
    """A finding, and the part of the draft that it's about."""

    finding: Finding
    part: Item
    address: str

    @property
    def name(self) -> str:
        """What the part is called."""
        return name_of(self.part)


@dataclass
class Outlook:
    """What publishing a draft would do now.

    Attributes:
        planned: its findings, and what would change for readers and circles.
        found: the findings with their parts, errors first.
        basis: a digest of the loaded brief.
        since: what was changed in the loaded brief since the draft began.
        joined: the sections that go into others: {slug: heading of the other}.
    """

    planned: Plan
    found: list[Found]
    basis: str
    since: Changes
    joined: dict[str, str]

    @property
    def sections(self) -> list[tuple[Change, str]]:
        """The changes to compare, each with the heading of the section it's joined to, or ""."""
        return [
            (change, self.joined.get(change.slug, "") if change.is_dropped else "")
            for change in self.planned.changes.with_texts
        ]

    @property
    def sections_since(self) -> list[tuple[Change, str]]:
        return [(change, "") for change in self.since.with_texts]

    @property
    def errors(self) -> list[Found]:
        return [each for each in self.found if each.finding.is_error]

    @property
    def warnings(self) -> list[Found]:
        return [each for each in self.found if not each.finding.is_error]


def outlook(draft: Draft, day: date) -> Outlook:
    """What publishing a draft as the edition of this day would do. Changes nothing."""
    content = dated(draft.content, day)
    if draft.is_name_taken:  # or it would be compared with the other brief
        content = contents.under(content, f"{draft.brief_slug}-2")
    planned = _planned(content)
    now = json_of(draft.brief)
    since = changes_between(draft.based_on.content, now) if draft.based_on else Changes()
    joined = {was: part["fields"]["heading"] for part, was in _joined(content)}
    if planned.errors:  # it isn't planned then
        planned.changes = changes_between(now, content)
        if draft.brief:
            add_what_hangs(draft.brief, planned.changes)
    planned.changes = _without_date(planned.changes)
    found = [each for each in _placed(draft, planned, content) if not _is_said(draft, each.finding)]
    found.sort(key=lambda each: not each.finding.is_error)
    return Outlook(planned, found, _digest(now), since, joined)


def _is_said(draft: Draft, finding: Finding) -> bool:
    """Whether the page itself says it: it proposes the day, and lists what was changed since."""
    is_about_day = (finding.code, finding.field) == ("future", "edition")
    return is_about_day or (finding.code == "corrected" and draft.based_on is not None)


def publish(
    draft: Draft, *, by: "User", day: date, revision: int, basis: str, slug: str = ""
) -> Edition:
    """Publish a draft as an edition.

    Args:
        draft: the draft.
        by: the editor.
        day: the date of the edition.
        revision: the revision of the draft that they saw.
        basis: the digest of the loaded brief when they saw what would change.
        slug: another slug for a new brief.

    Raises:
        ValidationError: something else was changed since they looked, or it's closed.
        editions.load.Refused: the draft has errors.
    """
    with draft.locked():
        draft.check_open()
        if draft.revision != revision:
            raise ValidationError(
                _("Someone else just changed this draft. Review it again, then publish it.")
            )
        content = dated(draft.content, day)
        content = contents.under(content, slug) if slug else content
        brief = Brief.objects.select_for_update().filter(pk=draft.brief_id or 0).first()
        if _digest(json_of(brief)) != basis:
            raise ValidationError(
                _("Someone else just changed this brief. Review what differs, then publish it.")
            )
        own_slug = contents.brief_of(content)["fields"]["slug"]
        if brief is None and Brief.objects.filter(slug=own_slug).exists():
            raise ValidationError(_("Another brief has this name. Choose another."))
        moved = _rows_to_move(brief, content) if brief else {}
        load(_fixture(content), by=by, joins=_joins(content))
        brief = Brief.objects.get(slug=own_slug)
        for each in moved.values():
            each["into"] = Section.objects.get(brief=brief, slug=each["into"]).pk
        draft.note_published(brief.editions.all()[0], by=by, content=content, moved=moved)
    assert draft.published_as
    return draft.published_as


def planned_return(edition: Edition) -> tuple[Plan, str]:
    """What going back to an edition would change: (the plan, a digest of the loaded brief)."""
    now = json_of(edition.brief)
    planned = _planned(_content_to_return_to(edition))
    planned.changes = _without_date(planned.changes)
    return planned, _digest(now)


def take_back(edition: Edition, *, by: "User", basis: str) -> Edition:
    """Load an earlier edition as a new one. Parts that later editions retired come back, and so
    do the notes on what they renamed or joined.

    Args:
        edition: the one to go back to.
        by: the editor.
        basis: the digest of the loaded brief when they saw what would change.

    Raises:
        ValidationError: someone else changed the brief since.
        editions.load.Refused: it can't be loaded anymore.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update().get(pk=edition.brief_id)
        if _digest(json_of(brief)) != basis:
            raise ValidationError(
                _("Someone else just changed this brief. Review what would change again.")
            )
        reconcile(brief)  # so that what is replaced is recorded
        later = Draft.objects.filter(brief=brief, published_as__loaded_at__gt=edition.loaded_at)
        load(_fixture(_content_to_return_to(edition)), by=by)
        for draft in later.order_by("-published_as__loaded_at"):
            for slug, moved in draft.moved.items():
                if section := Section.objects.in_edition().filter(brief=brief, slug=slug).first():
                    give_back(moved["rows"], moved["into"], section)
        return brief.editions.all()[0]


def json_of(brief: Brief | None) -> Content:
    """The loaded brief as it is now, as in `Edition.content`."""
    content = content_of(brief) if brief else []
    found: Content = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return found


def _digest(content: Content) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _fixture(content: Content) -> Fixture:
    """The content as a fixture, read as from a file, so that nothing gets around its checks."""
    name = contents.brief_of(content)["fields"]["title"]
    try:
        return fixture_reading.read(fixture_yaml.dump(content).encode(), name)
    except fixture_reading.Unreadable as error:
        return Fixture(name, [], [Finding("error", "unreadable", str(error), "", name)])


def _planned(content: Content) -> Plan:
    return plan(_fixture(content))


def _placed(draft: Draft, planned: Plan, content: Content) -> Iterator[Found]:
    """The findings with their parts. What couldn't be read has only a line, and a fixture has the
    objects of a draft in the same order."""
    entries = planned.fixture.entries
    lines = [entry.line or 0 for entry in entries]
    parts = {contents.key_of(part): part for part in content}
    for finding in planned.findings:
        key = (finding.label, finding.slug)
        if not finding.label and (index := bisect_right(lines, finding.line or 0)):
            key = (entries[index - 1].label, entries[index - 1].slug)
        part = parts.get(key) or contents.brief_of(content)
        yield Found(finding, part, address_of(draft, part))


def _joined(content: Content) -> Iterator[tuple[Item, str]]:
    """Each section that others were joined to, with a slug that one of those had."""
    for part in contents.items(content, SECTION):
        yield from ((part, was) for was in part.get(JOINED, []))


def _joins(content: Content) -> list[Rename]:
    return [(Section, was, part["fields"]["slug"]) for part, was in _joined(content)]


def _rows_to_move(brief: Brief, content: Content) -> dict[str, dict[str, object]]:
    """What circles have on the sections that are joined, as in `Draft.moved`; with the slug of
    the other section in place of its id, which it gets when it's loaded."""
    into = {was: part["fields"]["slug"] for part, was in _joined(content)}
    sections = Section.objects.filter(brief=brief, slug__in=into)
    found = {section.slug: rows_on(section) for section in sections}
    return {slug: {"into": into[slug], "rows": rows} for slug, rows in found.items() if rows}


def _without_date(changes: Changes) -> Changes:
    """The changes without that of the brief, if only the date of its edition differs."""
    return Changes(each for each in changes if not _is_only_the_date(each.old, each.new))


def _is_only_the_date(old: Item | None, new: Item | None) -> bool:
    if not old or not new or new["model"] != BRIEF:
        return False
    return {**old["fields"], "edition": ""} == {**new["fields"], "edition": ""}


def _content_to_return_to(edition: Edition) -> Content:
    """The content of an edition as a new one, which knows parts that were renamed since.

    Who can read the brief stays as it is: the text of an edition says nothing about who should
    see it today."""
    brief = edition.brief
    now = {contents.key_of(part) for part in json_of(brief)}
    renamed = {}
    later = brief.editions.filter(loaded_at__gt=edition.loaded_at).order_by("loaded_at", "pk")
    for each in later:
        for part in each.content:
            if was := part["fields"].get("was"):
                renamed[part["model"], was] = part["fields"]["slug"]
    own = set(map(contents.key_of, edition.content))
    found = []
    for part in edition.content:
        label, slug = contents.key_of(part)
        seen = {slug}
        while (label, slug) not in now and renamed.get((label, slug)) not in {None, *seen}:
            slug = renamed[label, slug]
            seen.add(slug)
        is_renamed = len(seen) > 1 and (label, slug) in now and (label, slug) not in own
        found.append(contents.with_fields(part, was=slug) if is_renamed else part)
    now_for = contents.with_fields(contents.brief_of(found), audience=brief.audience)
    return dated(contents.replace(found, now_for), next_date(brief.edition))
