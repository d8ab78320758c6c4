"""Text of a PowerPoint frame → lines, with the numbers that are shown before its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

from pptx.oxml.ns import qn
from pptx.table import Table
from pptx.text.text import TextFrame, _Paragraph

from bearing_qa.document.formats.cell_edges import join_blocks
from bearing_qa.document.formats.lines import fold
from bearing_qa.document.formats.numerals import numeral

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_AROUND = {
    "Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", " "),
    "DbPeriod": ("", "．"),
}  # fmt: skip
"""What stands around the number, by the end of the name of its form."""
MAX_LETTERS = 26


def frame_lines(frame: TextFrame) -> Iterator[str]:
    """Lines of a frame: a paragraph each, broken where it is broken by hand."""
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in frame.paragraphs:
        lines = [line for piece in paragraph.text.split("\v") if (line := fold(piece))]
        if lines:
            lines[0] = _number(paragraph, counts) + lines[0]
        yield from lines


def _number(paragraph: _Paragraph, counts: dict[int, tuple[str, int]]) -> str:
    """The automatic number of a paragraph; ``counts`` has the form and the last number of each level."""
    level = paragraph.level
    properties = paragraph._p.pPr
    found = properties.find(qn("a:buAutoNum")) if properties is not None else None
    for deeper in [at for at in counts if at > level]:
        del counts[deeper]
    if found is None:
        counts.pop(level, None)
        return ""
    form = found.get("type", "")
    first = found.get("startAt", "1")
    start = int(first) if first.isdecimal() and len(first) < 6 else 1
    known, last = counts.get(level, ("", 0))
    number = last + 1 if known == form else start
    counts[level] = (form, number)
    return shown(form, number)


def shown(form: str, number: int) -> str:
    """A number in a form, by its name in the file; nothing for a form that is not known."""
    if form.startswith("circleNum"):
        return _CIRCLED[number - 1] if 0 < number <= len(_CIRCLED) else f"{number} "
    kind = next(
        (
            kind
            for kind in (
                "arabicDb",
                "arabic",
                "ea1Chs",
                "ea1Cht",
                "alphaLc",
                "alphaUc",
                "romanLc",
                "romanUc",
            )
            if form.startswith(kind)
        ),
        "",
    )
    around = _AROUND.get(form.removeprefix(kind))
    if not kind or around is None or (kind.startswith("alpha") and number > MAX_LETTERS):
        return ""
    if kind.startswith("ea1"):
        text = numeral(number, "chineseCountingThousand")
    elif kind.startswith("roman"):
        text = numeral(number, "upperRoman" if kind == "romanUc" else "lowerRoman")
    elif kind.startswith("alpha"):
        text = chr(ord("a" if kind == "alphaLc" else "A") + number - 1)
    else:
        text = str(number)
    return around[0] + text + around[1]


def table_texts(table: Table) -> list[list[str]]:
    """Texts of a table's cells; a merged cell is in each place that it covers, but one merged over a whole row
    only once."""
    cells = [list(row.cells) for row in table.rows]
    texts = [[join_blocks(list(frame_lines(cell.text_frame))) for cell in row] for row in cells]
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            if not cell.is_merge_origin:
                continue
            for covered in texts[r : r + cell.span_height]:
                is_whole = c == 0 and cell.span_width >= len(covered)
                for at in range(c, min(c + cell.span_width, len(covered))):
                    covered[at] = "" if is_whole and at else texts[r][c]
    return texts
