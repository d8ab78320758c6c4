"""A question and a passage → the tokens that the reader reads; training and asking use the same.

``question </s> title and heading path </s> passage``. Of a passage that is too long the longest units are cut to one
length, so that something of every unit is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_QUESTION = 48
MAX_TITLE = 24
MAX_PATH = 28
MAX_PASSAGE = 160
"""Tokens of each part; nine in ten passages have no more."""
MAX_OUTLINE = 112
"""Tokens of a list or a digest, whose units say what they are about in their first words."""
MIN_UNIT = 6
"""Tokens of a unit that are read at least, however many units there are."""
BEGIN, END = 0, 2
"""Ids of ``<s>`` and ``</s>``."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is read: ``ids``, of which the question's are ``[1, asked)`` and the passage's begin at ``begins``; of token i
    of the passage ``unit[i]`` is its unit's number and ``span[i]`` its characters in that unit."""

    ids: list[int]
    asked: int
    begins: int
    unit: list[int]
    span: list[tuple[int, int]]


def tokens_of(
    tokenizer: Tokenizer,
    *,
    question: str,
    title: str,
    path: str,
    units: Sequence[str],
    most: int = MAX_PASSAGE,
) -> Tokens:
    """The tokens of a question with a passage given by its units' texts, in order; ``most`` of the passage.

    ``tokenizer`` neither pads nor truncates. Longer parts are cut: the question and the title at their end, the
    path at its beginning.
    """
    encode = tokenizer.encode
    asked = encode(question, add_special_tokens=False).ids[:MAX_QUESTION]
    named = encode(title, add_special_tokens=False).ids[:MAX_TITLE]
    above = encode(path, add_special_tokens=False).ids[-MAX_PATH:] if path else []
    ids = [BEGIN, *asked, END, END, *named, *above, END]
    begins = len(ids)
    read = [encode(text, add_special_tokens=False) for text in units]
    room = room_of_units([len(item.ids) for item in read], most)
    unit: list[int] = []
    span: list[tuple[int, int]] = []
    for number, (item, size) in enumerate(zip(read, room, strict=True)):
        ids += item.ids[:size]
        span += item.offsets[:size]
        unit += [number] * min(size, len(item.ids))
    del ids[begins + most :], unit[most:], span[most:]
    return Tokens([*ids, END], 1 + len(asked), begins, unit, span)


def room_of_units(lengths: Sequence[int], most: int) -> list[int]:
    """How many tokens of each unit are read: all of them if they fit, else the longest are cut to one length."""
    if sum(lengths) <= most:
        return list(lengths)
    room = next(
        (
            size
            for size in range(most, MIN_UNIT, -1)
            if sum(min(length, size) for length in lengths) <= most
        ),
        MIN_UNIT,
    )
    return [min(length, room) for length in lengths]
