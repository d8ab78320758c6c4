"""A question and a passage → the tokens that the reader reads; training and asking use the same.

``question </s> title and heading path </s> passage``. Of a passage that is too long the longest units are cut to one
length, so that something of every unit is seen. Beside each token stands its *kind*: the part that it belongs to, and
whether the other side has its words too (exact match, a feature of the document reader of Chen et al. 2017).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bearing_qa.encoders.word_pieces import Cutter

MAX_QUESTION = 48
MAX_TITLE = 24
MAX_PATH = 28
MAX_PASSAGE = 160
"""Tokens of each part; nine in ten passages have no more."""
MAX_OUTLINE = 112
"""Tokens of a list or a digest, whose units say what they are about in their first words."""
BEGIN, END = 0, 2
"""Ids of ``<s>`` and ``</s>``."""
NO_WORD, OTHER, SHARED_CHARACTER, SHARED_WORD, OTHER_NUMBER, NAMED_ABOVE = range(6)
"""Levels of a match: no word (a sign, an end); nothing shared; one character; two in a row, a whole number or Latin word; a
number that the other side lacks; words that only the title or the path has."""
ASKED, ABOVE, READ = 0, 6, 12
"""What is added to the level for the question, for title and path, for the passage."""
KINDS = 18
_SYMBOL = re.compile(r"\d+(?:[.．]\d+)?|[A-Za-z]+|[^\W_]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is read: ``ids``, of which the question's are ``[1, asked)`` and the passage's begin at ``begins``; of token i
    of the passage ``unit[i]`` is its unit's number and ``span[i]`` its characters in that unit. ``kinds`` has a number
    below ``KINDS`` for each of ``ids``."""

    ids: list[int]
    kinds: list[int]
    asked: int
    begins: int
    unit: list[int]
    span: list[tuple[int, int]]


def tokens_of(
    tokenizer: Cutter,
    *,
    question: str,
    title: str,
    path: str,
    units: Sequence[str],
    most: int = MAX_PASSAGE,
) -> Tokens:
    """The tokens of a question with a passage given by its units' texts, in order; ``most`` of the passage.

    ``tokenizer`` does not pad. Longer parts are cut: the question and the title at their end, the
    path at its beginning.
    """
    encode = tokenizer.encode
    sides = Words(question), Words(f"{title}\n{path}"), Words("\n".join(units))
    asked, named, above = (
        encode(text, add_special_tokens=False) for text in (question, title, path)
    )
    levels = _levels(question, asked.offsets, sides[2], above=sides[1])[:MAX_QUESTION]
    ids = [BEGIN, *asked.ids[:MAX_QUESTION], END, END]
    kinds = [NO_WORD, *(ASKED + level for level in levels), NO_WORD, NO_WORD]
    for item, text, kept in (
        (named, title, slice(0, MAX_TITLE)),
        (above, path, slice(-MAX_PATH, None)),
    ):
        ids += item.ids[kept]
        kinds += [ABOVE + level for level in _levels(text, item.offsets, sides[0])[kept]]
    ids.append(END)
    kinds.append(NO_WORD)
    begins = len(ids)
    read = [encode(text, add_special_tokens=False) for text in units]
    room = room_of_units([len(item.ids) for item in read], most)
    unit: list[int] = []
    span: list[tuple[int, int]] = []
    for number, (text, item, size) in enumerate(zip(units, read, room, strict=True)):
        ids += item.ids[:size]
        span += item.offsets[:size]
        unit += [number] * min(size, len(item.ids))
        kinds += [READ + level for level in _levels(text, item.offsets[:size], sides[0])]
    del ids[begins + most :], kinds[begins + most :], unit[most:], span[most:]
    return Tokens([*ids, END], [*kinds, NO_WORD], 1 + len(levels), begins, unit, span)


class Words:
    """The characters, numbers and Latin words of a text, and the pairs of neighbours, for comparison."""

    def __init__(self, text: str) -> None:
        found = list(_symbols(text))
        self.single = {symbol for _, _, symbol in found}
        self.pairs = {
            (first[2], second[2]) for first, second in pairwise(found) if first[1] == second[0]
        }


def _symbols(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _SYMBOL.finditer(text):
        yield match.start(), match.end(), unicodedata.normalize("NFKC", match[0]).casefold()


def _levels(
    text: str, offsets: Sequence[tuple[int, int]], other: Words, above: Words | None = None
) -> list[int]:
    """The level of each token, given by its characters in ``text``: the strongest of its symbols."""
    level = [NO_WORD] * (len(text) + 1)
    found = list(_symbols(text))
    for at, (start, end, _) in enumerate(found):
        own = _level(found, at, other)
        if own < SHARED_WORD or own == OTHER_NUMBER:
            own = NAMED_ABOVE if above and _level(found, at, above) == SHARED_WORD else own
        level[start:end] = [own] * (end - start)
    return [max(level[start:end], default=NO_WORD) for start, end in offsets]


def _level(found: list[tuple[int, int, str]], at: int, other: Words) -> int:
    start, end, symbol = found[at]
    if symbol not in other.single:
        return OTHER_NUMBER if symbol[0].isdigit() else OTHER
    if end - start > 1 or symbol[0].isdigit():
        return SHARED_WORD
    before = found[at - 1][2] if at and found[at - 1][1] == start else ""
    after = found[at + 1][2] if at + 1 < len(found) and found[at + 1][0] == end else ""
    is_pair = (before, symbol) in other.pairs or (symbol, after) in other.pairs
    return SHARED_WORD if is_pair else SHARED_CHARACTER


def room_of_units(lengths: Sequence[int], most: int) -> list[int]:
    """How many tokens of each unit are read: all of them if they fit, else the longest are cut to one length."""
    room = next(
        (
            size
            for size in range(most, 0, -1)
            if sum(min(length, size) for length in lengths) <= most
        ),
        1,
    )
    return [min(length, room) for length in lengths]
