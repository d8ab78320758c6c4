"""What lies over the cells of a sheet: pictures, charts and text boxes, by the cell that each begins in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from lxml import etree

from bearing_qa.document.formats.spreadsheet.sheet import on_one_line

Drawn = tuple[Literal["picture", "object", "text"], int, int, list[str]]
"""What it is, row and column of the cell that it begins in, and its lines of text."""


def read_drawing(root: Any) -> Iterator[Drawn]:
    """What a drawing part holds, in its order. A picture or chart has no text; a text box is its lines."""
    for twice in list(root.iter("{*}Fallback")):  # the same for older programs
        twice.getparent().remove(twice)
    for anchor in root:
        row, column = _cell(anchor)
        names = {etree.QName(node).localname for node in anchor.iter("{*}*")}
        if names & {"pic", "blipFill"}:
            yield "picture", row, column, []
        elif names & {"graphicFrame", "contentPart"}:
            yield "object", row, column, []
        lines = [line for node in anchor.iter("{*}p") if (line := on_one_line(_said(node)))]
        if lines and "graphicFrame" not in names:
            yield "text", row, column, lines


def _said(paragraph: Any) -> str:
    return "".join(node.text or "" for node in paragraph.iter("{*}t"))


def _cell(anchor: Any) -> tuple[int, int]:
    """Row and column that an anchor begins in, counted from 1; the first cell where it says none."""
    start = anchor.find("{*}from")
    found = []
    for name in ("row", "col"):
        node = start.find(f"{{*}}{name}") if start is not None else None
        text = (node.text or "").strip() if node is not None else ""
        found.append(int(text) + 1 if text.isdecimal() and len(text) < 8 else 1)
    return found[0], found[1]
