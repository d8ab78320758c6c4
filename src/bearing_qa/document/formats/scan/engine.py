"""RapidOCR: a picture → its lines of text. The one module that knows it; it comes with ``bearing-qa[ocr]``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from bearing_qa.document import pace

if TYPE_CHECKING:
    from PIL import Image


INSTALL = "pip install 'bearing-qa[ocr]' (make app OCR=1)"
"""How to have scanned pages recognised."""
VARIABLE = "BEARING_QA_OCR"
"""Environment variable; 0: scans are left unread although the extra is installed, for they take seconds a page."""
SECONDS = 60
"""Allowance of time for one page: it takes four to nine seconds on two cores; turned or on a busy machine some times that."""
GOOD = 0.85
"""Mean confidence of a page that lies the right way up: clean pages have 0.95 and more, pages upside down some 0.5."""
TALL = 1.5
"""A box so many times as high as wide is text that runs up or down."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A line of text that was recognised: the corners of its box in pixels from the top left, clockwise from the one
    where the text begins; the confidence is 0 to 1."""

    corners: tuple[Point, ...]
    text: str
    confidence: float

    @property
    def width(self) -> float:
        """How far it goes across, in pixels."""
        return max(x for x, _ in self.corners) - min(x for x, _ in self.corners)

    @property
    def height(self) -> float:
        """How far it goes down, in pixels."""
        return max(y for _, y in self.corners) - min(y for _, y in self.corners)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The lines of a picture, after it was turned ``turn`` degrees against the clock so that it is upright."""

    turn: int
    lines: tuple[Found, ...]


def is_available() -> bool:
    """Whether pictures can be recognised: the extra is installed, and not switched off."""
    return os.environ.get(VARIABLE) != "0" and find_spec("rapidocr") is not None


def name() -> str:
    """The engine with its version: what it was that recognised."""
    return f"rapidocr {version('rapidocr')}"


def recognise(picture: Image.Image) -> Recognised:
    """The lines of a picture in RGB, read upright: where they are not sure or run up or down, it is turned and read again."""
    pace.allow_seconds(SECONDS)
    best = Recognised(0, _lines(picture))
    if _is_upright(best.lines):
        return best
    for turn in (90, 270) if _runs_down(best.lines) else (180,):
        pace.allow_seconds(SECONDS)
        other = Recognised(turn, _lines(picture.rotate(turn, expand=True)))
        best = max(best, other, key=lambda one: _worth(one.lines))
    return best


def _is_upright(lines: Sequence[Found]) -> bool:
    length = sum(len(line.text) for line in lines)
    return not lines or (_worth(lines) >= GOOD * length and not _runs_down(lines))


def _runs_down(lines: Sequence[Found]) -> bool:
    """Whether most lines of two characters or more run up or down."""
    long = [line for line in lines if len(line.text) > 1]
    return 2 * sum(line.height > TALL * line.width for line in long) > len(long)


def _worth(lines: Sequence[Found]) -> float:
    """How much was recognised how surely: the sum of the confidences of all characters in lines across."""
    across = (line for line in lines if line.height <= TALL * line.width or len(line.text) == 1)
    return sum(line.confidence * len(line.text) for line in across)


def _lines(picture: Image.Image) -> tuple[Found, ...]:
    import numpy as np

    found = _engine()(np.asarray(picture)[:, :, ::-1])  # it takes blue before red, as OpenCV does
    if found.boxes is None:
        return ()
    return tuple(
        Found(
            tuple((round(float(x), 1), round(float(y), 1)) for x, y in box),
            str(text),
            round(float(score), 4),
        )
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    )


@cache
def _engine() -> Any:
    """The engine, loaded when the first picture comes; its models are in its package. Lines that are hardly sure are given too."""
    pace.allow_memory()
    from rapidocr import RapidOCR

    options = {"Global.use_cls": False, "Global.text_score": 0.0, "Global.log_level": "critical"}
    return RapidOCR(params=options)
