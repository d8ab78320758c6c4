"""The parts of an Excel workbook's package: streams of elements, trees, relations."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

_BLANK_CELL = re.compile(rb'<c r="[A-Z]+\d+"(?: [\w:]+="[^"<>]*")*\s*(?:/>|></c>)')
_BLANK_ROW = re.compile(
    rb'<row r="\d+"(?: (?!hidden="(?:1|true)"|ht="0")[\w:]+="[^"<>]*")*\s*(?:/>|>\s*</row>)'
)
"""Cells and rows that have an address and nothing in them; a sheet may be formatted to its last row."""


def relation_id(element: Any) -> str:
    """The value of an element's r:id, whichever edition of the standard its name is of."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


class Package:
    """The parts of an Office file by their names, upper and lower case alike."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self._names

    def open(self, part: str) -> Any:
        """A part as a stream of bytes. Raises ValueError if it is missing."""
        if not self.has(part):
            raise ValueError(f"its part {part} is missing")
        return self._archive.open(self._names[part.lower()])

    def tree(self, part: str) -> Any:
        """A part as a tree of elements."""
        with self.open(part) as stream:
            return etree.parse(
                stream, etree.XMLParser(resolve_entities=False, no_network=True)
            ).getroot()

    def events(self, part: str, *tags: str) -> Iterator[Any]:
        """Elements of some tags, each as it ends; what came before it is forgotten. Formatted cells and rows
        without anything in them are left out."""
        with self.open(part) as stream:
            data = _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", stream.read()))
        found = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
        )
        for _, element in found:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]

    def relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Kind and target part of each relation of a part, by its id."""
        folder, name = posixpath.split(part)
        own = posixpath.join(folder, "_rels", f"{name}.rels")
        found = {}
        if self.has(own):
            for item in self.tree(own).iter("{*}Relationship"):
                target = item.get("Target", "").replace("\\", "/")
                path = (
                    target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                )
                kind = item.get("Type", "").rpartition("/")[2]
                if item.get("TargetMode") != "External":
                    found[item.get("Id", "")] = (kind, posixpath.normpath(path))
        return found

    def main_part(self) -> str:
        """The workbook's own part. Raises ValueError for a file that is another kind of package."""
        for kind, part in self.relations("").values():
            if kind == "officeDocument":
                if "word/" in part or "ppt/" in part:
                    raise ValueError("it is no workbook, but another Office file by this name")
                return part
        if self.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        raise ValueError("it is a packed file, but no workbook")
