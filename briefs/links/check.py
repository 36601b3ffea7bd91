"""Tests the links of a brief, and says what it found, part by part."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..editions.content import content_of
from ..editions.fixture import Item
from ..models import Brief, LinkCheck
from .places import Place, links_of
from .visit import DEAD, MOVED, OK, UNKNOWN, Answer, visit_all

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Emails wait as long as a round of the worker takes.
SECONDS_A_ROUND = 20
# What isn't tested after so many rounds isn't tested at all.
MOST_ROUNDS = 10
OUT_OF_TIME = Answer(UNKNOWN, "time")

WHY: "dict[str, StrPromise]" = {
    "status": gettext_lazy("Couldn’t be checked. The site answered with %(status)d."),
    "name": gettext_lazy("Couldn’t be checked. The site’s name can’t be looked up right now."),
    "slow": gettext_lazy("Couldn’t be checked. The site was too slow."),
    "refused": gettext_lazy("Couldn’t be checked. The site didn’t let us in."),
    "certificate": gettext_lazy("Couldn’t be checked. The site’s certificate isn’t right."),
    "private": gettext_lazy("Not checked. It leads into a private network."),
    "odd": gettext_lazy("Not checked. This isn’t a usual web address."),
    "loop": gettext_lazy("Couldn’t be checked. It leads on again and again."),
    "time": gettext_lazy("Couldn’t be checked. There was no time left."),
}
GONE: "dict[str, StrPromise]" = {
    "status": gettext_lazy("The page is gone (%(status)d)."),
    "name": gettext_lazy("There’s no website of this name."),
}
REMEDIES: "dict[str, StrPromise]" = {
    DEAD: gettext_lazy("Find its new address, or replace it."),
    MOVED: gettext_lazy("Open the new address. If it’s the same page, use that one."),
    UNKNOWN: gettext_lazy("Open it yourself."),
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkFinding:
    """A link to look at.

    Args:
        url: its address.
        answer: what was found there.
        places: the parts of the brief that it's in.
    """

    url: str
    answer: Answer
    places: list[Place]

    @property
    def state(self) -> str:
        """“dead”, “moved”, or “unknown” if it couldn't be checked."""
        return self.answer.state

    @property
    def what(self) -> str:
        if self.state == MOVED:
            return _("The page moved to %(address)s.") % {"address": self.answer.moved_to}
        words = GONE if self.state == DEAD else WHY
        return str(words[self.answer.why]) % {"status": self.answer.status}

    @property
    def remedy(self) -> str:
        return str(REMEDIES[self.state])


def findings_of_links(brief: Brief, content: Iterable[Item] | None = None) -> list[LinkFinding]:
    """The links of a brief that are dead, moved, or couldn't be checked, in this order.

    Args:
        brief: whose links were tested.
        content: what an editor makes of it, if it's to be looked at instead of the edition. Its
            new links aren't tested yet, so nothing is said about them.
    """
    check = LinkCheck.objects.filter(brief=brief).first()
    return findings_in(check, links_of(content_of(brief) if content is None else content))


def findings_in(check: LinkCheck | None, links: dict[str, list[Place]]) -> list[LinkFinding]:
    """The same, of links that were found already."""
    results = check.results if check else {}
    found = [
        LinkFinding(url, Answer(*results[url]), places)
        for url, places in links.items()
        if url in results
    ]
    order = [DEAD, MOVED, UNKNOWN]
    return sorted(
        (finding for finding in found if finding.state != OK),
        key=lambda finding: order.index(finding.state),
    )


def check_asked() -> None:
    """One round of the worker: go on with the check that was asked for first, if there is one.

    An error ends the check and is logged, as emails wait for the round.
    """
    if settings.CHECK_LINKS and (check := LinkCheck.objects.claim()):
        try:
            go_on(check, seconds=SECONDS_A_ROUND, is_last=check.rounds + 1 >= MOST_ROUNDS)
        except Exception:
            logger.exception("The links of brief %d couldn't be tested", check.brief_id)
            check.keep({}, is_finished=True)


def go_on(check: LinkCheck, *, seconds: float, is_last: bool) -> None:
    """Test what isn't tested yet, for so long. After the last time, give up the rest."""
    left = [url for url in links_of(content_of(check.brief)) if url not in check.results]
    answers = visit_all(left, seconds=seconds)
    if is_last:
        answers = dict.fromkeys(left, OUT_OF_TIME) | answers
    found = {url: answer.as_list() for url, answer in answers.items()}
    check.keep(found, is_finished=len(answers) == len(left))
    logger.info("Links of brief %d: %d of %d tested", check.brief_id, len(answers), len(left))
