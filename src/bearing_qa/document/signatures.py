"""Where a document is signed (落款), and whom it is copied to (抄送)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from bearing_qa.document.frontmatter import SIGNED_LINE
from bearing_qa.language.dates import DAY
from bearing_qa.types import Section, Span

MAX_SIGNERS = 4
MAX_SIGNER_CHARS = 30
"""Lines above the date of a signature (落款): who signs. They are few, short and not sentences."""
_NOTE = re.compile(r"[（(][^（）()\n]{2,20}[）)]")
"""（此件公开发布）"""
_COPIED = re.compile(r"(?:抄送|抄报|分送)[:：]")
"""抄送：市委办公室，市人大办公室。"""
_PRINTED = re.compile(rf"[^。；]{{0,30}}{DAY}\s*印(?:发|制)?。?")
"""云港市人民政府办公室　2017年9月6日印发"""
_BLANKS = " \t\u3000\u00a0\n"


def signatures(text: str, sections: Sequence[Section]) -> list[Span]:
    """Where a document or one that it forwards is signed: who signs, the date, and a note on its release.

    国务院办公厅 / 2018年12月30日 / （此件公开发布）. A heading signs nothing.
    """
    heads = {section.start for section in sections if section.index}
    lines = list(line_slices(text, (0, len(text))))
    found: list[Span] = []
    for at, (start, end) in enumerate(lines):
        if not at or not SIGNED_LINE.fullmatch(text[start:end]):
            continue
        first, last = at, at
        while at - first < MAX_SIGNERS and _signs(text, lines[first - 1], heads):
            first -= 1
        while last + 1 < len(lines) and _NOTE.fullmatch(text[slice(*lines[last + 1])]):
            last += 1
        if not found or lines[first][0] >= found[-1][1]:
            found.append((lines[first][0], lines[last][1]))
    return found


def copies(text: str) -> list[Span]:
    """Where a text says whom it is copied to, with the line below that says when it was printed."""
    lines = list(line_slices(text, (0, len(text))))
    found: list[Span] = []
    for at, (start, end) in enumerate(lines):
        if _COPIED.match(text, start) and "|" not in text[start:end]:
            below = lines[at + 1] if at + 1 < len(lines) else (end, end)
            is_printed = _PRINTED.fullmatch(text[slice(*below)])
            found.append((start, below[1] if is_printed else end))
    return found


def _signs(text: str, line: Span, heads: Collection[int]) -> bool:
    """Whether a line above a date may name who signs."""
    start, end = line
    is_short = 0 < end - start <= MAX_SIGNER_CHARS and start not in heads and start > 0
    return is_short and not re.search(r"[。；：，、！？|\d]", text[start:end])


def trim(text: str, span: Span) -> Span:
    """A span without the blanks at its ends."""
    start, end = span
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return start, end


def line_slices(text: str, span: Span) -> Iterator[Span]:
    """The lines of a span that hold more than blanks, without these at their ends."""
    start = span[0]
    for line in text[slice(*span)].split("\n"):
        trimmed = trim(text, (start, start + len(line)))
        if trimmed[0] < trimmed[1]:
            yield trimmed
        start += len(line) + 1
