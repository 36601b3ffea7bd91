"""Where what a brief's texts point at is, when each section has a page of its own.

On the page of the whole brief a link such as `#history` or `#source-survey` stays on the page. On
the cover, and on the page of one section, it leads to the page where that is.
"""

import re

from django.utils.safestring import SafeString, mark_safe

from config.addresses import reverse

from .compose import Page

HREF = re.compile(r'href="#([^"]+)"')
ID = re.compile(r'id="([^"]+)"')
FIGURE = re.compile(r'<figure [^>]*?id="([^"]+)"')
PARAGRAPH = re.compile(r"(.+)-p\d+")
ON_THE_COVER = {"summary", "advisory", "questions", "help", "about", "contents"}


class Places:
    """Knows the URL of each anchor of a brief.

    Args:
        page: the brief, composed for the screen.
    """

    def __init__(self, page: Page[SafeString, SafeString]) -> None:
        self.cover = page.brief.get_absolute_url()
        self.all = reverse("briefs:brief_all", args=[page.brief.slug])
        self.sections = {part.section.slug: part.section.get_absolute_url() for part in page.parts}
        self.inside: dict[str, str] = {}
        for part in page.parts:
            url = part.section.get_absolute_url()
            html = "".join([part.text, *part.figures])
            inside = FIGURE.findall(html)
            inside += [f"question-{question.slug}" for question in part.questions]
            inside += ["calls-to-action"] if part.steps else []
            self.inside |= dict.fromkeys(inside, url)

    def of(self, anchor: str) -> str:
        """The URL of this anchor: on the page of its section, on the cover, or else on the page
        of the whole brief."""
        if anchor in self.sections:
            return self.sections[anchor]
        paragraph = PARAGRAPH.fullmatch(anchor)
        inside = self.inside.get(anchor) or self.sections.get(paragraph[1] if paragraph else "")
        # A container has no page, and its URL has an anchor already.
        if inside and "#" not in inside:
            return f"{inside}#{anchor}"
        if anchor in ON_THE_COVER or (paragraph and paragraph[1] == "summary"):
            return f"{self.cover}#{anchor}"
        return f"{self.all}#{anchor}"

    def led(self, html: str, here: set[str]) -> SafeString:
        """The same HTML. Its links to what isn't on the page lead to where it is.

        Args:
            html: a text of the brief.
            here: the anchors on the page.
        """

        def lead(link: re.Match[str]) -> str:
            return link[0] if link[1] in here else f'href="{self.of(link[1])}"'

        return mark_safe(HREF.sub(lead, html))
