"""Pages of a PDF that are pictures: scans, tables pasted as images, text drawn as outlines."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.document.formats.pdf.drawings import Drawings, Picture

MAX_TEXT = 60
"""Characters, without running heads and page numbers: a page with more is read as text. A heading and a caption
have fewer."""
MIN_SHARE = 0.15
"""Share of a page that a picture of considerable size covers; a seal or a logo covers a fortieth."""
MIN_CURVES = 2000
"""Curves of a page without a picture that may be characters drawn as outlines: some hundred of them."""


def picture_pages(pages: Sequence[Drawings], lengths: Sequence[int]) -> list[int]:
    """Numbers (from 1) of the pages that hold a picture of considerable size, or outlines, and hardly any text.

    ``lengths`` are the characters of text on each page. A picture that also stands behind a page of text is the
    paper that it is printed on, and counts only where a page has no text at all.
    """
    behind = {
        picture.look
        for page, length in zip(pages, lengths, strict=True)
        for picture in page.pictures
        if length > MAX_TEXT
    }
    found = []
    for number, (page, length) in enumerate(zip(pages, lengths, strict=True), 1):
        pictures = [one for one in page.pictures if not length or one.look not in behind]
        share = sum(_shown(one, page) for one in pictures)
        is_drawn = not length and page.curves >= MIN_CURVES
        if length <= MAX_TEXT and (share >= MIN_SHARE or is_drawn):
            found.append(number)
    return found


def _shown(picture: Picture, page: Drawings) -> float:
    """Share of the page that a picture covers."""
    left, bottom, right, top = page.box
    area = (right - left) * (top - bottom)
    width = min(picture.box[2], right) - max(picture.box[0], left)
    height = min(picture.box[3], top) - max(picture.box[1], bottom)
    return max(width, 0.0) * max(height, 0.0) / area if area > 0 else 0.0


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers in order as they are cited: p. 1–2, 5."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "p. " + ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)
