"""The ZIP archive that a Word file is. Zip bombs and entity bombs are refused."""

import io
import posixpath
import zipfile
from typing import NamedTuple
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from ..blocks import Unreadable
from .xml import DeclaresEntities, parse

MOST_UNPACKED = 100 * 1024 * 1024  # bytes
MOST_ENTRIES = 2000
# Bytes of each text, unpacked: ten times the longest brief. Reading takes seconds for each
# megabyte.
MOST_TEXT = 5 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Word files and of encrypted ones
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Relation(NamedTuple):
    """What one part of the file says of another, or of an address outside."""

    kind: str
    target: str
    is_outside: bool


class Archive:
    """The parts of a Word file, by their paths.

    Raises:
        Unreadable: it isn't one that we read. Damaged archives raise anything.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        self._refuse_other_formats(content)
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self._refuse_bombs()
        if b"macroEnabled" in self._read("[Content_Types].xml"):
            raise Unreadable(_("“%s” has macros. In Word, save it as a .docx file.") % name)
        mains = [r.target for r in self.relations("").values() if r.kind == "officeDocument"]
        self.main = mains[0] if mains else "word/document.xml"

    def _refuse_other_formats(self, content: bytes) -> None:
        if content.startswith(OLE) and ENCRYPTED in content:
            raise Unreadable(_("“%s” has a password. Save it without one.") % self.name)
        if content.startswith((OLE, b"{\\rtf", b"\xdb\xa5")):
            raise Unreadable(
                _("“%s” is in an older format of Word. Open it in Word, and save it as .docx.")
                % self.name
            )

    def _refuse_bombs(self) -> None:
        entries = self.zip.infolist()
        if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
            raise Unreadable(_("“%s” is too large when unpacked. Remove its images.") % self.name)
        for entry in entries:
            if entry.flag_bits & 1:
                raise Unreadable(_("“%s” has a password. Save it without one.") % self.name)
            if entry.filename.endswith((".xml", ".rels")):
                self._read(entry.filename)

    def _read(self, path: str) -> bytes:
        with self.zip.open(path) as file:
            # Read no more than the limit: an archive may lie about its size.
            xml = file.read(MOST_TEXT + 1)
        if len(xml) > MOST_TEXT:
            raise Unreadable(_("“%s” has too much text. Split it into more files.") % self.name)
        if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
            raise self._has_entities()
        return xml

    def _has_entities(self) -> Unreadable:
        return Unreadable(
            _("“%s” has entities, which Word doesn’t use. Save it again.") % self.name
        )

    def tree(self, path: str) -> Element | None:
        """The XML of a part; None if the file doesn't have it."""
        if path not in self.zip.namelist():
            return None
        try:
            return parse(self._read(path))
        except DeclaresEntities:
            raise self._has_entities() from None

    def relations(self, path: str) -> dict[str, Relation]:
        """What a part refers to, by id."""
        folder, name = posixpath.split(path)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for one in root if root is not None else ():
            kind, target = one.get("Type", "").rpartition("/")[2], one.get("Target", "")
            is_outside = one.get("TargetMode") == "External"
            if not is_outside:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[one.get("Id", "")] = Relation(kind, target, is_outside)
        return found

    def parts(self, kind: str) -> list[str]:
        """The paths of the parts of this kind that the text refers to."""
        found = [r.target for r in self.relations(self.main).values() if r.kind == kind]
        return list(dict.fromkeys(found)) or [f"word/{kind}.xml"]

    def part(self, kind: str) -> Element | None:
        """The XML of the one part of this kind."""
        return self.tree(self.parts(kind)[0])
