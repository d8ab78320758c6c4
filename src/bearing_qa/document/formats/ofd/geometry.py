"""Where an OFD object stands: matrices from its own space to the page, and the straight parts of its paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.formats.ofd.package import Element, numbers

MAX_THICK = 3.0
"""Points: a filled shape that is thicker is a ground of colour, no rule."""
_PATH = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
CURVE = re.compile("[QBAqba]")
_POINTS_OF = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3, "A": 3.5, "C": 0}
"""How many points follow each operator of a path; an arc's figures are seven."""
Matrix = tuple[float, float, float, float, float, float]
_NONE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def placed(item: Element, outer: Matrix) -> Matrix:
    """The matrix from an object's own space to the page in points."""
    left, top, _, _ = numbers(item.get("Boundary"), 4)
    a, b, c, d, e, f = numbers(item.get("CTM"), 6) if item.get("CTM") else _NONE
    return _after((a, b, c, d, e + left, f + top), outer)


def _after(first: Matrix, second: Matrix) -> Matrix:
    """One matrix that does what two do, one after the other."""
    a, b, c, d, _, _ = second
    x, y = apply(second, first[4], first[5])
    return (
        first[0] * a + first[1] * c, first[0] * b + first[1] * d,
        first[2] * a + first[3] * c, first[2] * b + first[3] * d, x, y,
    )  # fmt: skip


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a matrix puts a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


Point = tuple[float, float]


def segments(data: str) -> Iterator[tuple[Point, Point]]:
    """Straight parts of a path, in its own space."""
    words = _PATH.findall(data)
    first = before = (0.0, 0.0)
    at = 0
    while at < len(words):
        operator = words[at].upper()
        count = int(2 * _POINTS_OF.get(operator, 0))
        figures = words[at + 1 : at + 1 + count]
        at += 1 + count
        if operator == "C":
            yield before, first
            before = first
        elif count and len(figures) == count and not any(word.isalpha() for word in figures):
            x, y = numbers(" ".join(figures[-2:]), 2)
            if operator == "L":
                yield before, (x, y)
            elif operator in ("M", "S"):
                first = (x, y)
            before = (x, y)


def is_thin(points: Sequence[Point]) -> bool:
    """Whether a filled shape is as thin as a rule."""
    if not points:
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) <= MAX_THICK
