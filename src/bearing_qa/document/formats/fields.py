"""What Word's fields say to programs (EQ, EMBED) → the text that they show, or what cannot be read."""

from __future__ import annotations

import re

from bearing_qa.types import UnreadKind

_OVER = re.compile(
    r"\s*EQ\b.*\\o\s*(?:\\a[cdlr])?\s*\(\s*\\s\\up\s*-?\d+\s*\([^()]*\)\s*[,，;；]\s*([^()\\]*)\)",
    re.DOTALL,
)
"""Signs with their sound above them: the last argument is what the text says."""


def shown_by(words: str) -> tuple[str, UnreadKind | None]:
    """The text that a field shows of itself, and what it stands for that is no text."""
    if over := _OVER.match(words):
        return over.group(1).strip(), None
    name = words.split(maxsplit=1)[:1]
    if name == ["EQ"]:
        return "", "equation"
    if name == ["EMBED"]:
        return "", "equation" if "equation" in words.lower() else "object"
    return "", None
