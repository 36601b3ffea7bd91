"""Where links lead: redirects unwrapped, and what a brief can't link to told apart."""

import re
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

LONGEST = 400  # characters of an address, as in the models
MOST_REDIRECTS = 5
is_web = URLValidator(schemes=["http", "https"])
PLAIN = re.compile(r"(mailto|tel):\S+", re.IGNORECASE)
UNSAFE = re.compile(r"[\s<>\"{}|\\^`]")

# Services that wrap links: the end of the host, the path, and the parameter with the address.
WRAPPERS = [
    (r"(^|\.)google\.[a-z.]+", r"/url", ("q", "url")),
    (r"\.safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
    (r"statics\.teams\.cdn\.office\.net", r"/evergreen-assets/safelinks/.*", ("url",)),
    (r"^lm?\.(facebook|messenger|instagram|threads)\.(com|net)", r"/(l\.php)?", ("u",)),
    (r"(^|\.)facebook\.com", r"/l\.php", ("u",)),
    (r"(^|\.)youtube\.com", r"/redirect", ("q",)),
    (r"(^|\.)linkedin\.com", r"/(redir/redirect|safety/go)", ("url",)),
    (r"(^|\.)slack-redir\.net", r"/link", ("url",)),
    (r"(^|\.)duckduckgo\.com", r"/l/", ("uddg",)),
    (r"^out\.reddit\.com", r"/.*", ("url",)),
    (r"^away\.vk\.com", r"/away\.php", ("to",)),
    (r"^vk\.com", r"/away\.php", ("to",)),
    (r"^urldefense\.(proofpoint\.)?com", r"/v1/url", ("u",)),
]
PROOFPOINT_2 = re.compile(r"https?://urldefense\.proofpoint\.com/v2/url\?u=([^&]+)", re.IGNORECASE)
PROOFPOINT_3 = re.compile(r"https?://urldefense\.(?:proofpoint\.)?com/v3/__(.+?)__;", re.IGNORECASE)


def target(href: str, base: str = "") -> str:
    """The address that a link leads to, without redirects; "" if a brief can't link to it.

    Args:
        href: as it's in the page.
        base: the address that the page says its links begin at.
    """
    # Browsers ignore white space around an address, and line ends and tabs in it.
    href = re.sub(r"[\t\n\r]", "", href.strip())
    if PLAIN.fullmatch(href) and len(href) <= LONGEST:
        return UNSAFE.sub(_quoted, href)
    try:
        if base:
            href = urljoin(base, href)
        if href.startswith("//"):
            href = f"https:{href}"
        return _checked(_unwrapped(href))
    except ValueError:
        # urlsplit refuses some addresses, such as http://[.
        return ""


def _unwrapped(href: str) -> str:
    for _times in range(MOST_REDIRECTS):
        inside = _inside(href)
        if not inside:
            break
        href = inside
    return href


def _inside(href: str) -> str:
    """The address inside that of a redirect; "" if it's none."""
    if found := PROOFPOINT_2.match(href):
        return unquote(found[1].replace("-", "%").replace("_", "/"))
    if found := PROOFPOINT_3.match(href):
        return re.sub(r"^(https?):/+", r"\1://", found[1])
    parts = urlsplit(href)
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    host = (parts.hostname or "").lower()
    for end, path, names in WRAPPERS:
        if re.search(f"{end}$", host) and re.fullmatch(path, parts.path):
            values = parse_qs(parts.query)
            for name in names:
                if name in values:
                    return values[name][0].strip()
    return ""


def _checked(href: str) -> str:
    """The address, if it's one of the web that the database takes."""
    address = UNSAFE.sub(_quoted, href)
    scheme, colon, rest = address.partition(":")
    address = f"{scheme.lower()}{colon}{rest}"
    if len(address) > LONGEST:
        return ""
    try:
        is_web(address)
    except ValidationError:
        return ""
    return address


def _quoted(found: re.Match[str]) -> str:
    return quote(found[0])
