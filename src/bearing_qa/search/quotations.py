"""What a question quotes: phrases in quotation marks and document numbers, and which text holds them.

Texts are compared as ``language.document_numbers.fold`` gives them, so that a phrase may be quoted inside a quoted one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.language.document_numbers import FOLDED, Number, fold, numbers_in

MIN_PHRASE_CHARS = 2
"""A single character in quotation marks is hardly ever a phrase to be found."""

QUOTED = re.compile(r"([“”„‟〝〞＂\"][^“”„‟〝〞＂\"]+[“”„‟〝〞＂\"]|「[^「」]+」|『[^『』]+』)")
"""Text in quotation marks; 《》 are titles."""
_EDGES = " 　,.;:!，。；：、！…"
"""Marks that a quotation may have at its ends where the text has none."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a question quotes."""

    phrases: tuple[str, ...]
    numbers: tuple[Number, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything is quoted."""
        return bool(self.phrases or self.numbers)


def read_quoted(question: str) -> Quoted:
    """Phrases and document numbers of a question, each once; a number in quotes is no phrase."""
    phrases = (fold(part[1:-1]).strip(_EDGES) for part in QUOTED.findall(question))
    kept = (p for p in phrases if len(p) >= MIN_PHRASE_CHARS and not FOLDED.fullmatch(p))
    return Quoted(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(numbers_in(fold(question)))))


def outside_quotes(pattern: re.Pattern[str], text: str) -> str:
    """Text with a blank for each match of a pattern outside quotation marks.

    What is quoted and ends as a question is a question, not a phrase.
    """
    parts = QUOTED.split(text)
    is_phrase = [at % 2 == 1 and part[-2] not in "?？" for at, part in enumerate(parts)]
    return "".join(
        part if quoted else pattern.sub(" ", part)
        for part, quoted in zip(parts, is_phrase, strict=True)
    )
