"""Excel workbook (.xlsx, .xlsm, and what WPS writes) → its sheets as they are shown.

The parts are read as XML in one pass, rows without text passed over, because openpyxl makes an object of each
formatted cell (a sheet may be formatted to its last row, 1,048,576), knows no hidden rows and no merged cells in its
quick mode, and stops at styles that other programs write.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from bearing_qa.document.formats.spreadsheet.builtin_formats import format_of
from bearing_qa.document.formats.spreadsheet.number_format import show_number, show_text
from bearing_qa.document.formats.spreadsheet.sheet import (
    MAX_CELLS,
    MAX_COLUMN,
    MAX_ROW,
    Sheet,
    area_of,
    place_of,
)
from bearing_qa.document.formats.spreadsheet.xlsx_drawing import read_drawing
from bearing_qa.document.formats.spreadsheet.xlsx_package import Package, relation_id
from bearing_qa.types import Unread

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a sign that XML does not hold: _x000D_."""
_PICTURE = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
"""What WPS keeps in a cell that shows a picture."""
_DAY_ZERO = datetime(1899, 12, 30)
_ROW_TAGS = ("row", "mergeCell", "col", "drawing", "oleObject")


def xlsx_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of a workbook that are shown, in order; a hidden one is empty and names itself as unread.

    Raises ValueError, and what zipfile and lxml raise, if it is unsound or holds more than MAX_CELLS.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive)
        main = package.main_part()
        book = _Book.read(package, main)
        relations = package.relations(main)
        root = package.tree(main)
        left = MAX_CELLS
        for item in root.iter("{*}sheet"):
            name = item.get("name", "")
            sheet = Sheet(name)
            if item.get("state", "visible") != "visible":
                sheet.unread.append(Unread("hidden", name))
                yield sheet
                continue
            kind, part = relations.get(relation_id(item), ("", ""))
            if kind == "worksheet" and package.has(part):
                left -= _SheetReader(package, part, book, sheet, left).read()
            elif kind in ("chartsheet", "dialogsheet"):
                sheet.unread.append(Unread("object", name))
            elif kind != "xlMacrosheet":
                raise ValueError(f"its sheet {name} is missing")
            yield sheet


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share: its texts, the format of each style, and how it counts days."""

    texts: tuple[str, ...]
    formats: tuple[str, ...]
    is_1904: bool

    @classmethod
    def read(cls, package: Package, main: str) -> _Book:
        """From the workbook's parts."""
        parts = dict(package.relations(main).values())
        texts: tuple[str, ...] = ()
        if package.has(parts.get("sharedStrings", "")):
            texts = tuple(text_of(item) for item in package.events(parts["sharedStrings"], "si"))
        formats: tuple[str, ...] = ()
        if package.has(parts.get("styles", "")):
            formats = _formats(package.tree(parts["styles"]))
        properties = package.tree(main).find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return cls(texts, formats, is_1904)


def _formats(styles: Any) -> tuple[str, ...]:
    """The format code of each cell style."""
    own = {
        item.get("numFmtId", ""): item.get("formatCode", "") for item in styles.iter("{*}numFmt")
    }
    styled = styles.find("{*}cellXfs")
    ids = [item.get("numFmtId", "0") for item in styled] if styled is not None else []
    return tuple(own.get(number) or format_of(number) for number in ids)


def text_of(item: Any) -> str:
    """The text of a shared or an inline string: its runs, without what says how to pronounce it."""
    parts = []
    for child in item:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts += [node.text or "" for node in child.iterfind("{*}t")]
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), "".join(parts))


class _SheetReader:
    """Reads one sheet's part."""

    def __init__(self, package: Package, part: str, book: _Book, sheet: Sheet, most: int) -> None:
        self._package, self._part, self._book = package, part, book
        self._sheet, self._most = sheet, most
        self._row = self._count = 0
        self._uncalculated: list[tuple[int, int]] = []
        self._pictures: list[tuple[int, int]] = []

    def read(self) -> int:
        """Puts what the part holds into the sheet; how many cells that are."""
        objects = 0
        for element in self._package.events(self._part, *_ROW_TAGS):
            name = etree.QName(element).localname
            if name == "row":
                self._read_row(element)
            elif name == "col":
                self._read_column(element)
            elif name == "mergeCell" and (area := area_of(element.get("ref", ""))):
                self._sheet.merged.append(area)
            elif name == "drawing":
                self._read_drawing(relation_id(element))
            elif name == "oleObject":
                objects += 1
        self._sheet.name_unread("formula", self._uncalculated)
        self._sheet.name_unread("picture", self._pictures)
        if objects:
            self._sheet.unread.append(Unread("object", self._sheet.name))
        return self._count

    def _read_row(self, element: Any) -> None:
        number = element.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) < 8 else self._row + 1
        is_flat = element.get("customHeight") in ("1", "true") and _is_zero(element.get("ht"))
        if element.get("hidden") in ("1", "true") or is_flat:
            self._sheet.hidden_rows.add(self._row)
        if self._row > MAX_ROW:
            raise ValueError(f"it has a row {self._row:,}, beyond the last of a sheet")
        column = 0
        for cell in element:
            address = cell.get("r") if isinstance(cell.tag, str) else None
            column = place_of(address)[1] if address else column + 1
            if len(cell) and 0 < column <= MAX_COLUMN:
                self._read_cell(cell, column)

    def _read_cell(self, cell: Any, column: int) -> None:
        at = (self._row, column)
        text, is_calculated = self._text(cell)
        if not is_calculated:
            self._uncalculated.append(at)
        elif _PICTURE.match(text) or (cell.get("vm") and text == "#VALUE!"):
            self._pictures.append(at)
        elif text:
            self._count += 1
            if self._count > self._most:
                raise ValueError(f"it has more than {MAX_CELLS:,} cells with text; split it")
            self._sheet.put(self._row, column, text)

    def _text(self, cell: Any) -> tuple[str, bool]:
        """What a cell shows; and whether it is no formula that was never calculated."""
        kind = cell.get("t", "n")
        value, has_formula = "", False
        for child in cell:
            if isinstance(child.tag, str):
                if child.tag.endswith("}v"):
                    value = child.text or ""
                has_formula |= child.tag.endswith("}f")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return (text_of(inline) if inline is not None else ""), True
        if kind == "s":
            at = int(value) if value.strip().isdecimal() else -1
            value = self._book.texts[at] if 0 <= at < len(self._book.texts) else ""
            return show_text(value, self._format(cell)), True
        if kind == "str":
            text = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), value)
            return show_text(text, self._format(cell)), True
        if not value.strip():
            return "", not has_formula
        if kind == "b":
            return ("TRUE" if value.strip() in ("1", "true") else "FALSE"), True
        if kind == "e":
            return value, True
        number = _count_of(value) if kind == "d" else _number(value)
        if number is None:
            return value, True
        return show_number(number, self._format(cell), is_1904=self._book.is_1904), True

    def _format(self, cell: Any) -> str:
        style = cell.get("s", "0")
        at = int(style) if style.isdecimal() and len(style) < 7 else 0
        return self._book.formats[at] if at < len(self._book.formats) else ""

    def _read_column(self, element: Any) -> None:
        first, last = (element.get(name, "") for name in ("min", "max"))
        is_hidden = element.get("hidden") in ("1", "true") or _is_zero(element.get("width"))
        if is_hidden and first.isdecimal() and last.isdecimal():
            until = min(int(last[:6]), MAX_COLUMN)
            self._sheet.hidden_columns.update(range(int(first[:6]), until + 1))

    def _read_drawing(self, relation: str) -> None:
        kind, part = self._package.relations(self._part).get(relation, ("", ""))
        if kind != "drawing" or not self._package.has(part):
            return
        for name, row, column, lines in read_drawing(self._package.tree(part)):
            if name == "text":
                address = self._sheet.address(row, column)
                self._sheet.boxes += [(address, line) for line in lines]
            elif name == "picture":
                self._sheet.name_unread("picture", [(row, column)])
            else:
                self._sheet.name_unread("object", [(row, column)])


def _is_zero(text: str | None) -> bool:
    """Whether a width or height is none."""
    return text is not None and re.fullmatch(r"0(?:\.0*)?", text) is not None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _count_of(text: str) -> float | None:
    """The count of days of a date that is written as one: 2023-12-31T00:00:00."""
    try:
        at = datetime.fromisoformat(text.strip().rstrip("Z"))
    except ValueError:
        return None
    return (at - _DAY_ZERO).total_seconds() / 86_400 if at.tzinfo is None else None
