"""Characters in some part of a page as lines of runs: what stands close together, with its place in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

RUN_GAP = 0.25
"""Of a character's height: characters further apart are two runs."""
LEVEL = 0.4
"""Of a character's height: characters whose middles are this close are on one line."""


class Char(Protocol):
    """A character with its place in points."""

    @property
    def char(self) -> str:
        """What it is."""

    @property
    def left(self) -> float:
        """Its left edge."""

    @property
    def right(self) -> float:
        """Its right edge."""

    @property
    def middle(self) -> float:
        """Its middle, counted from the foot of the page."""

    @property
    def height(self) -> float:
        """Its height."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one line that stand close together."""

    text: str
    left: float
    right: float
    middle: float
    height: float

    @property
    def centre(self) -> float:
        """The middle between its left and its right end."""
        return (self.left + self.right) / 2


RunLine = list[Run]


def lines_of(chars: Iterable[Char]) -> list[RunLine]:
    """Lines from the top down, each as its runs from left to right."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: -char.middle):
        if lines and lines[-1][0].middle - char.middle <= LEVEL * char.height:
            lines[-1].append(char)
        else:
            lines.append([char])
    return [_runs(sorted(line, key=lambda char: char.left)) for line in lines]


def _runs(line: Sequence[Char]) -> RunLine:
    groups: list[list[Char]] = []
    for char in line:
        if groups and char.left - groups[-1][-1].right <= RUN_GAP * char.height:
            groups[-1].append(char)
        else:
            groups.append([char])
    return [
        Run(
            "".join(char.char for char in group),
            group[0].left,
            max(char.right for char in group),
            group[0].middle,
            max(char.height for char in group),
        )
        for group in groups
    ]
