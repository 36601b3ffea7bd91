"""Links in what a person typed: shown as links, or refused in texts that go to people who don't
know the writer."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# A domain without a path counts as a link if email programs make one of it. Those of the second
# list are words too, so they count only in small letters: “Bring cake.It helps” is no link.
ENDINGS = (
    "ac ae ai app asia au az biz blog br ca cat cc ch click cloud club cn co com coop cz de dev "
    "dk edu ee eu fi fm fr gd ge gg gl gov gr hk hr hu icu id ie il info ink int io ir je jobs jp "
    "ke kr kz la link live lol lt lu lv ly md mil mobi mx name net news ng nl nu nz one online "
    "org page ph pk pl pro pt pub ro rs ru sa se sg sh shop si site sk store su tech th tk tl top "
    "tr tv tw ua uk uz vc vip vn website wiki ws xxx xyz za zip"
)
WORDLIKE = "am as at be by do es im in is it me my no so st to us"
HOST = r"(?<![@\w.-])(?:[^\W_](?:[\w-]*[^\W_])?\.)+"
LINK = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,15}://\S+"
    r"|\bwww\d?\.\w\S*"
    rf"|{HOST}[^\W\d_]{{2,24}}(?::\d+)?[/?#]\S*"
    rf"|{HOST}(?:{'|'.join(ENDINGS.split())}|xn--[\w-]+)(?![\w@-])"
    rf"|{HOST}(?-i:{'|'.join(WORDLIKE.split())})(?![\w@-])"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/)\S*",
    re.IGNORECASE,
)
# Each web or email address has one of these signs within.
MAY_LINK = re.compile(r"[.:@]\S")


def linked(text: str) -> SafeString:
    """The text with links, as safe HTML: `urlize` escapes everything else."""
    # It looks at each word, and few texts have a word that could be an address.
    return mark_safe(urlize(text, autoescape=True)) if MAY_LINK.search(text) else escape(text)


def find_link(text: str) -> str:
    """The first link in a text; empty if there is none. An email address is no link."""
    text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")
    text = "".join(each for each in text if unicodedata.category(each) != "Cf")
    found = LINK.search(text)
    return found[0].rstrip(".,;:!?)\"'”’") if found else ""


def validate_no_link(text: str) -> None:
    """Accept a name only without a link: emails say it to people who don't know the writer.

    Raises:
        ValidationError: there is a link.
    """
    if link := find_link(text):
        raise ValidationError(
            _("A name can’t include a link (“%(link)s”). Leave it out."),
            code="link",
            params={"link": link},
        )
