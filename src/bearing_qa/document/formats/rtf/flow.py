"""What holds in a group of RTF, the lists at its head, and its paragraphs and tables as they come → lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bearing_qa.document.formats.cell_edges import Cell, grid_rows, join_blocks
from bearing_qa.document.formats.lines import fold, table_lines
from bearing_qa.document.formats.rtf.signs import Font
from bearing_qa.document.formats.rtf.words import heading_level

MAX_DEPTH = 6
"""Deeper outline levels are body text in all but name."""
MAX_CELLS = 200
"""Cells of a row beyond this many have no edge of their own."""


@dataclass(slots=True)
class State:
    """What holds inside a group, until it ends."""

    kind: str = "text"
    hidden: bool = False
    font: int = -1
    fallback: int = 1
    in_table: bool = False
    level: int | None = None
    style: int = 0
    is_new: bool = False
    is_starred: bool = False


@dataclass(slots=True)
class Tables:
    """Fonts by their numbers, and outline levels of styles, as the head of a file lists them."""

    fonts: dict[int, Font] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)

    def font(self, state: State) -> Font:
        """The font that holds."""
        return self.fonts.get(state.font, Font())

    def word(self, state: State, name: str, value: int) -> None:
        """A word of a font or style in the lists."""
        if state.kind == "fonts" and name == "f":
            state.font = value
            self.fonts[value] = Font()
        elif state.kind == "fonts" and name == "fcharset":
            self.fonts[state.font] = replace(self.font(state), charset=value)
        elif state.kind == "styles" and name == "s":
            state.style = value
        elif state.kind == "styles" and name == "outlinelevel":
            self.levels[state.style] = value

    def named(self, state: State, name: str) -> None:
        """The name of a font or style, or a piece of it."""
        if state.kind == "fonts":
            known = self.font(state)
            self.fonts[state.font] = replace(known, name=known.name + name)
        elif (level := heading_level(name)) is not None:
            self.levels.setdefault(state.style, level)

    def depth(self, state: State) -> int:
        """1 to 6 for a paragraph with an outline level, its own or its style's; else 0."""
        level = state.level
        if level is None:
            level = self.levels.get(state.style, MAX_DEPTH)
        return level + 1 if 0 <= level < MAX_DEPTH else 0


@dataclass(slots=True)
class Flow:
    """Paragraphs one after the other: of the body, a note or a text box."""

    text: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    edges: list[Cell] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    merged: set[str] = field(default_factory=set)
    framed: list[list[str]] = field(default_factory=list)

    def take(self) -> str:
        """The text of the paragraph, which begins anew."""
        text = "".join(self.text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.text.clear()
        return text

    def end_paragraph(self, *, in_table: bool, depth: int) -> None:
        """The paragraph as lines, or as a part of its cell."""
        text = self.take()
        if in_table:
            self.blocks.append(fold(text).removesuffix(" |"))
            return
        self.end_table()
        mark = "#" * depth + " " if depth else ""
        self.lines += [mark + line for piece in text.split("\n") if (line := fold(piece))]
        self.lines += self.after
        self.after.clear()

    def table_word(self, name: str, value: int) -> None:
        """A word that ends a cell or a row, or says what shape a cell has."""
        if name == "cell":
            self.end_cell()
        elif name == "row":
            self.end_row()
        elif name == "trowd":
            self.edges.clear()
            self.merged.clear()
        elif name in ("clmrg", "clvmrg"):
            self.merged.add(name)
        elif name == "cellx" and len(self.edges) < MAX_CELLS:
            left, above = "clmrg" in self.merged, "clvmrg" in self.merged
            self.edges.append(Cell("", right=value, goes_on_left=left, goes_on_above=above))
            self.merged.clear()

    def end_cell(self) -> None:
        """The cell that the text since the last one is."""
        self.blocks.append(fold(self.take()))
        self.framed.append([block for block in self.blocks if block])
        self.cells.append(join_blocks(self.blocks))
        self.blocks.clear()

    def end_row(self) -> None:
        """The row of the cells since the last one, with the edges that it states."""
        shapes = self.edges[: len(self.cells)]
        shapes += [Cell("")] * (len(self.cells) - len(shapes))
        pairs = zip(self.cells, shapes, strict=True)
        self.rows.append([replace(shape, text=text) for text, shape in pairs])
        self.cells.clear()

    def end_table(self) -> None:
        """The rows since the last table, as lines; a table of one column is a frame around paragraphs."""
        if self.blocks:
            self.end_cell()
        if self.cells:
            self.end_row()
        if all(len(row) == 1 for row in self.rows):
            self.lines += [block for blocks in self.framed for block in blocks]
        else:
            self.lines += table_lines(grid_rows(self.rows))
        self.rows.clear()
        self.framed.clear()

    def finished(self) -> list[str]:
        """All of its lines."""
        self.end_paragraph(in_table=False, depth=0)
        return self.lines
