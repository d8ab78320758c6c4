"""A passage as questions look at it: its sentences, and their words in the form that is compared.

None of it depends on the question, so it is kept with the open version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.document.passages import paragraph_label
from bearing_qa.index.protocol import Documents
from bearing_qa.index.segment import normalise
from bearing_qa.search.kept import kept
from bearing_qa.types import Parsed, Passage

MAX_WORDINGS = 1024
"""Passages kept, some 5 kB each; a question looks at twenty."""
MAX_LIST_CHARS = 1500
"""How far behind its lead an item may stand."""
_ITEM = re.compile(r"[（(](?:[一二三四五六七八九十百]+|\d{1,2})[)）]|[①-⑳⑴-⒇]|\d{1,2}[.．、)）]")
"""How an item of a list begins: （一） (1) ① 1."""
_FOLLOWS = re.compile("下列|以下|如下")
MAX_GAP_CHARS = 12
"""What is looked at behind a lead for the mark of its first item: blanks, a line's end, the mark."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: an exact slice of its document, and normalised texts of it.

    ``shown`` is what a reader sees with it: a row and the front matter with their context, another with
    the label of its paragraph (``labelled``, as written). Of the passage's ``running`` text the first
    ``begins`` characters stand before it. ``lead`` introduces the list that it is an item of; ``led`` is
    the sentence behind its lead. ``leads`` says whether it introduces a list itself.
    """

    start: int
    end: int
    text: str
    labelled: str
    plain: str
    shown: str
    begins: int
    lead: tuple[int, int] | None
    led: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """A passage with its sentences. ``around`` is its context and text, ``running`` its context and
    sentences without blanks between them, ``path`` its headings: all normalised."""

    passage: Passage
    sentences: tuple[Said, ...]
    around: str
    running: str
    path: str


@kept(most=MAX_WORDINGS)
def wording_of(catalogue: Documents, row: int) -> Wording | None:
    """How the passage of a row is worded; None if its document is unknown."""
    passage = catalogue.passage(row)
    parsed = catalogue.parsed(passage.doc_id)
    return None if parsed is None else make_wording(parsed, passage)


def make_wording(parsed: Parsed, passage: Passage) -> Wording:
    """A passage of a document as questions look at it."""
    text = parsed.document.text
    sentences = []
    running = normalise(passage.context)
    for sentence in passage.sentences:
        said = _said(parsed, passage, sentence.start, sentence.end, begins=len(running))
        sentences.append(said)
        running += said.plain
    return Wording(
        passage=passage,
        sentences=tuple(sentences),
        around=normalise(f"{passage.context} {text[passage.start : passage.end]}"),
        running=running,
        path=normalise(" ".join(parsed.path(passage.section))),
    )


def _said(parsed: Parsed, passage: Passage, start: int, end: int, *, begins: int) -> Said:
    text = parsed.document.text
    said, plain = text[start:end], normalise(text[start:end])
    labelled = paragraph_label(text, passage.start, start) + said
    needs_context = passage.kind in ("row", "front")
    own = f"{passage.context} {said}" if needs_context else labelled
    section = parsed.sections[parsed.section_at(start)]
    lead = None if needs_context else lead_of(text, start, first=section.start)
    return Said(
        start=start,
        end=end,
        text=said,
        labelled=labelled,
        plain=plain,
        shown=plain if own == said else normalise(own),
        begins=begins,
        lead=lead,
        led=normalise(text[slice(*lead)] + said) if lead else "",
        leads=not needs_context and is_lead(text, start, end),
    )


def is_lead(text: str, start: int, end: int) -> bool:
    """Whether a sentence introduces the items that begin right behind it: it ends with a colon, or says
    that they follow (对有下列表现的单位给予表彰。)."""
    said = text[start:end].rstrip()
    if is_inline_lead(said):
        return True
    if not said.endswith(("：", ":")) and not _FOLLOWS.search(said):
        return False
    behind = text[end : end + MAX_GAP_CHARS]
    return _ITEM.match(behind.lstrip()) is not None


def is_inline_lead(said: str) -> bool:
    """Whether a sentence introduces a list and ends with its first item: 有下列情形之一的，不予奖补：提供虚假材料的；"""
    head, colon, item = said.rstrip().partition("：")
    return bool(colon and item.endswith("；") and _FOLLOWS.search(head))


def lead_of(text: str, start: int, *, first: int) -> tuple[int, int] | None:
    """The sentence that introduces the list whose item begins at ``start``: it ends with a colon, only
    items of the list stand between, and it is not before ``first``, where the section begins."""
    if not _ITEM.match(text, start):
        return None
    stop = text.rfind("：\n", max(first, start - MAX_LIST_CHARS), start) + 1
    if not stop:
        return None
    between = text[stop:start].strip().split("\n")
    if not all(_ITEM.match(line.strip()) for line in between if line.strip()):
        return None
    begin = max(first, *(text.rfind(mark, 0, stop - 1) + 1 for mark in "。！？\n"))
    begin += len(text[begin:stop]) - len(text[begin:stop].lstrip())
    return begin, stop
