"""Picture files → lines: scanned pages, photographs of pages. Several pages in one TIFF are pages."""

from __future__ import annotations

from collections.abc import Iterator

from bearing_qa.document.formats.lines import CellLine
from bearing_qa.document.formats.pdf.reader import page_lines
from bearing_qa.document.formats.scan.reader import picture_pages
from bearing_qa.types import Unread


def picture_lines(data: bytes, *, max_pages: int) -> Iterator[str | CellLine | Unread]:
    """Lines of the pages that a picture file shows, a form feed before each page but the first.

    Raises ValueError if it is no sound picture, has too many pages or no text.
    """
    yield from page_lines(list(picture_pages(data, max_pages=max_pages)))
