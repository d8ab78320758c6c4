"""Questions that a corpus surely answers, drawn from its tables, lists and front matter."""

from __future__ import annotations

import re

from bearing_qa.document.digests import children
from bearing_qa.store.protocol import Index
from bearing_qa.types import Parsed, Section

MAX_EXAMPLES = 4
MAX_NAME_CHARS = 20


def example_questions(index: Index) -> list[str]:
    """A few questions on the first document: a table cell, a list, the parts, the speaker."""
    doc_ids = index.catalogue.doc_ids()
    parsed = index.catalogue.parsed(doc_ids[0]) if doc_ids else None
    if parsed is None:
        return []
    found = [*_from_table(parsed), *_from_list(parsed)]
    if len(children(parsed, parsed.sections[0])) >= 2:
        found.append("全文分几个部分？")
    if parsed.document.metadata.get("speaker"):
        found.append("这篇讲话是谁作的？")
    return found[:MAX_EXAMPLES]


def _from_table(parsed: Parsed) -> list[str]:
    for table in parsed.tables:
        for row in reversed(table.rows):
            if row.cells[0] and len(row.cells) > 1 and row.cells[1]:
                head = re.sub(r"[（(][^（）()]*[）)]", "", table.header[1]).split()
                year = "年" if re.fullmatch(r"\d{4}", row.cells[0]) else ""
                return [f"{row.cells[0]}{year}的{head[0] if head else ''}是多少？"]
    return []


def _from_list(parsed: Parsed) -> list[str]:
    """The longest list under a heading that names it."""
    named = [s for s in parsed.sections[1:] if 2 < len(s.title) <= MAX_NAME_CHARS]
    longest = max(named, key=lambda section: _points_in(parsed, section), default=None)
    if longest is None or _points_in(parsed, longest) < 3:
        return []
    return [f"{longest.title.rstrip('。：')}有哪些？"]


def _points_in(parsed: Parsed, section: Section) -> int:
    return sum(section.head_end <= point.start < section.end for point in parsed.points)
