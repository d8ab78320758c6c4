"""Footnotes of a PDF: small text at the foot of a page, below a short rule or behind a mark, set apart from the text.

A sentence goes on over the end of a page though notes stand there; they come behind its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from bearing_qa.document.formats.pdf.order import PlacedLine, least
from bearing_qa.document.formats.pdf.tables import Page
from bearing_qa.document.wrapping import SENTENCE_END

NOTE_SHARE = 0.88
"""Notes are set in characters smaller than this share of the text's: 9 points where the text has 10.5."""
_MARK = re.compile(
    r"[①-⑳⑴-⒇*＊※†]|[\[［〔【]\d{1,2}[\]］〕】]|\d{1,2}(?=\s?[\u3400-\u9fff《“])|注\s*\d*[:：]"
)
"""What a note begins with."""


def size_of(pages: Sequence[Page]) -> float:
    """The usual height of a document's lines, in points, each as often as it has characters."""
    sizes = [
        line.height
        for page in pages
        for column in page
        for line in column
        if not line.is_row
        for _ in line.text
    ]
    return median(sizes) if sizes else 0.0


def take_notes(page: Page, *, size: float, rules: Sequence[float]) -> list[PlacedLine]:
    """The notes at the feet of a page's columns, taken from it; ``rules`` are heights of short rules."""
    notes: list[PlacedLine] = []
    for column in page:
        foot = _small_foot(column, size)
        if not foot or len(foot) == len(column):
            continue
        above = column[-len(foot) - 1].middle
        below = [line for line in foot if any(line.middle < rule < above for rule in rules)]
        if not below:
            first = next((n for n, line in enumerate(foot) if _MARK.match(line.text)), len(foot))
            below = foot[first:]
        if below:
            del column[-len(below) :]
            notes += below
    page[:] = [column for column in page if column]
    return notes


def note_texts(notes: Sequence[PlacedLine]) -> list[PlacedLine]:
    """The notes of a page, each in one piece: what has no mark goes on with the line before, but for a line
    below the short end of a sentence."""
    right = max((line.right for line in notes), default=0.0)
    found: list[PlacedLine] = []
    for at, line in enumerate(notes):
        before = notes[at - 1]
        is_short = before.right < right - 2 * before.height
        if not found or _MARK.match(line.text) or (is_short and SENTENCE_END.search(before.text)):
            found.append(line)
            continue
        text = found[-1].text
        is_latin = text[-1:].isascii() and text[-1:].isalpha() and line.text[0].isascii()
        whole = f"{text} {line.text}" if is_latin else text + line.text
        found[-1] = replace(found[-1], text=whole, confidence=least((found[-1], line)))
    return found


def _small_foot(column: Sequence[PlacedLine], size: float) -> list[PlacedLine]:
    """The small lines that a column ends with."""
    foot: list[PlacedLine] = []
    for line in reversed(column):
        is_below = not foot or line.middle > foot[0].middle
        if line.is_row or line.height > NOTE_SHARE * size or not is_below:
            break
        foot.insert(0, line)
    return foot
