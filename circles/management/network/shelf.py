"""The briefs that made-up circles read."""

from dataclasses import dataclass

from briefs.models import Brief, Question, Section


@dataclass
class Shelved:
    """A brief, the sections of it that have text, and the questions of each."""

    brief: Brief
    sections: list[Section]
    questions: dict[int, list[int]]


@dataclass
class Shelf:
    """All briefs that circles can meet on, by slug."""

    briefs: list[Shelved]

    @classmethod
    def load(cls) -> "Shelf":
        found = []
        for brief in Brief.objects.filter(audience=Brief.Audience.EVERYONE).order_by("slug"):
            sections = [one for one in brief.sections.in_edition() if not one.is_container]
            questions: dict[int, list[int]] = {}
            asked = Question.objects.in_edition().filter(section__in=sections)
            for section, pk in asked.values_list("section_id", "pk"):
                questions.setdefault(section, []).append(pk)
            if sections:
                found.append(Shelved(brief, sections, questions))
        return cls(found)

    def for_meeting(self, number: int) -> Shelved:
        """One brief after the other."""
        return self.briefs[number % len(self.briefs)]
