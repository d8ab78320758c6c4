"""The parts of a Word file (.docx, .docm), found by the relations between them."""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from bearing_qa.document.formats.word.names import Element

_STRICT = {
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ),
    b"http://purl.oclc.org/ooxml/officeDocument/math": (
        b"http://schemas.openxmlformats.org/officeDocument/2006/math"
    ),
    b"http://purl.oclc.org/ooxml/drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}
"""Names of ISO/IEC 29500 Strict, and those that every other file uses for the same things."""
MAIN, STYLES, NUMBERING, FOOTNOTES, ENDNOTES, PROPERTIES = (
    "officeDocument",
    "styles",
    "numbering",
    "footnotes",
    "endnotes",
    "extended-properties",
)
"""What a part is to the one that names it: the last word of a relation's type."""


class Package:
    """A Word file. A part that is missing, or named outside the file, is as if it was not named."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {item.replace("\\", "/").lower(): item for item in self._archive.namelist()}
        self._main = self._target("", MAIN)
        if not self._main:
            raise ValueError("it has no document in it")

    def main(self) -> Element:
        """The document itself. Raises ValueError or an error of lxml if it is unsound."""
        return self._parse(self._main)

    def part(self, kind: str) -> Element | None:
        """The part of the document that is its styles, its footnotes …; None if it has none."""
        target = self._target(self._main, kind)
        return self._parse(target) if target else None

    def properties(self) -> Element | None:
        """What the file says of itself (pages, words); None if nothing."""
        target = self._target("", PROPERTIES)
        return self._parse(target) if target else None

    def _parse(self, part: str) -> Element:
        content = self._archive.read(part)
        if b"purl.oclc.org/ooxml" in content:
            for strict, usual in _STRICT.items():
                content = content.replace(strict, usual)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        return etree.fromstring(content, parser)

    def _target(self, source: str, kind: str) -> str:
        """The part that stands in a relation to another one (to the file itself, if ``source`` is empty)."""
        folder, base = posixpath.split(source)
        relations = self._names.get(posixpath.join(folder, "_rels", f"{base}.rels").lower())
        for relation in self._parse(relations) if relations else ():
            is_kind = relation.get("Type", "").rpartition("/")[2].lower() in (kind, _camel(kind))
            if not is_kind or relation.get("TargetMode") == "External":
                continue
            path = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            if found := self._names.get(path.lstrip("/").lower()):
                return found
        return ""


def _camel(kind: str) -> str:
    """A kind as the strict form writes it, lower case: extendedproperties, officedocument."""
    return kind.replace("-", "").lower()
