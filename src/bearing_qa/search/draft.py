"""An answer in the making: its words with the marks of the spans that bear them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bearing_qa.types import Kind, Parsed

_BRACKETED = re.compile(r"\[(\d+)\]")
"""What would read as a citation's mark in a document's own words; written full-width instead."""

Span = tuple[Parsed, Kind, int, int, float]
"""What is cited: document, kind, start, end, score of its hit."""


@dataclass(slots=True)
class Draft:
    """An answer in the making: its pieces, each with the spans that bear it."""

    pieces: list[tuple[str, tuple[Span, ...]]] = field(default_factory=list)
    refusal: str = ""
    """Why there is no answer although the place for it is there (a blank cell)."""
    is_listing: bool = False
    """Whether the answer is a whole list of the document."""
    is_structural: bool = False
    """Whether the outline itself answers, whatever the passages are like."""

    def add(self, words: str, *spans: Span) -> None:
        """Adds a piece and the spans that bear it."""
        self.pieces.append((words.strip("。；：，、 \n"), spans))

    def extend(self, other: Draft) -> None:
        """Adds the pieces of another draft that are not said yet."""
        said = [words for words, _ in self.pieces]
        self.pieces.extend(piece for piece in other.pieces if piece[0] not in said)

    @property
    def cited(self) -> list[Span]:
        """The spans that are cited, once each, in the order of their marks."""
        spans: list[Span] = []
        for _, borne_by in self.pieces:
            spans.extend(span for span in borne_by if span not in spans)
        return spans

    @property
    def text(self) -> str:
        """The answer as shown, its pieces with the marks of their spans."""
        cited = self.cited
        shown = []
        for words, spans in self.pieces:
            marks = dict.fromkeys(f"[{cited.index(span) + 1}]" for span in spans)
            shown.append(_BRACKETED.sub(r"［\1］", words) + "".join(marks))
        return "；".join(shown) + "。" if shown else ""
