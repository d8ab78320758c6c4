"""Text as it is compared, with the way back to the characters that it came from.

Marks, blanks, letter case, width and script differ without a difference in words: they are left out or folded. What
belongs to a figure stays: 1.5 is not 15, 3-5 not 35, -2.3% not 2.3%.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass

from bearing_qa.language.figures import figures
from bearing_qa.language.segment import normalise
from bearing_qa.language.variants import simplify

_KEPT = frozenset("%‰+<>=≤≥±×÷℃°")
"""Signs that say something."""
_RANGES = frozenset("-—–~～−")
_TOUCHES = re.compile("[\u3400-\u9fff\U00020000-\U0002fa1f％%]")


@dataclass(frozen=True, slots=True)
class Comparable:
    """``text`` as it is compared; ``offsets[i]`` is the offset of its character i in the text it was made from."""

    text: str
    offsets: tuple[int, ...]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the characters ``[first, last)``, at least one, came from."""
        return self.offsets[first], self.offsets[last - 1] + 1

    def at(self, offset: int) -> int:
        """The first character that came from ``offset`` or behind it."""
        return bisect_left(self.offsets, offset)


def comparable(text: str) -> Comparable:
    """A text as it is compared."""
    plain = simplify(text) if len(simplify(text)) == len(text) else text
    folded = [(made, at) for at, char in enumerate(plain) for made in _folded(char)]
    kept: list[str] = []
    offsets: list[int] = []
    for number, (char, at) in enumerate(folded):
        before = folded[number - 1][0] if number else ""
        after = folded[number + 1][0] if number + 1 < len(folded) else ""
        made = _kept(char, before, after)
        if made:
            kept.append(made)
            offsets.append(at)
    return Comparable("".join(kept), tuple(offsets))


def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", char).lower()


def _kept(char: str, before: str, after: str) -> str:
    """What is compared of a character between two others; empty if nothing is."""
    if char.isalnum() or char in _KEPT:
        return char
    if before.isdigit() and after.isdigit():
        if char in _RANGES:
            return "~"
        return char if char in ".:/∶" else ""
    return "-" if char in _RANGES and after.isdigit() and not before.isalnum() else ""


def normalised(text: str) -> Comparable:
    """``normalise(text)`` with the way back."""
    folded = [(made, at) for at, char in enumerate(text) for made in _folded(char)]
    joined = "".join(char for char, _ in folded)
    kept = [
        (char, at)
        for number, (char, at) in enumerate(folded)
        if not (char.isspace() and _is_beside_chinese(joined, number))
    ]
    plain = simplify("".join(char for char, _ in kept))
    return Comparable(plain, tuple(at for _, at in kept))


def _is_beside_chinese(text: str, at: int) -> bool:
    """Whether a run of blanks touches a Chinese character or a per cent sign."""
    first, last = at, at + 1
    while first and text[first - 1].isspace():
        first -= 1
    while last < len(text) and text[last].isspace():
        last += 1
    return bool(_TOUCHES.match(text[first - 1 : first]) or _TOUCHES.match(text[last : last + 1]))


def with_equal_figures(text: str) -> str:
    """A text with each figure in one spelling, compared: 三百万元 and 300万元 are the same."""
    plain = normalise(text)
    taken = len(plain)
    for figure in sorted(figures(plain), key=lambda one: -one.start):
        if figure.end <= taken:
            plain = f"{plain[: figure.start]}数{figure.token[1:]}量{plain[figure.end :]}"
            taken = figure.start
    return comparable(plain).text
