"""English words → Chinese words of the corpus, by the glosses of CC-CEDICT.

It is read at the first English question: only its entries that the corpus has are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from bearing_qa.language.cedict import entries
from bearing_qa.language.synonyms import Synonyms
from bearing_qa.language.units import UNITS
from bearing_qa.language.vocabulary import Vocabulary

MAX_CHINESE = 5
"""Chinese words taken for an English one: those that fit best and are common in the corpus."""
KIN_MARK = "~"
MAX_GLOSS_WORDS = 4
"""A longer gloss explains more than it translates."""
MAX_PHRASE_WORDS = 3
LOOSE_FIT = 0.4
"""What a gloss of two words is worth that has the word as one; the whole gloss is worth 1."""
KIN_FIT = 0.5
"""What a gloss is worth that only begins like the word: monopolise for monopoly."""
KIN_CHARS = 7
"""Words of which so many first letters are the same are kin; fewer, and internal is international."""
CHARACTER_FIT = 0.5
"""What a unit of one character (天 for day) is worth: it is in many words. Others are no words."""

_ASIDE = re.compile(r"\([^)]*\)")
_NO_GLOSS = re.compile(
    r"^(?:CL:|variant of|old variant|surname |see |abbr\. for|also written|used in)"
)
_LEAD = re.compile(r"^(?:to be|to|a|an|the) ")
_WORD = re.compile(r"[a-z]+")
# An inflected word and what it may come from, the likeliest first.
_ENDINGS = (
    ("ies", "y"), ("es", "e"), ("es", ""), ("s", ""), ("iest", "y"), ("est", ""), ("est", "e"), ("ier", "y"),
    ("er", ""), ("er", "e"), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""),
)  # fmt: skip
MIN_STEM = 2

Chinese = tuple[str, float]
"""A Chinese word and how well it fits, up to 1."""


class English:
    """Translates English words into words that an index has."""

    def __init__(self, lexical: Vocabulary, synonyms: Synonyms) -> None:
        self._lexical, self._synonyms = lexical, synonyms

    @cached_property
    def _glosses(self) -> dict[str, dict[str, float]]:
        """English words and whole glosses → Chinese words with their fit."""
        found: dict[str, dict[str, float]] = {}
        for entry in entries():
            chinese = entry.word
            glosses = [gloss for gloss in entry.glosses if not _NO_GLOSS.match(gloss)]
            known = [word for word in (chinese, *self._synonyms.expand(chinese)) if self._has(word)]
            for gloss in glosses if known else []:
                for key, fit in _keys(_words_of(gloss)).items():
                    if len(chinese) > 1 or (fit == 1.0 and chinese in UNITS):
                        fits = found.setdefault(key, {})
                        for word in known:
                            worth = fit if len(word) > 1 else CHARACTER_FIT
                            fits[word] = max(worth, fits.get(word, 0.0))
        return found

    def _has(self, word: str) -> bool:
        """Whether the corpus has a word as one token."""
        return self._lexical.knows(word)

    def translate(self, word: str) -> tuple[Chinese, ...]:
        """Chinese words for an English word or phrase, best first; none if nothing is known."""
        found: dict[str, float] = {}
        for form in forms(word):
            for chinese, fit in self._glosses.get(form, {}).items():
                found[chinese] = max(fit, found.get(chinese, 0.0))
        if " " not in word:
            for chinese, fit in self._glosses.get(word[:KIN_CHARS] + KIN_MARK, {}).items():
                found.setdefault(chinese, KIN_FIT * fit)
        worth = {
            chinese: fit * math.log(2 + self._lexical.document_frequency(chinese))
            for chinese, fit in found.items()
        }
        order = sorted(found.items(), key=lambda item: (-worth[item[0]], item[0]))
        return tuple(order[:MAX_CHINESE])

    def phrases(self, words: Sequence[str]) -> Iterator[tuple[str, tuple[Chinese, ...]]]:
        """Words in order with their translations; words that are one gloss together stay together."""
        at = 0
        while at < len(words):
            for size in range(min(MAX_PHRASE_WORDS, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + size])
                known = self.translate(phrase)
                if known or size == 1:
                    yield phrase, known
                    at += size
                    break


def forms(word: str) -> list[str]:
    """A word or phrase and what its last word may be an inflection of."""
    stems = [
        word.removesuffix(ending) + rest
        for ending, rest in _ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM
    ]
    doubled = [stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]]
    return [word, f"{word}s", *stems, *doubled]


def _keys(words: Sequence[str]) -> dict[str, float]:
    """What a gloss is found by: all of it, its words, and how its words begin, each with its fit."""
    if not words or len(words) > MAX_GLOSS_WORDS:
        return {}
    fit = 1.0 if len(words) == 1 else LOOSE_FIT * 2 / len(words)
    kin = {word[:KIN_CHARS] + KIN_MARK: fit for word in words if len(word) >= KIN_CHARS}
    return kin | dict.fromkeys(words, fit) | {" ".join(words): 1.0}


def _words_of(gloss: str) -> list[str]:
    return _WORD.findall(_LEAD.sub("", _ASIDE.sub("", gloss.lower()).strip()))
