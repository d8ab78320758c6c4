"""Excel 97–2003 and older (.xls), and WPS (.et) → its sheets as they are shown."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.formatting import std_format_strings

from bearing_qa.document.formats.spreadsheet.builtin_formats import format_of
from bearing_qa.document.formats.spreadsheet.number_format import show_number, show_text
from bearing_qa.document.formats.spreadsheet.sheet import MAX_CELLS, Sheet
from bearing_qa.document.formats.spreadsheet.xls_objects import NOWHERE, overlay_of
from bearing_qa.types import Unread

_SYSTEM_DATES = (14, 22)
"""Built-in formats that are shown as the reader's system shows dates, whatever the file says."""


def xls_sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of a workbook that are shown, in order; a hidden one is empty and names itself as unread.

    Raises ValueError if it is encrypted or holds more than MAX_CELLS, and what xlrd raises if it is unsound.
    """
    book = _open(data)
    over = overlay_of(data)
    left = MAX_CELLS
    for own in book.sheets():
        sheet = Sheet(own.name)
        if own.visibility:
            sheet.unread.append(Unread("hidden", own.name))
        else:
            left -= _read(book, own, sheet, left)
            sheet.name_unread("formula", over.uncalculated.get(own.name, []))
            for kind, place in over.objects.get(own.name, []):
                if place == NOWHERE:
                    sheet.unread.append(Unread(kind, own.name))
                else:
                    sheet.name_unread(kind, [place])
        yield sheet
    if over.chart_sheets:
        yield Sheet("", unread=[Unread("object", name) for name in over.chart_sheets])


def _open(data: bytes) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise ValueError("it is encrypted") from error
        if "workbook stream" in str(error).lower() or "Can't find" in str(error):
            raise ValueError("it is no workbook, but another Office file by this name") from error
        raise
    except (AssertionError, LookupError, struct.error, UnicodeDecodeError) as error:
        raise ValueError("it is no sound workbook") from error


def _read(book: Any, own: Any, sheet: Sheet, most: int) -> int:
    """Puts the cells of one sheet into another form; how many they are."""
    count = 0
    codes: dict[int, str] = {}
    for row in range(own.nrows):
        for column, kind in enumerate(own.row_types(row)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            style = own.cell_xf_index(row, column)
            if style not in codes:
                codes[style] = _code(book, style)
            count += 1
            if count > most:
                raise ValueError(f"it has more than {MAX_CELLS:,} cells with text; split it")
            text = _text(
                kind, own.cell_value(row, column), codes[style], is_1904=bool(book.datemode)
            )
            sheet.put(row + 1, column + 1, text)
    sheet.merged = [
        (top + 1, left + 1, bottom, right)
        for top, bottom, left, right in own.merged_cells
        if top < bottom and left < right
    ]
    rows, columns = own.rowinfo_map.items(), own.colinfo_map.items()
    sheet.hidden_rows = {row + 1 for row, info in rows if info.hidden or info.height == 0}
    sheet.hidden_columns = {
        column + 1 for column, info in columns if info.hidden or info.width == 0
    }
    return count


def _code(book: Any, style: int) -> str:
    """The format code of a cell style: its own, or that of Chinese Excel where it is a built-in one."""
    if not 0 <= style < len(book.xf_list):
        return ""
    key = book.xf_list[style].format_key
    own = book.format_map.get(key)
    code = own.format_str if own is not None else None
    if code is None or key in _SYSTEM_DATES or code == std_format_strings.get(key):
        return format_of(str(key))
    return str(code)


def _text(kind: int, value: Any, code: str, *, is_1904: bool) -> str:
    """What a cell shows."""
    if kind == xlrd.XL_CELL_TEXT:
        return show_text(str(value), code)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return show_number(float(value), code, is_1904=is_1904)
