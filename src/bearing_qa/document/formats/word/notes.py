"""Footnotes and endnotes of a Word file, by the marks that refer to them."""

from __future__ import annotations

from bearing_qa.document.formats.word.names import Element, name
from bearing_qa.document.formats.word.package import ENDNOTES, FOOTNOTES, Package

_ID = name("w:id")


class Notes:
    """The notes of a file; each is given once, where it is first referred to."""

    def __init__(self, package: Package) -> None:
        footnotes, endnotes = package.part(FOOTNOTES), package.part(ENDNOTES)
        self._notes = {
            **_by_id(footnotes, note="w:footnote", mark="w:footnoteReference"),
            **_by_id(endnotes, note="w:endnote", mark="w:endnoteReference"),
        }

    def take(self, mark: Element) -> Element | None:
        """The note that a mark refers to; None for one that is missing or was given before."""
        return self._notes.pop((str(mark.tag), mark.get(_ID, "")), None)


def _by_id(root: Element | None, *, note: str, mark: str) -> dict[tuple[str, str], Element]:
    found = root.iter(name(note)) if root is not None else ()
    return {(name(mark), item.get(_ID, "")): item for item in found}
