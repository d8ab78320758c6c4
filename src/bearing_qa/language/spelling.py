"""Slips of the pen and of the pinyin keyboard: what a question's unknown words are meant to be.

A correction is a word of the corpus that sounds the same without tones and has a character in the same
place (轴乘 for 轴承), or, from three characters on, has one character changed, missing, added or swapped.
It is given only where one word is clearly the commonest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property

from bearing_qa.language.segment import Segmenter, characters
from bearing_qa.language.vocabulary import Vocabulary

MAX_CHARS = 8
MIN_EDITED_CHARS = 3
"""One wrong character in two leaves too little to go by, unless the sound is right."""
CLEARLY = 3
"""A correction is taken if so many times as many rows have it as the next one."""
_WORD = re.compile(r"[\u3400-\u9fff]{2,}")


@cache
def _sound(char: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(char))


def sound(word: str) -> str:
    """Toneless pinyin, character by character: 轴承 and 轴乘 are both ``zhou cheng``."""
    return " ".join(map(_sound, word))


class Spelling:
    """Words of an index by how they sound and look."""

    def __init__(self, lexical: Vocabulary, segmenter: Segmenter) -> None:
        self._lexical, self._segmenter = lexical, segmenter

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        return _grouped((sound(word), word) for word in self._vocabulary)

    @cached_property
    def _by_shape(self) -> dict[str, list[str]]:
        long = (word for word in self._vocabulary if len(word) >= MIN_EDITED_CHARS)
        return _grouped((shape, word) for word in long for shape in _shapes(word))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return [token for token in self._lexical.tokens() if _WORD.fullmatch(token)]

    def corrections(
        self, words: Sequence[str], *, apart: frozenset[str]
    ) -> Iterator[tuple[str, str]]:
        """Runs of a question's cut words that the corpus lacks, each with what is meant, in order.

        A wrong word is cut into pieces, so runs of single characters and of unknown words are looked at.
        ``apart`` are words that no run holds.
        """
        at = 0
        while at < len(words):
            for stop in range(min(len(words), at + MAX_CHARS), at, -1):
                run = words[at:stop]
                meant = self._meant(run) if not apart.intersection(run) else ""
                if meant:
                    yield "".join(run), meant
                    at = stop - 1
                    break
            at += 1

    def _meant(self, run: Sequence[str]) -> str:
        """The word of the corpus that a run of words is meant to be, empty if none is clear."""
        text = "".join(run)
        if not _WORD.fullmatch(text) or len(text) > MAX_CHARS or self._is_known(text):
            return ""
        odd = [len(word) == 1 or not self._is_word(word) for word in run]
        if not (all(odd) if len(text) < MIN_EDITED_CHARS else any(odd)):
            return ""
        found = [word for word in self._by_sound.get(sound(text), []) if _shares(word, text)]
        if not found and len(text) >= MIN_EDITED_CHARS and all(odd):
            found = [word for shape in _shapes(text) for word in self._by_shape.get(shape, [])]
        frequency = self._lexical.document_frequency
        order = sorted(set(found), key=lambda word: (-frequency(word), word))
        if len(order) > 1 and frequency(order[0]) < CLEARLY * frequency(order[1]):
            return ""
        return order[0] if order else ""

    def _is_word(self, word: str) -> bool:
        """Whether a word of the corpus or of the language: the corpus may just not speak of it."""
        return self._lexical.knows(word) or self._segmenter.knows(word)

    def _is_known(self, text: str) -> bool:
        """Whether the corpus has all pairs of characters of a text."""
        pairs = [token for token in characters(text) if len(token) == 3]
        return all(map(self._lexical.knows, pairs))


def _grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, word in pairs:
        groups.setdefault(key, []).append(word)
    return groups


def _shares(word: str, text: str) -> bool:
    """Whether two words of one length have a character in the same place: one slip, not all of it."""
    return any(one == other for one, other in zip(word, text, strict=True))


def _shapes(word: str) -> list[str]:
    """Keys that two words share if one character is changed, missing or added, or two are swapped."""
    gaps = [f"{word[:at]}?{word[at + 1 :]}" for at in range(len(word))]
    added = [f"{word[:at]}?{word[at:]}" for at in range(len(word) + 1)]
    swapped = [
        f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)
    ]
    return list(dict.fromkeys([word, *gaps, *added, *swapped]))
