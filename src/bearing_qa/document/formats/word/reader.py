"""Word (.docx, .docm) → lines: paragraphs with their automatic numbers, tables, text boxes and notes, in order."""

from __future__ import annotations

from collections.abc import Iterator

from bearing_qa.document.formats.lines import SEPARATOR, fold
from bearing_qa.document.formats.word.names import Element, is_on, name, names
from bearing_qa.document.formats.word.notes import Notes
from bearing_qa.document.formats.word.numbering import Numbering
from bearing_qa.document.formats.word.package import NUMBERING, STYLES, Package
from bearing_qa.document.formats.word.styles import Styles
from bearing_qa.document.formats.word.table import WRAPPERS, is_line, ruled, table_blocks
from bearing_qa.document.formats.word.text import Content, read_paragraph
from bearing_qa.types import Unread

MAX_PLACE_CHARS = 20
"""Characters of the text that names a place: enough to find it by."""
MIN_CHARS_PER_PICTURE = 100
"""A document with less text beside each large picture has its text in the pictures, as scanned ones do."""
PAGE_BREAK = "\f"
_P, _TABLE, _PROPERTIES, _RUN_PROPERTIES = (name(f"w:{tag}") for tag in ("p", "tbl", "pPr", "rPr"))
_LINKED = names("w:altChunk w:subDoc")
"""Other files that are shown inside the document."""


def docx_lines(data: bytes) -> Iterator[str | Unread]:
    """Lines of a Word document in reading order; a heading's depth as hashes, as in Markdown.

    Form feeds stand between pages where the file says where all of them begin. Raises ValueError or an error
    of lxml or zipfile if the file is unsound.
    """
    package = Package(data)
    reader = _Reader(package)
    body = package.main().find(name("w:body"))
    if body is None:
        raise ValueError("it has no document in it")
    _join_deleted(body)
    parts = list(reader.lines(body))
    are_pages_known = _are_pages_known(parts, _stated_pages(package))
    yield from (part for part in parts if part != PAGE_BREAK or are_pages_known)
    chars = sum(len(part) for part in parts if isinstance(part, str))
    if chars < reader.pictures * MIN_CHARS_PER_PICTURE:
        yield Unread("picture", "1" if reader.pictures == 1 else f"1–{reader.pictures}")


class _Reader:
    """Walks the body: content controls, inserted and tagged text, text boxes and notes are text that a
    reader sees."""

    def __init__(self, package: Package) -> None:
        self._styles = Styles(package.part(STYLES))
        self._numbering = Numbering(package.part(NUMBERING), self._styles)
        self._notes = Notes(package)
        self._last = ""
        self.pictures = 0
        """Large pictures seen so far."""

    def lines(self, container: Element) -> Iterator[str | Unread]:
        """Lines of the paragraphs and tables of a body, a content control, a cell, a text box or a note."""
        for child in container:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag in _LINKED:
                yield Unread("object", self._place(""))
            elif child.tag in WRAPPERS:
                yield from self.lines(child)

    def described(self, paragraph: Element) -> tuple[str, Content, bool]:
        """A paragraph's automatic number, its content, and whether it is an item of a list.

        A hidden paragraph is neither shown nor counted.
        """
        content = read_paragraph(paragraph, self._styles)
        self.pictures += content.pictures
        body = content.text.strip()
        if not body and _is_mark_on(paragraph, "w:vanish"):
            return "", content, False
        mark = self._numbering.prefix(paragraph, body=body)
        return mark, content, self._numbering.is_listed(paragraph)

    def hanging(self, content: Content, *, boxes: bool) -> Iterator[str | Unread]:
        """Lines of the notes (and text boxes) of a paragraph, and what of it cannot be read."""
        yield from (
            Unread(kind, self._place(content.text)) for kind in dict.fromkeys(content.unread)
        )
        for box in content.boxes if boxes else ():
            yield from self.lines(box)
        for mark in content.notes:
            if (note := self._notes.take(mark)) is not None:
                yield from self.lines(note)

    def _paragraph(self, element: Element) -> Iterator[str | Unread]:
        mark, content, _ = self.described(element)
        depth = self._styles.heading_depth(element)
        yield from (PAGE_BREAK for is_before in content.page_breaks if is_before)
        lines = [line for piece in content.text.split("\n") if (line := fold(piece))]
        for at, line in enumerate(lines):
            self._last = fold(mark + line) if not at else line
            yield ("#" * depth + " " if depth else "") + self._last
        yield from self.hanging(content, boxes=True)
        yield from (PAGE_BREAK for is_before in content.page_breaks if not is_before)

    def _table(self, table: Element) -> Iterator[str | Unread]:
        """Lines of a table; of one that follows another of a different width at once, with a rule."""
        above = self._last
        lines = list(table_blocks(table, self))
        written = [str(line) for line in lines if is_line(line)]
        first = written[0] if written else ""
        is_other = SEPARATOR in above and SEPARATOR in first
        is_other = is_other and above.count(SEPARATOR) != first.count(SEPARATOR)
        yield from ruled(lines) if is_other else lines
        self._last = written[-1] if written else self._last

    def _place(self, text: str) -> str:
        """Where something stands: the beginning of its paragraph, or of the text before it."""
        said = fold(text) or self._last
        return said if len(said) <= MAX_PLACE_CHARS else f"{said[:MAX_PLACE_CHARS]}…"


def _is_mark_on(paragraph: Element, tag: str) -> bool:
    """Whether a property is on for the mark that ends a paragraph."""
    mark = paragraph.find(f"{_PROPERTIES}/{_RUN_PROPERTIES}/{name(tag)}")
    return bool(is_on(mark))


def _join_deleted(body: Element) -> None:
    """Joins each paragraph whose mark is deleted to the next one, which gives the properties; its number
    is gone."""
    for paragraph in list(body.iter(_P)):
        if not (_is_mark_on(paragraph, "w:del") or _is_mark_on(paragraph, "w:moveFrom")):
            continue
        following = paragraph.getnext()
        properties = paragraph.find(_PROPERTIES)
        if following is None or following.tag != _P:
            paragraph.remove(properties)
            continue
        at = 0 if following.find(_PROPERTIES) is None else 1
        following[at:at] = [child for child in paragraph if child is not properties]
        paragraph.getparent().remove(paragraph)


def _stated_pages(package: Package) -> int:
    """The number of pages that the file says it has; 0 if it says none."""
    properties = package.properties()
    found = properties.iter("{*}Pages") if properties is not None else ()
    return next((int(item.text) for item in found if (item.text or "").isdecimal()), 0)


def _are_pages_known(parts: list[str | Unread], stated: int) -> bool:
    """Whether each page's begin was seen: none is without text, and none that the file counts is missing."""
    pages = [0]
    for part in parts:
        if part == PAGE_BREAK:
            pages.append(0)
        elif isinstance(part, str):
            pages[-1] += 1
    return len(pages) >= stated and all(pages)
