"""A single file's outline, as the command line promises it."""

from __future__ import annotations

from typing import Any

from bearing_qa.types import Parsed


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
