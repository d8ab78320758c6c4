"""A single file's outline, as the command line promises it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import DocumentError
from bearing_qa.types import Parsed


def parse_one(path: Path) -> Parsed:
    """The (first) document of a file.

    Raises DocumentError if there is none.
    """
    if not path.is_file():
        what = "is no file" if path.exists() else "is not there"
        raise DocumentError(found=f"{path} {what}", expected="a document", fix="name another")
    if path.suffix.lower() not in SUFFIXES:
        raise DocumentError(
            found=f"{path} is of a type that is not read",
            expected=f"a file ending in {', '.join(SUFFIXES)}",
            fix="save it as .docx, .pdf or .txt",
        )
    with ParsingProcess() as process:
        for item in process.parse(path, doc_id=path.stem, source=path.name):
            if isinstance(item, Parsed):
                return item
            raise DocumentError(found=item.reason, expected="", fix="")
    raise DocumentError(found=f"{path} holds no document", expected="some text", fix="name another")


def outline_json(parsed: Parsed) -> dict[str, Any]:
    """The promised JSON of an outline."""
    document = parsed.document
    return {
        "doc_id": document.doc_id,
        "title": document.title,
        "headings": [
            {
                "marker": section.marker,
                "title": section.title,
                "level": section.level,
                "start": section.start,
                "raw_start": document.raw_offset(section.start),
            }
            for section in parsed.sections[1:]
        ],
        "inline_points": [
            {
                "marker": point.marker,
                "title": point.title,
                "start": point.start,
                "end": point.end,
                "raw_start": document.raw_offset(point.start),
            }
            for point in parsed.points
        ],
        "tables": [
            {
                "start": table.start,
                "end": table.end,
                "header": list(table.header),
                "rows": len(table.rows),
            }
            for table in parsed.tables
        ],
    }
