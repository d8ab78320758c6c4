"""Markdown in a raw text: headings' hashes, comments and emphasis, which are no part of the text.

Readers of HTML and Word hand their headings on in the same form (``## 第一章``), so that there is one way
for a heading's depth to come in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---[ \t]*\n(?:.*\n){0,60}?---[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]{0,3}(```|~~~).*?^[ \t]{0,3}\1", re.MULTILINE | re.DOTALL)
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$", re.MULTILINE)
_HASHES = re.compile(r"^[ \t]{0,3}((?:#{1,6}[ \t]+)+)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{2,3}|__|~~)(?=[^\s*_~])([^*_~\n]+)(?<=\S)\1")
_LINK = re.compile(r"(!?\[)([^\[\]\n]{1,200})(\]\([^()\s]{1,500}\))")


def blank_markup(raw: str) -> tuple[str, dict[int, int]]:
    """``raw`` with comments and hashes as blanks (so offsets stay), and the depth of each heading
    by the offset at which its line's text starts."""
    depths = {}
    plain = _COMMENT.sub(_blanked, _FRONT.sub(_blanked, raw))
    fences = [found.span() for found in _FENCE.finditer(plain)]

    def heading(found: re.Match[str]) -> str:
        at = bisect_right(fences, (found.start(), len(raw)))
        if at and found.start() < fences[at - 1][1]:
            return found.group()
        depths[found.end()] = len(found.group(1).split()[-1])
        return " " * len(found.group())

    return _CLOSING_HASHES.sub(_blanked, _HASHES.sub(heading, plain)), depths


def _blanked(found: re.Match[str]) -> str:
    """Blanks for a match; its line ends stay."""
    return re.sub(r"[^\n]", " ", found.group())


def emphasis(line: str) -> Iterator[tuple[int, int]]:
    """Spans of the marks around strong, struck and linked words, in order."""
    marks = [
        span
        for found in _EMPHASIS.finditer(line)
        for span in (found.span(1), (found.end() - len(found.group(1)), found.end()))
    ]
    marks += [span for found in _LINK.finditer(line) for span in (found.span(1), found.span(3))]
    reached = 0
    for start, end in sorted(marks):
        if start >= reached:
            yield start, end
            reached = end
