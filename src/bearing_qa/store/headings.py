"""What the headings above a passage say, in a form that both stores can compare with a scope's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bearing_qa.language.numbers import CHINESE_ORDINAL, number_of
from bearing_qa.language.segment import normalise
from bearing_qa.types import Section

_NUMBERED = re.compile(rf"第([{CHINESE_ORDINAL}\d]{{1,7}})(编|分编|篇|章|节|条|部分)")
"""A section by its number: 第三章, 第3章."""
_LISTED = re.compile(rf"\(?[{CHINESE_ORDINAL}\d]{{1,7}}[、.)]")
"""A section by another marker: 三、, (三), 3. ."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings from the top down as one normalised text, and their markers, numbers in figures (第3章)."""

    words: str
    markers: tuple[str, ...]

    def say(self, wanted: str) -> bool:
        """Whether every one of some words, parted by blanks, is said; a marker has to be one of theirs."""
        return all(
            term in (self.markers if is_marker else self.words) for term, is_marker in terms(wanted)
        )


def headings_above(text: str, sections: Sequence[Section], at: int) -> Headings:
    """The headings above a section, its own among them."""
    path = []
    while sections[at].index != sections[at].parent:
        path.append(sections[at])
        at = sections[at].parent
    words = " ".join(text[s.start : s.head_end] for s in reversed(path))
    markers = [normalise(section.marker) for section in path]
    numbers = [_number(found) for found in map(_NUMBERED.match, markers) if found]
    return Headings(normalise(words), tuple(dict.fromkeys([*markers, *numbers])))


def terms(wanted: str) -> list[tuple[str, bool]]:
    """The words of a wanted heading, and of each whether it is a marker."""
    found = []
    for word in map(normalise, wanted.split()):
        numbered = _NUMBERED.fullmatch(word)
        found.append((_number(numbered) if numbered else word, _is_marker(word)))
    return found


def _is_marker(word: str) -> bool:
    return bool(_NUMBERED.fullmatch(word) or _LISTED.fullmatch(word))


def _number(found: re.Match[str]) -> str:
    return f"第{number_of(found[1])}{found[2]}"
