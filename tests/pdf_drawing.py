"""Pages of a PDF drawn word by word and rule by rule, as offices' programs leave them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bearing_qa.types import Parsed
from tests.conftest import parse_all

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
LEFT, RIGHT = 72.0, 504.0
"""Edges of the text: 36 characters of 12 points."""
SIZE, STEP = 12.0, 20.0


class Pages:
    """A PDF that is drawn page by page; ``y`` is the height of the next line."""

    def __init__(self, path: Path, *, size: tuple[float, float] = A4) -> None:
        self.path = path
        self.canvas = Canvas(str(path), pagesize=size)
        self.y = 780.0

    def text(
        self, words: str, *, x: float = LEFT, y: float | None = None, size: float = SIZE
    ) -> None:
        """Words at a place, the next line's if no height is given."""
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.y if y is None else y, words)
        if y is None:
            self.y -= STEP

    def paragraph(self, words: str, *, first: float = 24, hang: float = 0) -> None:
        """Words broken into lines, the first and the others so many points in."""
        inset = first
        while words:
            count = 0
            while words[count : count + 1] and _width(words[: count + 1]) <= RIGHT - LEFT - inset:
                count += 1
            self.text(words[:count], x=LEFT + inset)
            words, inset = words[count:], hang

    def row(self, cells: Sequence[str], xs: Sequence[float], *, right: bool = False) -> None:
        """Cells of a line at their places; figures end there if they are ``right``."""
        self.canvas.setFont(FONT, 10.5)
        for x, cell in zip(xs, cells, strict=True):
            if right and cell[:1].isdigit():
                self.canvas.drawRightString(x + 40, self.y, cell)
            else:
                self.canvas.drawString(x, self.y, cell)
        self.y -= STEP

    def across(self, y: float, left: float = LEFT, right: float = RIGHT) -> None:
        """A horizontal rule."""
        self.canvas.line(left, y, right, y)

    def down(self, x: float, top: float, bottom: float) -> None:
        """A vertical rule."""
        self.canvas.line(x, top, x, bottom)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """A filled shape without an outline."""
        self.canvas.setFillGray(0.8)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def turn(self) -> None:
        """The end of a page."""
        self.canvas.showPage()
        self.y = 780.0

    def read(self) -> Parsed:
        """What is read of the file."""
        self.canvas.save()
        (parsed,) = parse_all(self.path)
        return parsed


def _width(words: str) -> float:
    return sum(SIZE * (0.5 if char.isascii() else 1) for char in words)
