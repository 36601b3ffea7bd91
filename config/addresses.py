"""Addresses by name: Django's `reverse` and its tag `url`, which remember what they gave.

A page has thirty to fifty links, mostly the same ones. To put them together each time takes
a tenth of the page's time.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import urls
from django.conf import settings
from django.template import Library
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse_url
from django.utils.html import conditional_escape

register = Library()


def reverse(name: str, args: Iterable[Any] = ()) -> str:
    """The address of the page with this name.

    Raises:
        NoReverseMatch: no page has this name and takes these arguments.
    """
    site = urls.get_urlconf() or settings.ROOT_URLCONF
    return _known(site, urls.get_script_prefix(), name, tuple(args))


@lru_cache(maxsize=4096)
def _known(site: str, prefix: str, name: str, args: tuple[Any, ...]) -> str:
    """Django knows the prefix; it's named because the address begins with it."""
    return urls.reverse(name, site, args)


class KnownURLNode(URLNode):
    """Django's, for arguments by position. It doesn't ask which part of the site the page belongs
    to, because no two parts have the same names."""

    def render(self, context: Context) -> str:
        if self.kwargs:
            return super().render(context)
        args = [arg.resolve(context) for arg in self.args]
        try:
            address = reverse(self.view_name.resolve(context), args)
        except urls.NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> KnownURLNode:
    """The tag `url` of every template."""
    node = parse_url(parser, token)
    return KnownURLNode(node.view_name, node.args, node.kwargs, node.asvar)
