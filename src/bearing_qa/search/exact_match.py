"""Passages that hold what a question quotes come first; among themselves they keep their order.

A passage that holds a quoted phrase, in its words or in the title and headings above it, goes before
one that does not; passages of the document that has an asked number go before all. What no passage
holds changes nothing: people quote for emphasis too.
Which rows may hold a phrase is known from the postings of its character bigrams; only the texts of
those are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from bearing_qa.document.frontmatter import MAX_HEAD_LINES, MAX_TITLE_LINE_CHARS
from bearing_qa.document.passages import ADDRESSEE_WORDS, FRONT_WORDS, SIGNATURE_WORDS
from bearing_qa.language.document_numbers import Number, fold, holds_number
from bearing_qa.language.segment import characters
from bearing_qa.search.fusion import Ranking
from bearing_qa.search.quotations import Quoted, read_quoted
from bearing_qa.store.protocol import Index, Part, Rows
from bearing_qa.types import Hit

MAX_READ = 2000
"""Passages whose text is read for a phrase: those nearest to the question, if more may hold it."""
_WORD = re.compile(r"[a-z0-9]+(?:[.\-][a-z0-9]+)*")
Rank = tuple[int, int]
"""How a passage holds what is quoted: 2 if its document has an asked number, 1 if its text cites
one; then how many of the phrases it holds."""


def exact_hits(index: Index, question: str, *, ranking: Ranking, part: Part | None) -> list[Hit]:
    """Hits that may hold what a question quotes, in row order, of a part (of all where it is None)."""
    quoted = read_quoted(question)
    if not quoted.is_any:
        return []
    found = [_rows_with(index, tokens) for tokens in _tokens(quoted)]
    bearers = _bearers(index, quoted.numbers)
    spans = [(e.first, e.stop) for e in index.catalogue.entries if e.doc_id in bearers]
    hits: dict[int, Hit] = {}
    for may_hold in [*found, *(np.arange(*span) for span in spans)]:
        inside = may_hold if part is None else index.catalogue.inside(part, may_hold)
        hits |= {hit.row: hit for hit in ranking.nearest(inside, count=MAX_READ)}
    return [hits[row] for row in sorted(hits)]


def exact_first(index: Index, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Hits with those in front that hold what a question quotes; otherwise as they were.

    Scores stay falling: one that is put in front has at least the score of those behind it.
    """
    quoted = read_quoted(question)
    if not quoted.is_any:
        return list(hits)
    ranks = _ranks(index, quoted, [hit.row for hit in hits])
    ordered = sorted(hits, key=lambda hit: ranks[hit.row], reverse=True)
    least = np.maximum.accumulate([hit.score for hit in reversed(ordered)])[::-1]
    return [Hit(hit.row, float(score)) for hit, score in zip(ordered, least, strict=True)]


def exact_ranks(index: Index, question: str, rows: Sequence[int]) -> dict[int, Rank]:
    """How each of some rows holds what a question quotes; nothing where it quotes nothing."""
    quoted = read_quoted(question)
    return _ranks(index, quoted, rows) if quoted.is_any else {}


def _ranks(index: Index, quoted: Quoted, rows: Sequence[int]) -> dict[int, Rank]:
    bearers = _bearers(index, quoted.numbers)
    ranks = {}
    for row, doc_id, context, text in index.catalogue.texts(rows):
        for words in (FRONT_WORDS, SIGNATURE_WORDS, ADDRESSEE_WORDS):
            context = context.removesuffix(words)
        folded = fold(f"{context}\n{text}")
        cites = any(holds_number(folded, number) for number in quoted.numbers)
        held = sum(phrase in folded for phrase in quoted.phrases)
        ranks[row] = (2 if doc_id in bearers else int(cites), held)
    return ranks


def _tokens(quoted: Quoted) -> Iterator[list[str]]:
    """Tokens that a row has if it holds a phrase, for each phrase and number."""
    for phrase in quoted.phrases:
        yield _tokens_of(phrase)
    for number in quoted.numbers:
        code = "" if number.year == "令" or not number.code_is_known else number.code
        words = _WORD.findall(number.year + number.serial)
        yield words + characters(f"{number.serial}号") + characters(code[-2:])


def _tokens_of(phrase: str) -> list[str]:
    """Characters and bigrams of a phrase, and words and figures that begin and end inside it; at its
    ends they may go on in the text, and count only where there is nothing else."""
    inside = [m.group() for m in _WORD.finditer(phrase) if m.start() > 0 and m.end() < len(phrase)]
    return characters(phrase) + inside or _WORD.findall(phrase)


def _rows_with(index: Index, tokens: Sequence[str]) -> Rows:
    return index.lexical.rows_with(tokens) if tokens else np.empty(0, np.int64)


def _bearers(index: Index, numbers: Sequence[Number]) -> frozenset[str]:
    """Documents that have one of the numbers: in their metadata, title or id, or on a line of their
    head that is no sentence."""
    if not numbers:
        return frozenset()
    found = set()
    for number, tokens in zip(numbers, _tokens(Quoted((), tuple(numbers))), strict=True):
        for entry in index.catalogue.entries:
            named = f"{entry.metadata.get('number', '')}\n{entry.title}\n{entry.doc_id}"
            if number.serial in named and holds_number(fold(named), number):
                found.add(entry.doc_id)
        rows = _rows_with(index, tokens)[:MAX_READ]
        for doc_id in {doc_id: None for _, doc_id, _, _ in index.catalogue.texts(map(int, rows))}:
            head = index.catalogue.outline(doc_id)[0].split("\n", MAX_HEAD_LINES)[:MAX_HEAD_LINES]
            lines = (line for line in head if len(line) <= MAX_TITLE_LINE_CHARS)
            if any("。" not in line and holds_number(fold(line), number) for line in lines):
                found.add(doc_id)
    return frozenset(found)
