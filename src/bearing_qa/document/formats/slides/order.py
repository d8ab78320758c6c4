"""Boxes on a slide → the order in which they are read.

They are cut apart at the widest gap that runs right through them, across or down, and the parts again:
what stands in columns is read column by column, what stands in rows row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
INSET = 0.1
"""Share of its size by which a box is taken smaller at each side: boxes have margins and overlap a little."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Item]):
    """What stands in a box, in any unit, counted from the top left."""

    item: Item
    left: float
    top: float
    width: float
    height: float

    @property
    def across(self) -> tuple[float, float]:
        """Where it begins and ends from left to right."""
        return self.left + INSET * self.width, self.left + (1 - INSET) * self.width

    @property
    def down(self) -> tuple[float, float]:
        """Where it begins and ends from the top down."""
        return self.top + INSET * self.height, self.top + (1 - INSET) * self.height


def in_order(boxes: Sequence[Placed[Item]]) -> list[Item]:
    """The items of some boxes, in reading order; those that cannot be cut apart from the top down."""
    ordered: list[Item] = []
    waiting = [list(boxes)]
    while waiting:
        part = waiting.pop()
        gap_down, cut_down = _widest([box.down for box in part])
        gap_across, cut_across = _widest([box.across for box in part])
        if max(gap_down, gap_across) <= 0:
            ordered += [box.item for box in sorted(part, key=lambda box: (box.top, box.left))]
        elif gap_across > gap_down:
            waiting.append([box for box in part if box.across[0] >= cut_across])
            waiting.append([box for box in part if box.across[0] < cut_across])
        else:
            waiting.append([box for box in part if box.down[0] >= cut_down])
            waiting.append([box for box in part if box.down[0] < cut_down])
    return ordered


def _widest(spans: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Width of the widest gap between spans, and where it ends; 0 if there is none."""
    best, cut = 0.0, 0.0
    reached = None
    for start, stop in sorted(spans):
        if reached is not None and start - reached > best:
            best, cut = start - reached, start
        reached = stop if reached is None else max(reached, stop)
    return best, cut
