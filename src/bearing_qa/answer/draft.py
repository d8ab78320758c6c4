"""An answer in the making: its words with the marks of the spans that support them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bearing_qa.types import Kind, Parsed

_BRACKETED = re.compile(r"\[(\d+)\]")
"""What would read as a citation's mark in a document's own words; written full-width instead."""

MAX_JOINED_CHARS = 200
"""Longest citation that is made of several sentences."""

CitedSlice = tuple[Parsed, Kind, int, int, float]
"""What is cited: document, kind, start, end, score of its hit."""


@dataclass(slots=True)
class Draft:
    """An answer in the making: its pieces, each with the spans that support it."""

    pieces: list[tuple[str, tuple[CitedSlice, ...]]] = field(default_factory=list)
    is_listing: bool = False
    """Whether what answers best is a list or a digest."""
    is_labelled: bool = False
    """Whether its first words say which document it is of."""
    joint: str = "；"
    """What stands between its pieces: 。 where they are sentences of their own."""

    def add(self, words: str, *spans: CitedSlice) -> None:
        """Adds a piece and the spans that support it."""
        self.pieces.append((words.strip("。；：，、 \n"), spans))

    def extend(self, other: Draft) -> None:
        """Adds the pieces of another draft that are not said yet."""
        said = [words for words, _ in self.pieces]
        self.pieces.extend(piece for piece in other.pieces if piece[0] not in said)

    @property
    def cited(self) -> list[CitedSlice]:
        """The spans that are cited, once each, in the order of their marks; sentences that stand side
        by side in a paragraph are one."""
        spans: list[CitedSlice] = []
        for _, borne_by in self.pieces:
            spans.extend(span for span in borne_by if not any(_holds(s, span) for s in spans))
        joined: list[CitedSlice] = []
        for span in spans:
            at = next((at for at, other in enumerate(joined) if _are_neighbours(other, span)), None)
            if at is None:
                joined.append(span)
            else:
                parsed, kind, start, end, score = joined[at]
                joined[at] = (parsed, kind, min(start, span[2]), max(end, span[3]), score)
        return joined

    @property
    def text(self) -> str:
        """The answer as shown, its pieces with the marks of their spans."""
        cited = self.cited
        shown = []
        for words, spans in self.pieces:
            numbers = (
                next(at for at, other in enumerate(cited, 1) if _holds(other, span))
                for span in spans
            )
            marks = dict.fromkeys(f"[{number}]" for number in numbers)
            shown.append(_BRACKETED.sub(r"［\1］", words) + "".join(marks))
        return self.joint.join(shown) + "。" if shown else ""


def _holds(span: CitedSlice, part: CitedSlice) -> bool:
    """Whether a citation is of the place of a span, or of more around it."""
    same = span[0].document.doc_id == part[0].document.doc_id
    return same and span[2] <= part[2] and part[3] <= span[3]


def _are_neighbours(one: CitedSlice, other: CitedSlice) -> bool:
    """Whether two sentences stand side by side in one paragraph and are short enough to be one quote."""
    (parsed, kind, start, end, _), (same, other_kind, other_start, other_end, _) = one, other
    is_sentence = kind == other_kind == "text" and parsed.document.doc_id == same.document.doc_id
    between = parsed.document.text[min(end, other_end) : max(start, other_start)]
    is_short = max(end, other_end) - min(start, other_start) <= MAX_JOINED_CHARS
    return is_sentence and is_short and not between.strip(" \u3000")
