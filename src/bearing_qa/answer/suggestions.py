"""Questions that a corpus surely answers, drawn from its tables, lists and front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bearing_qa.document.digests import children
from bearing_qa.store.protocol import Index
from bearing_qa.types import Parsed, Section, Table

MAX_EXAMPLES = 4
MAX_NAME_CHARS = 20


def example_questions(index: Index) -> list[str]:
    """A few questions on the first document: a table cell, a list, the parts, the speaker."""
    doc_ids = index.catalogue.doc_ids()
    parsed = index.catalogue.parsed(doc_ids[0]) if doc_ids else None
    if parsed is None:
        return []
    found = [*_from_tables(parsed.tables), *_from_list(parsed)]
    if len(children(parsed, parsed.sections[0])) >= 2:
        found.append("全文分几个部分？")
    if parsed.document.metadata.get("speaker"):
        found.append("这篇讲话是谁作的？")
    return found[:MAX_EXAMPLES]


def near_questions(parsed: Parsed, at: int, *, apart: str = "") -> list[str]:
    """Questions on what stands around a place of a document, nearest first, without ``apart``: its article, the list of its
    section or of those above it, a row of a table there, the parts of the document. Whether they are answered is for asking
    to say."""
    title = parsed.document.title
    section = parsed.sections[parsed.section_at(at)]
    found = []
    for node in _upwards(parsed, section):
        name = node.title.rstrip("。：；")
        if node.marker.endswith("条"):
            found.append(f"《{title}》{node.marker}是怎么规定的？")
        elif 2 < len(name) <= MAX_NAME_CHARS and not re.search(r"[？?]", name):
            many = len(children(parsed, node)) > 1 or _points_in(parsed, node) > 1
            found.append(f"“{name}”部分有哪些内容？" if many else f"“{name}”部分讲了什么？")
        found += _from_tables([t for t in parsed.tables if node.head_end <= t.start < node.end])
    if len(children(parsed, parsed.sections[0])) > 1:
        found.append(f"《{title}》分哪几个部分？")
    return [question for question in dict.fromkeys(found) if question != apart]


def _upwards(parsed: Parsed, section: Section) -> list[Section]:
    """A section and those above it, but for the whole document."""
    found = []
    while section.index:
        found.append(section)
        section = parsed.sections[section.parent]
    return found


def _from_tables(tables: Sequence[Table]) -> list[str]:
    """What a cell of the last row of the first table says that has one."""
    for table in tables:
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
