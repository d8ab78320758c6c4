"""Questions drafted from a corpus, for a person to edit: each with its answer and its exact quote.

Drafts come from what the structure says without reading: cells of tables, figures of sentences, lists,
headings, and front matter. They are templates filled in, marked as machine drafts, and count in no figure
until somebody sets ``accepted`` to true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from bearing_qa.language.units import COUNTED
from bearing_qa.store.protocol import Index
from bearing_qa.types import Parsed

Draft = dict[str, Any]
_FIGURE = re.compile(
    r"(?P<subject>[\u4e00-\u9fff]{4,16}?)(?P<verb>达到|达|为|约为|超过|不低于|不超过|增长|下降)(?:了|约)?"
    rf"(?P<figure>[\d.]+\s*(?:{COUNTED}))"
)
MAX_LIST = 8


def draft_questions(index: Index, *, count: int) -> list[Draft]:
    """``count`` drafted questions (fewer if the corpus gives fewer), the kinds and documents in turn."""
    documents = (index.catalogue.parsed(doc_id) for doc_id in index.catalogue.doc_ids())
    kinds = [
        zip_longest(_cells(parsed), _figures(parsed), _lists(parsed), _headings(parsed))
        for parsed in documents
        if parsed is not None
    ]
    seen: set[str] = set()
    drafts: list[Draft] = []
    for turn in zip_longest(*kinds):
        for draft in (draft for group in turn if group for draft in group if draft):
            if draft["question"] not in seen and len(drafts) < count:
                seen.add(draft["question"])
                drafts.append({"id": f"draft-{len(drafts) + 1}"} | draft)
        if len(drafts) >= count:
            break
    return drafts


def _draft(parsed: Parsed, kind: str, question: str, answer: str, start: int, end: int) -> Draft:
    quote = parsed.document.text[start:end]
    return {
        "question": question,
        "type": kind,
        "answer": answer,
        "doc_id": parsed.document.doc_id,
        "evidence": [{"doc_id": parsed.document.doc_id, "quote": quote}],
        "origin": "machine draft",
        "accepted": False,
    }


def _cells(parsed: Parsed) -> Iterator[Draft]:
    """One question a row: its label and a column head, asking for the cell."""
    for table in parsed.tables:
        heads = table.header
        for number, row in enumerate(table.rows):
            column = 1 + number % max(len(row.cells) - 1, 1)
            if column < min(len(row.cells), len(heads)) and row.cells[0] and row.cells[column]:
                name = re.sub(r"[（(].*?[）)]", "", heads[column]).strip()
                if name and re.search(r"\d", row.cells[column]):
                    question = f"{row.cells[0]}的{name}是多少？"
                    yield _draft(parsed, "table", question, row.cells[column], row.start, row.end)


def _figures(parsed: Parsed) -> Iterator[Draft]:
    """One question a sentence that gives a figure for a subject."""
    text = parsed.document.text
    for passage in parsed.passages:
        for sentence in passage.sentences if passage.kind == "text" else ():
            found = _FIGURE.search(text, sentence.start, sentence.end)
            if found:
                verb = "" if found["verb"] in ("为", "约为", "达", "达到") else found["verb"]
                question = f"{found['subject']}{verb}{'是' if not verb else ''}多少？"
                span = (sentence.start, sentence.end)
                yield _draft(parsed, "number", question, found["figure"], *span)


def _lists(parsed: Parsed) -> Iterator[Draft]:
    """One question a section with numbered children: which they are."""
    for section in parsed.sections[1:]:
        children = [s for s in parsed.sections if s.parent == section.index and s.title]
        if section.title and 2 <= len(children) <= MAX_LIST:
            names = [child.title.rstrip("：:。；") for child in children]
            draft = _draft(
                parsed,
                "list",
                f"{section.title.rstrip('：:。')}包括哪些方面？",
                "；".join(names),
                children[0].start,
                children[0].head_end,
            )
            draft["evidence"] = [
                {"doc_id": parsed.document.doc_id, "quote": _head(parsed, child)}
                for child in children
            ]
            yield draft


def _headings(parsed: Parsed) -> Iterator[Draft]:
    """One question a titled section: where it is spoken of."""
    for section in parsed.sections[1:]:
        if len(section.title) >= 4:
            question = f"哪一部分讲了{section.title.rstrip('：:。')}？"
            answer = _head(parsed, section)
            yield _draft(parsed, "section", question, answer, section.start, section.head_end)


def _head(parsed: Parsed, section: Any) -> str:
    return parsed.document.text[section.start : section.head_end]


def kinds_of(drafts: Sequence[Draft]) -> dict[str, int]:
    """How many drafts there are of each type."""
    counts: dict[str, int] = {}
    for draft in drafts:
        counts[draft["type"]] = counts.get(draft["type"], 0) + 1
    return counts
