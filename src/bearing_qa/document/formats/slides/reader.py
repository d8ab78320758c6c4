"""PowerPoint (.pptx) → lines, by python-pptx: each slide a page, its title a heading, its notes last.

Text is read by place (``slide_order``); tables are rows. Left out: dates, footers and slide numbers of the
layout. What has no text to read is named: hidden slides, charts, embedded objects, pictures.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.shapes.picture import Picture
from pptx.slide import Slide

from bearing_qa.document.formats.cell_edges import join_blocks
from bearing_qa.document.formats.lines import fold, table_lines
from bearing_qa.document.formats.slides.order import Placed, in_order
from bearing_qa.document.formats.slides.text import frame_lines, table_texts
from bearing_qa.types import Unread, UnreadKind

NOTES = "备注："
"""Before each line of a speaker's notes."""
MAX_GROUPS = 16
"""Groups inside groups; deeper ones are not looked into."""
MIN_PICTURE_SHARE = 0.125
"""A picture over this share of a slide may hold text; smaller ones are signs and emblems."""
GROUND_SHARE = 0.9
"""A picture over this share of a slide with text is its background."""
_FURNITURE = frozenset({PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER})
_TITLES = frozenset(
    {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
)
_DRAWING = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MODEL = "{http://schemas.microsoft.com/office/drawing/2008/diagram}dataModelExt"


def pptx_lines(data: bytes) -> Iterator[str | Unread]:
    """Lines of a deck, a form feed before each slide but the first; titles as ``#`` (the first) and ``##``."""
    deck = Presentation(io.BytesIO(data))
    area = (deck.slide_width or 1) * (deck.slide_height or 1)
    is_titled = False
    for number, slide in enumerate(deck.slides, 1):
        if number > 1:
            yield "\f"
        if slide._element.get("show") in ("0", "false"):
            yield Unread("hidden", f"slide {number}")
            continue
        reader = _SlideReader(slide, area=area)
        title = reader.title()
        if title:
            yield ("## " if is_titled else "# ") + title
            is_titled = True
        yield from reader.lines()
        yield from _notes(slide)
        yield from (Unread(kind, f"slide {number}") for kind in reader.unread())


def _notes(slide: Slide) -> Iterator[str]:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    for line in frame_lines(frame) if frame is not None else ():
        yield NOTES + line


class _SlideReader:
    def __init__(self, slide: Slide, *, area: int) -> None:
        _unwrap(slide._element)
        self._slide = slide
        self._area = area
        self._unread: list[UnreadKind] = []
        self._pictured = 0.0
        shapes = list(slide.shapes)
        self._title = next((shape for shape in shapes if _role(shape) in _TITLES), None)
        self._shapes = [shape for shape in shapes if shape is not self._title]

    def title(self) -> str:
        """The slide's title on one line; empty if it has none."""
        if not isinstance(self._title, Shape):
            return ""
        return join_blocks(list(frame_lines(self._title.text_frame)))

    def lines(self) -> list[str]:
        """The lines of the slide but its title and notes."""
        lines = list(self._shape_lines(self._shapes, MAX_GROUPS))
        if self._pictured and not lines:
            self._told("picture" if self.title() else "picture_pages")
        elif MIN_PICTURE_SHARE <= self._pictured < GROUND_SHARE:
            self._told("picture")
        return lines

    def unread(self) -> list[UnreadKind]:
        """What of the slide could not be read, once its lines are."""
        return self._unread

    def _told(self, kind: UnreadKind) -> None:
        if kind not in self._unread:
            self._unread.append(kind)

    def _shape_lines(self, shapes: list[BaseShape], depth: int) -> Iterator[str]:
        boxes = [
            Placed(shape, shape.left or 0, shape.top or 0, shape.width or 0, shape.height or 0)
            for shape in shapes
            if _role(shape) not in _FURNITURE and not _is_hidden(shape)
        ]
        for shape in in_order(boxes):
            if isinstance(shape, GroupShape):
                if depth:
                    yield from self._shape_lines(list(shape.shapes), depth - 1)
            elif isinstance(shape, GraphicFrame):
                yield from self._frame(shape)
            elif isinstance(shape, Shape):
                yield from self._text(shape)
            elif isinstance(shape, Picture):
                share = (shape.width or 0) * (shape.height or 0) / self._area
                self._pictured = max(self._pictured, share)

    def _text(self, shape: Shape) -> Iterator[str]:
        if next(shape._element.iter(_MATH), None) is not None:
            self._told("equation")
        yield from frame_lines(shape.text_frame)

    def _frame(self, frame: GraphicFrame) -> Iterator[str]:
        """Lines of a table or a SmartArt drawing; charts and objects are told."""
        if frame.has_table:
            yield from table_lines(table_texts(frame.table))
            return
        lines = self._diagram(frame)
        if not lines:
            self._told("object")
        yield from lines

    def _diagram(self, frame: GraphicFrame) -> list[str]:
        """The text of a SmartArt drawing as it was last drawn; nothing if the file has no such part."""
        ids = frame._element.find(f".//{{{_DIAGRAM}}}relIds")
        if ids is None:
            return []
        relations = self._slide.part.rels
        try:
            model = _root(relations[ids.get(qn("r:dm"))].target_part.blob)
            drawn = next(model.iter(_MODEL)).get("relId")
            drawing = _root(relations[drawn].target_part.blob)
        except (KeyError, StopIteration, ValueError):
            drawings = [rel for rel in relations.values() if rel.reltype == _DRAWING]
            if len(drawings) != 1 or drawings[0].is_external:
                return []
            drawing = _root(drawings[0].target_part.blob)
        texts = (
            fold("".join(text.text or "" for text in paragraph.iter(qn("a:t"))))
            for paragraph in drawing.iter(qn("a:p"))
        )
        return [text for text in texts if text]


def _root(blob: bytes) -> etree._Element:
    return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _role(shape: BaseShape) -> PP_PLACEHOLDER | None:
    """What a placeholder is for; None for other shapes."""
    return shape.placeholder_format.type if shape.is_placeholder else None


def _is_hidden(shape: BaseShape) -> bool:
    """Whether a shape is hidden by hand."""
    return shape._element._nvXxPr.cNvPr.get("hidden") in ("1", "true")


def _unwrap(slide: etree._Element) -> None:
    """Puts shapes that are given in two forms, for newer programs and older ones, in the newer."""
    for pair in list(slide.iter(f"{{{_COMPATIBILITY}}}AlternateContent")):
        chosen = pair.find(f"{{{_COMPATIBILITY}}}Choice")
        parent = pair.getparent()
        if chosen is not None and parent is not None:
            at = parent.index(pair)
            parent[at : at + 1] = list(chosen)
