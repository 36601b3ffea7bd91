"""Reads a Markdown file, by way of HTML. Raw HTML in it becomes text."""

from markdown_it import MarkdownIt

from .blocks import Block, Guess, decoded
from .html import read_html


def read_markdown(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a Markdown file. Arguments as for `read_docx`."""
    text = decoded(content, name, guesses)
    page = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return read_html(page, name, guesses)
