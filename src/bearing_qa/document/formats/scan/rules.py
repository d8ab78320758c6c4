"""The straight rules of a scanned page, by OpenCV, which comes with the engine: long dark strokes across and down."""

from __future__ import annotations

from typing import Any

from PIL import Image

from bearing_qa.document.formats.pdf.grid import Segment

MIN_ACROSS, MIN_DOWN = 30.0, 18.0
"""Points: shorter strokes are those of characters (一 is one character wide); between two rows of a table the rules down are
no shorter than a line is high."""
MAX_THICK = 6.0
"""Points: thicker strokes are bars and edges of pictures."""
BLOCK, DARKER = 31, 15
"""A pixel is dark that is so many grey levels darker than the mean of the square around it: paper is rarely even."""
GAP = 5
"""Pixels of a gap in a rule that are filled."""


def rules_of(
    picture: Image.Image, *, angle: float, scale: float
) -> tuple[list[Segment], list[Segment]]:
    """Horizontal and vertical rules of a picture that leans ``angle`` degrees (with the clock), as they stand when it is
    laid straight; ``scale`` is points a pixel, heights count from the bottom."""
    import cv2
    import numpy as np

    grey = np.asarray(picture.convert("L"))
    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, BLOCK, DARKER
    )
    height, width = dark.shape
    if angle:
        about = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        dark = cv2.warpAffine(dark, about, (width, height), flags=cv2.INTER_NEAREST)
    across = [
        Segment((height - y - tall / 2) * scale, x * scale, (x + wide) * scale)
        for x, y, wide, tall in _strokes(dark, (int(MIN_ACROSS / scale), 1))
        if tall * scale <= MAX_THICK
    ]
    down = [
        Segment((x + wide / 2) * scale, (height - y - tall) * scale, (height - y) * scale)
        for x, y, wide, tall in _strokes(dark, (1, int(MIN_DOWN / scale)))
        if wide * scale <= MAX_THICK
    ]
    return across, down


def _strokes(dark: Any, least: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, width, height in pixels) of the dark strokes that hold a stroke of the ``least`` width and height."""
    import cv2

    gap = (GAP, 1) if least[1] == 1 else (1, GAP)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, gap))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, least)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(opened, connectivity=8)
    return [(int(box[0]), int(box[1]), int(box[2]), int(box[3])) for box in boxes[1:]]
