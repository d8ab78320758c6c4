"""What is drawn on a PDF page beside its text: straight rules and pictures, those inside form XObjects too."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from pypdfium2 import raw

from bearing_qa.document.formats.pdf.glyphs import Box, Frame
from bearing_qa.document.formats.pdf.grid import MIN_DASH, Segment
from bearing_qa.document.formats.pdf.shades import Edge, Shade, rules_and_shades

SLANT = 1.0
"""Points that a rule may be off the straight."""
MAX_DEPTH = 8
"""Forms nested deeper are hostile; printers and stamping tools nest two or three."""
MAX_OBJECTS = 50_000
"""Objects of one page that are looked at; a page with more is a map."""

KINDS = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM]
"""Objects that are looked at; text is read by its characters, and shadings say nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: its box on the page in points, and the size of its data in bytes."""

    box: Box
    length: int

    @property
    def look(self) -> tuple[int, ...]:
        """The same for one image at one place of several pages."""
        return (self.length, *map(round, self.box))


@dataclass(slots=True)
class Drawings:
    """The box of a page, the straight strokes on it, filled shapes that are no strokes, and pictures, and how many
    curves there are. Places are those of the page, in points."""

    box: Box
    lines: list[Edge] = field(default_factory=list)
    shades: list[Shade] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    curves: int = 0


def read_drawings(page: pdfium.PdfPage) -> Drawings:
    """What is drawn on a page, as far as MAX_OBJECTS goes."""
    found = Drawings(page.get_bbox())
    for count, (item, matrix) in enumerate(_objects(page, None, pdfium.PdfMatrix(), 1)):
        if count >= MAX_OBJECTS:
            break
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            corners = [matrix.on_point(x, y) for x in (0, 1) for y in (0, 1)]
            xs, ys = zip(*corners, strict=True)
            length = raw.FPDFImageObj_GetImageDataRaw(item, None, 0)
            found.pictures.append(Picture((min(xs), min(ys), max(xs), max(ys)), length))
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            drawn = [(matrix.on_point(*a), matrix.on_point(*b)) for a, b in _strokes(item, found)]
            thin, thick = (drawn, []) if _is_stroked(item) else rules_and_shades(drawn)
            found.lines.extend(thin)
            found.shades.extend(thick)
    return found


def _is_stroked(path: pdfium.PdfObject) -> bool:
    """Whether the outline of a path is drawn."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(stroke.value)


def _objects(
    page: pdfium.PdfPage, form: pdfium.PdfObject | None, outer: pdfium.PdfMatrix, depth: int
) -> Iterator[tuple[pdfium.PdfObject, pdfium.PdfMatrix]]:
    """Objects of a page or form, and of the forms in it, with the matrix from their space to the page's."""
    for item in page.get_objects(filter=KINDS, max_depth=1, form=form):
        matrix = item.get_matrix().multiply(outer)
        yield item, matrix
        if item.type == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            yield from _objects(page, item, matrix, depth + 1)


def _strokes(path: pdfium.PdfObject, found: Drawings) -> Iterator[Edge]:
    """Straight parts of a path, in its own space; counts its curves."""
    first = before = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = (x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield before, here
        else:
            found.curves += 1
        if raw.FPDFPathSegment_GetClose(segment):
            yield here, first
        before = here


def rules(drawings: Drawings, frame: Frame) -> tuple[list[Segment], list[Segment]]:
    """Horizontal and vertical rules among the strokes of a page, as they stand in a frame."""
    horizontal, vertical = [], []
    for start, stop in drawings.lines:
        (x0, y0), (x1, y1) = frame.point(*start), frame.point(*stop)
        if abs(y1 - y0) <= SLANT and abs(x1 - x0) >= MIN_DASH:
            horizontal.append(Segment((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= SLANT and abs(y1 - y0) >= MIN_DASH:
            vertical.append(Segment((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return horizontal, vertical
