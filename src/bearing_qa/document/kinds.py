"""What a file is by its content, where its name may say another thing: many a .doc is RTF, HTML or .docx."""

from __future__ import annotations

import re

WORD_SUFFIXES = (".doc", ".wps", ".rtf")
"""File types of word processors, whose files are read by content."""
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"PK\x03\x04", ".docx"),
    (b"%PDF", ".pdf"),
)
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|p|div|meta)\b", re.IGNORECASE)
_MIME = re.compile(rb"^(?:MIME-Version|Content-Type)\s*:", re.IGNORECASE | re.MULTILINE)
HEAD_BYTES = 2048
"""So much of a file is looked at."""


def suffix_by_content(suffix: str, data: bytes) -> str:
    """The suffix that a file's content would have; ``.mht`` for a page saved as one file, ``.txt`` for text that is
    nothing else; as it is for files that are no word processor's.

    Raises ValueError for a form that is not read.
    """
    if suffix not in WORD_SUFFIXES:
        return suffix
    found = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    head = data[:HEAD_BYTES]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    plain = head.replace(b"\0", b"") if wide else head
    if found or b"{\\rtf" in head[:256]:
        return found or ".rtf"
    if b'progid="Word.Document"' in plain or b"<w:wordDocument" in plain:
        raise ValueError("it is Word's XML of 2003, which is not read; save it as .docx")
    if _MIME.search(plain):
        return ".mht"
    if _HTML.search(plain):
        return ".html"
    return ".txt" if suffix != ".rtf" else suffix
