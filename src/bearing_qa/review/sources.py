"""Where in a corpus some words are, or words like them: postings name the passages, alignment looks at these alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from math import log2

from bearing_qa.language.segment import characters, normalise
from bearing_qa.review.comparable import Comparable, comparable
from bearing_qa.store.protocol import Index
from bearing_qa.types import Parsed

WINDOW_CHARS, WINDOW_STEP = 5, 3
"""Characters of a piece whose pairs are looked up together, and how far apart pieces begin."""
MAX_WINDOWS = 32
MAX_ROWS = 400
"""Passages that one piece may name; a piece that more passages have says little."""
MAX_CANDIDATES = 12
"""Passages that are aligned."""
DOCUMENTS_IN_MEMORY = 256
MAX_GAP = 80
"""Characters of a source that may be left out between two pieces that a quotation shares with it."""
MIN_BLOCK = 2
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.\-][a-z0-9]+)*")

Difference = tuple[str, str]
"""What a draft says, and what its source says in that place."""


@dataclass(frozen=True, slots=True)
class Found:
    """A slice ``[start, end)`` of a document that is, or is like, what was looked for.

    ``share`` is how much of what was looked for is in it, 1 for all; ``differences`` are in the draft's and the source's own words.
    """

    parsed: Parsed
    start: int
    end: int
    share: float
    differences: tuple[Difference, ...] = ()

    @property
    def text(self) -> str:
        """The slice."""
        return self.parsed.document.text[self.start : self.end]

    @property
    def doc_id(self) -> str:
        """Its document."""
        return self.parsed.document.doc_id


class Sources:
    """The documents of an open index, looked through for words."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._text = lru_cache(DOCUMENTS_IN_MEMORY)(self._read)

    def document(self, doc_id: str) -> tuple[Parsed, Comparable]:
        """A document with its text as it is compared."""
        return self._text(doc_id)

    def _read(self, doc_id: str) -> tuple[Parsed, Comparable]:
        parsed = self._index.catalogue.parsed(doc_id)
        assert parsed is not None
        return parsed, comparable(parsed.document.text)

    def rows_like(self, text: str, *, count: int = MAX_CANDIDATES) -> list[int]:
        """The passages that share most pieces with a text, those of rare pieces first."""
        votes: dict[int, float] = defaultdict(float)
        for tokens in _windows(text):
            rows = self._index.lexical.rows_with(tokens)
            if 0 < len(rows) <= MAX_ROWS:
                for row in rows.tolist():
                    votes[row] += 1 / log2(1 + len(rows))
        return sorted(votes, key=lambda row: (-votes[row], row))[:count]

    def exact(self, wanted: Comparable, rows: Iterable[int], doc_ids: Iterable[str]) -> list[Found]:
        """Each place of some documents (those of ``rows``, and ``doc_ids``) that has all of what is looked for."""
        passages = (self._index.catalogue.passage(row) for row in rows)
        found = []
        for doc_id in dict.fromkeys([*doc_ids, *(passage.doc_id for passage in passages)]):
            parsed, whole = self.document(doc_id)
            found += [
                Found(parsed, *whole.span(*at), 1.0) for at in _occurrences(whole.text, wanted.text)
            ]
        return found

    def nearest(self, draft: str, wanted: Comparable, rows: Sequence[int]) -> list[Found]:
        """The slices around some passages that are most like ``draft``, whose compared form is ``wanted``; best first."""
        found: dict[tuple[str, int], Found] = {}
        for row in rows:
            passage = self._index.catalogue.passage(row)
            parsed, whole = self.document(passage.doc_id)
            room = len(wanted.text)
            first = max(whole.at(passage.start) - room, 0)
            last = min(whole.at(passage.end) + room, len(whole.text))
            aligned = _align(parsed, whole, (first, last), draft, wanted)
            if aligned is not None:
                found.setdefault((aligned.doc_id, aligned.start), aligned)
        return sorted(found.values(), key=lambda one: -one.share)


def _occurrences(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Places of some words in a text; a figure at their edges is whole (15 is not in 315 or in 15.5)."""
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if not _cuts_a_figure(text, at) and not _cuts_a_figure(text, end):
            yield at, end
        at = text.find(wanted, at + 1)


def _cuts_a_figure(text: str, at: int) -> bool:
    before, after = text[max(at - 1, 0) : at], text[at : at + 1]
    return bool(before and after) and all(char.isdigit() or char == "." for char in (before, after))


def _windows(text: str) -> Iterator[list[str]]:
    """Tokens of pieces of a text, spread over it: pairs of neighbouring characters, and figures and words in other letters."""
    pieces: list[list[str]] = []
    for found in _RUN.finditer(normalise(text)):
        run = found.group()
        if not "\u3400" <= run[0] <= "\u9fff":
            pieces.append([run])
            continue
        for at in range(0, max(len(run) - WINDOW_CHARS, 0) + 1, WINDOW_STEP):
            pairs = [t for t in characters(run[at : at + WINDOW_CHARS]) if len(t) > 2]
            if pairs:
                pieces.append(pairs)
    yield from pieces[:: max(1, -(-len(pieces) // MAX_WINDOWS))]


def _align(
    parsed: Parsed, whole: Comparable, region: tuple[int, int], draft: str, wanted: Comparable
) -> Found | None:
    """The slice of a region of a document that is most like what is looked for; None if nothing is shared."""
    text = whole.text[slice(*region)]
    matcher = SequenceMatcher(None, text, wanted.text, autojunk=False)
    blocks = [b for b in matcher.get_matching_blocks() if b.size >= MIN_BLOCK]
    if not blocks:
        return None
    longest = max(range(len(blocks)), key=lambda at: blocks[at].size)
    first = last = longest
    while first and blocks[first].a - blocks[first - 1].a - blocks[first - 1].size <= MAX_GAP:
        first -= 1
    while (
        last + 1 < len(blocks)
        and blocks[last + 1].a - blocks[last].a - blocks[last].size <= MAX_GAP
    ):
        last += 1
    kept = blocks[first : last + 1]
    low = max(kept[0].a - kept[0].b, 0)
    high = min(kept[-1].a + len(wanted.text) - kept[-1].b, len(text))
    shared = sum(block.size for block in kept)
    start, end = whole.span(region[0] + low, region[0] + high)
    source = parsed.document.text
    shown = [(b.a, b.b, b.size) for b in kept]
    differences = tuple(
        (_words(draft, wanted, b0, b1), _words(source, whole, region[0] + a0, region[0] + a1))
        for (a0, b0), (a1, b1) in (
            _whole_figures(gap, text, wanted.text)
            for gap in _gaps(shown, low, high, len(wanted.text))
        )
    )
    return Found(parsed, start, end, shared / len(wanted.text), differences)


def _gaps(
    blocks: Sequence[tuple[int, int, int]], low: int, high: int, length: int
) -> Iterator[Gap]:
    """Where source and draft differ: between the blocks, before the first and behind the last."""
    edges = [(low, 0, 0), *blocks, (high, length, 0)]
    for (a, b, size), (next_a, next_b, _) in pairwise(edges):
        if a + size < next_a or b + size < next_b:
            yield (a + size, b + size), (next_a, next_b)


Gap = tuple[tuple[int, int], tuple[int, int]]


def _whole_figures(gap: Gap, source: str, draft: str) -> Gap:
    """A difference with the rest of the figures that it cuts: 900 and 800, not 9 and 8."""
    (a0, b0), (a1, b1) = gap
    while (
        a0
        and b0
        and _is_digit(source[a0 - 1])
        and source[a0 - 1] == draft[b0 - 1]
        and (_is_digit(source[a0 : a0 + 1]) or _is_digit(draft[b0 : b0 + 1]))
    ):
        a0, b0 = a0 - 1, b0 - 1
    while (
        _is_digit(source[a1 : a1 + 1])
        and source[a1 : a1 + 1] == draft[b1 : b1 + 1]
        and (_is_digit(source[a1 - 1 : a1]) or _is_digit(draft[b1 - 1 : b1]))
    ):
        a1, b1 = a1 + 1, b1 + 1
    return (a0, b0), (a1, b1)


def _is_digit(char: str) -> bool:
    return bool(char) and (char.isdigit() or char == ".")


def _words(text: str, compared: Comparable, first: int, last: int) -> str:
    """The words of a text that some of its compared characters came from."""
    if first >= last:
        return ""
    start, end = compared.span(first, last)
    return text[start:end]
