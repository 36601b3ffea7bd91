"""Reads a Word file with mammoth, which knows Word's styles.

A Word file is a ZIP archive of XML. Zip bombs and entity bombs are refused: the unpacked size
is checked first, and XML that declares entities isn't parsed.
"""

import io
import zipfile

import mammoth
from django.utils.translation import gettext as _

from .blocks import Block, Guess, Unreadable
from .html import read_html

MOST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2000
# Bytes of the text itself, unpacked: ten times the longest brief. Reading takes seconds for each
# megabyte.
MOST_TEXT = 5 * 1024 * 1024


def read_docx(content: bytes, name: str, guesses: list[Guess]) -> list[Block]:
    """The blocks of a Word file.

    Args:
        content: the file.
        name: its name, for messages.
        guesses: gets the guesses.

    Raises:
        Unreadable: it isn't a Word file, is damaged, or is too large.
    """
    broken = Unreadable(
        _("“%s” isn’t a Word file, or it’s damaged. Open it in Word and save it again.") % name
    )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
            raise Unreadable(_("“%s” is too large when unpacked. Remove its images.") % name)
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unreadable(_("“%s” has a password. Save it without one.") % name)
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as file:
                    # Read no more than the limit: an archive may lie about its size.
                    xml = file.read(MOST_TEXT + 1)
                if len(xml) > MOST_TEXT:
                    raise Unreadable(_("“%s” has too much text. Split it into more files.") % name)
                if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
                    raise Unreadable(
                        _("“%s” has entities, which Word doesn’t use. Save it again.") % name
                    )
        page = mammoth.convert_to_html(io.BytesIO(content)).value
    except Unreadable:
        raise
    except Exception as error:
        # A damaged archive can make the libraries raise anything.
        raise broken from error
    return read_html(page, name, guesses)
