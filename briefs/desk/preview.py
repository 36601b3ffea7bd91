"""The reader's own pages, made of a draft. Nothing is saved or kept: see `drafted.py`.

They are shown in a frame, without scripts, and their links lead to other pages of the preview.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string

from config.addresses import reverse

from ..models import Draft, Figure, Section
from ..page import figures
from ..page.html import cover_on, whole_on
from ..page.section_page import ScreenPage, composed, section_on
from ..pdf.documents import brief_document, paper_for
from .content import BRIEF, FIGURE, Content
from .drafted import rows_of

LINK = re.compile(r'(<a\b[^>]*?)\shref="([^"]*)"')
SCRIPT = re.compile(r"<script\b[^>]*>\s*</script>")
OUTSIDE = re.compile(r"https?:", re.IGNORECASE)


@dataclass
class Preview:
    """A draft as its readers will see it.

    Args:
        draft: the draft.
        content: its content, with what isn't saved yet.
    """

    draft: Draft
    content: Content

    @cached_property
    def page(self) -> ScreenPage:
        """The brief, composed for the screen."""
        return composed(*rows_of(self.content, self.draft.brief_id))

    def cover(self) -> str:
        return self._rendered("briefs/brief_detail.html", cover_on(self.page))

    def whole(self) -> str:
        return self._rendered("briefs/brief_all.html", whole_on(self.page))

    def section(self, slug: str) -> str:
        """The page of a section.

        Raises:
            Http404: there is none, or it has no text.
        """
        return self._rendered("briefs/brief_section.html", section_on(self.page, slug))

    def part(self, label: str, slug: str) -> str:
        """One part on a page that has nothing else, in the reader's own look."""
        if label == FIGURE:
            brief, rows = rows_of(self.content)
            drawn = [figures.render(row) for row in rows[Figure] if row.slug == slug]
            context: dict[str, Any] = {"brief": brief, "figures": drawn}
        else:
            of_part = cover_on(self.page) if label == BRIEF else self._section(slug)
            context = {"brief": self.page.brief} | of_part
        return self._rendered(f"admin/briefs/desk/preview_{label.partition('.')[2]}.html", context)

    def _section(self, slug: str) -> dict[str, Any]:
        found = next((part for part in self.page.parts if part.section.slug == slug), None)
        if found is None or found.section.is_container:
            return {"section": found.section if found else Section()}
        return section_on(self.page, slug)

    def paper(self) -> dict[str, Any]:
        """The document of the whole brief, for `typesetter.set_now`."""
        brief, rows = rows_of(self.content, self.draft.brief_id)
        return brief_document(brief, paper_for(brief), rows)

    def _rendered(self, template: str, context: dict[str, Any]) -> str:
        return SCRIPT.sub("", LINK.sub(self._led, render_to_string(template, context)))

    def _led(self, link: re.Match[str]) -> str:
        """A link to a page of the brief leads to its preview; one to another site opens in a new
        tab; any other leads nowhere."""
        tag, (path, mark, anchor) = link[1], link[2].partition("#")
        if not path:
            return link[0]
        if OUTSIDE.match(path):
            return f'{tag} target="_blank" href="{link[2]}"'
        address = self._preview_of(path)
        return f'{tag} href="{address}{mark}{anchor}"' if address else tag

    def _preview_of(self, path: str) -> str:
        """The address of the preview of a page of the brief; "" if there is none."""
        cover = self.page.brief.get_absolute_url()
        if not path.startswith(cover):
            return ""
        rest = path.removeprefix(cover).removeprefix("sections/").removesuffix("/")
        pages = {"": "cover", "all": "all"}
        if rest in pages and "sections/" not in path:
            return reverse(f"admin:briefs_draft_preview_{pages[rest]}", args=[self.draft.pk])
        if any(part.section.slug == rest for part in self.page.texts):
            return reverse("admin:briefs_draft_preview_section", args=[self.draft.pk, rest])
        return ""
