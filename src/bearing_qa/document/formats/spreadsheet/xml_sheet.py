"""Excel's XML spreadsheet of 2003, often by the name .xls → its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from bearing_qa.document.formats.spreadsheet.number_format import show_number, show_text
from bearing_qa.document.formats.spreadsheet.sheet import MAX_CELLS, MAX_COLUMN, MAX_ROW, Sheet
from bearing_qa.types import Unread

_NAMED = {
    "General Number": "General",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Short Date": "yyyy/m/d",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "General Date": "yyyy/m/d h:mm",
    "Short Time": "h:mm",
    "Long Time": "h:mm:ss",
}
"""Formats that this file type has names for."""
_DAY_ZERO = datetime(1899, 12, 30)


def xml_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets that are shown, in order; a hidden one is empty and names itself as unread.

    Raises ValueError if it holds more than MAX_CELLS, and what lxml raises if it is unsound.
    """
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    codes = {_value(style, "ID"): _code(style) for style in root.iter("{*}Style")}
    left = MAX_CELLS
    for item in root.iter("{*}Worksheet"):
        sheet = Sheet(_value(item, "Name"))
        visible = next((node.text or "" for node in item.iter("{*}Visible")), "")
        if visible in ("SheetHidden", "SheetVeryHidden"):
            sheet.unread.append(Unread("hidden", sheet.name))
        else:
            left -= _read(item, sheet, codes, left)
        yield sheet


def _value(element: Any, name: str) -> str:
    """An attribute by its local name."""
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")


def _code(style: Any) -> str:
    node = style.find("{*}NumberFormat")
    code = _value(node, "Format") if node is not None else ""
    return _NAMED.get(code, code)


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else default


def _read(item: Any, sheet: Sheet, codes: dict[str, str], most: int) -> int:
    """Puts the cells of a sheet in their places; how many they are."""
    row = column = count = 0
    for node in item.iter("{*}Column", "{*}Row", "{*}Cell"):
        kind = etree.QName(node).localname
        index = _value(node, "Index")
        if kind == "Column":
            column = _number(index, column + 1)
            last = min(column + _number(_value(node, "Span"), 0), MAX_COLUMN)
            if _value(node, "Hidden") == "1" or _value(node, "Width") == "0":
                sheet.hidden_columns.update(range(column, last + 1))
            column = last
        elif kind == "Row":
            row, column = _number(index, row + 1), 0
            if _value(node, "Hidden") == "1":
                sheet.hidden_rows.add(row)
        else:
            column = _number(index, column + 1)
            count += _put(node, sheet, row, column, codes)
            column += _number(_value(node, "MergeAcross"), 0)
            if count > most or row > MAX_ROW or column > MAX_COLUMN:
                raise ValueError(f"it has more than {MAX_CELLS:,} cells with text; split it")
    return count


def _put(cell: Any, sheet: Sheet, row: int, column: int, codes: dict[str, str]) -> int:
    """Puts one cell in its place, with what it is merged over; how many cells with text it is."""
    across, down = (_number(_value(cell, name), 0) for name in ("MergeAcross", "MergeDown"))
    if across or down:
        area = (row, column, min(row + down, MAX_ROW), min(column + across, MAX_COLUMN))
        sheet.merged.append(area)
    data = cell.find("{*}Data")
    if data is None:
        return 0
    sheet.put(row, column, _text(data, codes.get(_value(cell, "StyleID"), "")))
    return 1


def _text(data: Any, code: str) -> str:
    """What a cell shows."""
    kind, text = _value(data, "Type"), "".join(data.itertext())
    try:
        if kind == "Number":
            return show_number(float(text), code)
        if kind == "DateTime":
            count = (datetime.fromisoformat(text) - _DAY_ZERO).total_seconds() / 86_400
            return show_number(count, code or "yyyy/m/d")
    except (ValueError, TypeError):
        return text
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return show_text(text, code)
