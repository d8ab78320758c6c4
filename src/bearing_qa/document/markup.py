"""Markdown in a raw text: headings' hashes, comments and emphasis, which are no part of the text.

Readers of HTML and Word hand their headings on in the same form (``## 第一章``), so that there is one way
for a heading's depth to come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?-->")
_HASHES = re.compile(r"^[ \t]{0,3}((?:#{1,6}[ \t]+)+)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*{2,3})(?=[^\s*])([^*\n]+)(?<=\S)\1")


def blank_markup(raw: str) -> tuple[str, dict[int, int]]:
    """``raw`` with comments and hashes as blanks (so offsets stay), and the depth of each heading
    by the offset at which its line's text starts."""
    depths = {}

    def blanked(found: re.Match[str]) -> str:
        if found.re is _HASHES:
            depths[found.end()] = len(found.group(1).split()[-1])
        return " " * len(found.group())

    return _HASHES.sub(blanked, _COMMENT.sub(blanked, raw)), depths


def emphasis(line: str) -> Iterator[tuple[int, int]]:
    """Spans of the asterisks around strong words."""
    for found in _EMPHASIS.finditer(line):
        width = len(found.group(1))
        yield found.start(), found.start() + width
        yield found.end() - width, found.end()
