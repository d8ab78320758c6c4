"""OFD (GB/T 33190-2016) → lines, by lxml: text by its place on the page, ruled tables as rows.

What is left out: annotations, stamps, oblique watermarks, invisible objects. How lines make columns,
paragraphs and pages is as in a PDF.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from unicodedata import category

from bearing_qa.document.formats.ofd.content import UNKNOWN, Content, read_content
from bearing_qa.document.formats.ofd.lines import columns_of, upright
from bearing_qa.document.formats.ofd.package import Package, Page
from bearing_qa.document.formats.pdf.order import PlacedLine
from bearing_qa.document.formats.pdf.paragraphs import soft_ends
from bearing_qa.document.formats.pdf.reader import without_furniture
from bearing_qa.document.formats.pdf.tables import joined_tables
from bearing_qa.document.lines import SOFT_END
from bearing_qa.types import Unread, UnreadKind

MAX_UNKNOWN_SHARE = 0.2
"""A line of which more is unknown is left out; in others the signs stand as U+FFFD."""
PICTURE_SHARE = 0.4
"""A page is a picture where pictures cover this share of it, and it has hardly any signs."""
MAX_PICTURE_SIGNS = 30
"""So many signs a picture of a page may have beside it: a page number, a file name."""


def ofd_lines(data: bytes, *, max_pages: int) -> Iterator[str | Unread]:
    """Lines of an OFD file, a form feed before each page but the first; then what could not be read.

    Raises ValueError if it is unsound or encrypted, has too many pages or no text.
    """
    package = Package(data)
    pages: list[Page] = []
    attached: list[str] = []
    for path, document in package.documents():
        attached += package.attachments(path, document)
        for page in package.pages(path, document):
            pages.append(page)
            if len(pages) > max_pages:
                raise ValueError(f"it has more than {max_pages} pages (--max-pages)")
    contents = [upright(read_content(page)) for page in pages]
    columns = [columns_of(content) for content in contents]
    unknown = [at for at, page in enumerate(columns, 1) if _has_unknown(page)]
    columns = [_known(page) for page in columns]
    if not any(columns):
        raise ValueError(
            "its fonts do not say what their signs are; use OCR"
            if unknown
            else "its pages hold no text; if they are scanned, use OCR first"
        )
    yield from _text(columns, widths=[content.width for content in contents])
    pictured = [at for at, content in enumerate(contents, 1) if _is_picture(content)]
    yield from _places("picture_pages", pictured)
    yield from _places("font", unknown)
    yield from (Unread("object", name) for name in attached)


def _text(pages: list[list[list[PlacedLine]]], *, widths: Sequence[float]) -> Iterator[str]:
    """Lines of the document without furniture, wrapped ones marked as such."""
    pages = joined_tables(without_furniture(pages))
    ends = iter(soft_ends(pages, widths=widths))
    for number, columns in enumerate(pages):
        if number:
            yield "\f"
        for line in (line for column in columns for line in column):
            yield line.text + (SOFT_END if next(ends) else "")


def _places(kind: UnreadKind, pages: Sequence[int]) -> Iterator[Unread]:
    """What could not be read, those on neighbouring pages as one: p. 3–4."""
    first = 0
    for page, following in pairwise([*pages, -1]):
        first = first or page
        if following != page + 1:
            yield Unread(kind, f"p. {first}" if first == page else f"p. {first}–{page}")
            first = 0


def _is_picture(content: Content) -> bool:
    count = sum(len(run.signs) for run in content.runs)
    is_covered = content.pictured >= PICTURE_SHARE and count <= MAX_PICTURE_SIGNS
    return is_covered or (not count and bool(content.pictured or content.curves))


def _is_unknown(char: str) -> bool:
    return char == UNKNOWN or category(char) in ("Co", "Cn", "Cs")


def _has_unknown(page: Sequence[Sequence[PlacedLine]]) -> bool:
    return any(any(map(_is_unknown, _unbulleted(line.text))) for column in page for line in column)


def _known(page: Sequence[Sequence[PlacedLine]]) -> list[list[PlacedLine]]:
    """Lines of a page with U+FFFD for signs that the file does not tell, without those that are mostly such."""
    kept = []
    for column in page:
        lines = []
        for line in column:
            shown = "".join(UNKNOWN if _is_unknown(c) else c for c in _unbulleted(line.text))
            if shown and shown.count(UNKNOWN) <= MAX_UNKNOWN_SHARE * len(shown):
                lines.append(replace(line, text=shown))
        kept.append(lines)
    return [column for column in kept if column]


def _unbulleted(text: str) -> str:
    """A line without the bullet of a symbol font (U+F000 to U+F0FF) at its head."""
    return text.lstrip("".join(map(chr, range(0xF000, 0xF100)))).lstrip() if text else text
