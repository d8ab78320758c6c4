"""A spreadsheet's file → lines, by what the file is and not by its name: many a .xls is a web page or plain text,
many a .et is a .xlsx."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bearing_qa.document.encoding import decode_html
from bearing_qa.document.formats.lines import Part
from bearing_qa.document.formats.spreadsheet.layout import sheet_parts
from bearing_qa.document.formats.spreadsheet.sheet import Sheet

_PACKED, _CONTAINER = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_STREAM = re.compile(rb"\x09[\x00\x02\x04\x08].\x00", re.DOTALL)
"""How a workbook of Excel 2 to 95 begins that is in no container."""
_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|meta|table|body|!--)", re.IGNORECASE
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
TEXT_SUFFIXES = (".csv", ".tsv")


def workbook_parts(data: bytes, *, suffix: str) -> Iterator[Part]:
    """Lines and tables of a spreadsheet, and what of it is not read.

    Raises ValueError for what is encrypted or no spreadsheet, DocumentError for text in no known encoding.
    """
    if data.startswith(_PACKED):
        from bearing_qa.document.formats.spreadsheet.xlsx import xlsx_sheets

        return _parts(xlsx_sheets(data))
    if data.startswith(_CONTAINER) or (suffix not in TEXT_SUFFIXES and _STREAM.match(data)):
        if _ENCRYPTED in data:
            raise ValueError("it is encrypted")
        from bearing_qa.document.formats.spreadsheet.xls import xls_sheets

        return _parts(xls_sheets(data))
    if _PAGE.match(data):
        from bearing_qa.document.formats.site.reader import html_lines

        return html_lines(decode_html(data))
    if suffix not in TEXT_SUFFIXES and not _is_text(data):
        raise ValueError("it is no sound Excel file")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096]:
        from bearing_qa.document.formats.spreadsheet.xml_sheet import xml_sheets

        return _parts(xml_sheets(data))
    from bearing_qa.document.formats.spreadsheet.delimited import delimited_sheet

    return _parts([delimited_sheet(data, suffix=suffix)])


def _parts(sheets: Iterable[Sheet]) -> Iterator[Part]:
    return sheet_parts(list(sheets))


def _is_text(data: bytes) -> bool:
    """Whether bytes hold no signs that only a program reads; UTF-16 has its mark."""
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in data[:4096]
