"""Text → tokens for the lexical leg: jieba words, characters and character bigrams in one field.

jieba alone breaks domain terms (盾构机主轴承) and meets none of them in a question that breaks them
otherwise; characters alone know no words. Together they are as good as the better one on every
public set (see ARCHITECTURE.md). Words
that jieba's own dictionary lacks are mined from the corpus when the index is built and kept in the
index version, so that questions are cut as the passages were.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from bearing_qa.index.numerals import figure_tokens
from bearing_qa.index.variants import simplify

MIN_TERM_COUNT = 3
"""A new word occurs at least this often in the corpus."""
MAX_TERM_CHARS = 8
MIN_COHESION = 3.0
"""Least pointwise mutual information (nats) between the parts of a new word, at its weakest joint."""
MIN_FREEDOM = 0.6
"""Least entropy (nats) of the characters beside a new word, on its poorer side."""

_CHINESE = r"\u3400-\u9fff\U00020000-\U0002fa1f"
_BLANK_IN_TEXT = re.compile(rf"(?<=[{_CHINESE}％%])\s+|\s+(?=[{_CHINESE}％%])")
_RUN = re.compile(rf"[{_CHINESE}]+|[a-z0-9]+(?:[.\-][a-z0-9]+)*")
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]+")
_NAME_TAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})
"""jieba's tags of names: people, places, bodies, others."""
MIN_NAME_COUNT = 20
"""Names that jieba's dictionary counted less often are too often no names at all."""
_FUNCTION_CHARS = frozenset(
    "的了是在和与及或对从为以等并将把被让由于也都而其这那之所中上下个有更要能可会不"
)


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, lower case, simplified characters, years in figures, no blanks
    beside Chinese characters."""
    return simplify(_BLANK_IN_TEXT.sub("", unicodedata.normalize("NFKC", text).lower()))


class Segmenter:
    """Cuts text into tokens. ``terms`` are words added to jieba's dictionary, in order.

    jieba's dictionary is parsed at the first use (about a second); no cache file is written.
    """

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self.terms = tuple(terms)

    @cached_property
    def _jieba(self) -> Any:
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True  # without jieba's own cache file in a shared folder
        for term in self.terms:
            tokenizer.add_word(term)
        return tokenizer

    def words(self, text: str) -> list[str]:
        """Words and numbers of a text in order, without punctuation; long words whole."""
        return self._cut(normalise(text), for_search=False)

    def tokens(self, text: str) -> list[str]:
        """Tokens for BM25: jieba's search-mode words, numbers, characters and their bigrams, and
        figures however they are written."""
        text = normalise(text)
        return self._cut(text, for_search=True) + characters(text) + figure_tokens(text)

    def _cut(self, text: str, *, for_search: bool) -> list[str]:
        cut = self._jieba.cut_for_search if for_search else self._jieba.cut
        found: list[str] = []
        for run in _RUN.findall(text):
            if _CHINESE_RUN.match(run):
                found.extend(cut(run, HMM=False))
            else:
                found.append(run)
        return found

    def proper_nouns(self, text: str) -> list[str]:
        """Names of places, people and bodies in a text, by jieba's dictionary."""
        return [
            word
            for word in self.words(text)
            if word in self._names and self._jieba.FREQ.get(word, 0) >= MIN_NAME_COUNT
        ]

    @cached_property
    def _names(self) -> set[str]:
        """Names of two characters or more in jieba's dictionary."""
        names = set()
        with self._jieba.get_dict_file() as stream:
            for line in stream:
                word, _, tag = line.decode("utf-8").split()[:3]
                if tag in _NAME_TAGS and len(word) > 1:
                    names.add(word)
        return names

    def knows(self, word: str) -> bool:
        """Whether a word is in jieba's dictionary or among the terms."""
        return bool(self._jieba.FREQ.get(word))


def characters(text: str) -> list[str]:
    """Characters and character bigrams of each Chinese run, marked so that they are no words."""
    return [
        f"{run[at : at + width]}\u2009"
        for run in _CHINESE_RUN.findall(text)
        for width in (1, 2)
        for at in range(len(run) - width + 1)
    ]


def mine_terms(texts: Iterable[str]) -> list[str]:
    """Domain terms of a corpus that jieba does not know: cohesive, free-standing word sequences.

    Candidates are runs of jieba words; kept are those that occur often, whose parts hold together
    (pointwise mutual information at the weakest joint) and whose neighbours vary (entropy on
    both sides). Both measures: Sproat & Shih 1990; Huang & Powers 2003. Sorted; deterministic.
    """
    plain = Segmenter()
    counts: Counter[str] = Counter()
    left: dict[str, Counter[str]] = {}
    right: dict[str, Counter[str]] = {}
    total = 0
    parts: dict[str, tuple[str, ...]] = {}
    for text in texts:
        for run in _CHINESE_RUN.findall(normalise(text)):
            words = plain.words(run)
            total += len(words)
            for at in range(len(words)):
                for stop in range(at + 1, min(at + 5, len(words) + 1)):
                    term = "".join(words[at:stop])
                    if len(term) > MAX_TERM_CHARS:
                        break
                    counts[term] += 1
                    if stop - at > 1:
                        parts.setdefault(term, tuple(words[at:stop]))
                        before = words[at - 1] if at else f"^{counts[term]}"
                        after = words[stop] if stop < len(words) else f"${counts[term]}"
                        left.setdefault(term, Counter())[before] += 1
                        right.setdefault(term, Counter())[after] += 1
    return sorted(
        term
        for term, words in parts.items()
        if counts[term] >= MIN_TERM_COUNT
        and not plain.knows(term)
        and term[0] not in _FUNCTION_CHARS
        and term[-1] not in _FUNCTION_CHARS
        and _cohesion(term, words, counts, total) >= MIN_COHESION
        and min(_entropy(left[term]), _entropy(right[term])) >= MIN_FREEDOM
    )


def _cohesion(term: str, words: tuple[str, ...], counts: Counter[str], total: int) -> float:
    joints = (("".join(words[:at]), "".join(words[at:])) for at in range(1, len(words)))
    return min(math.log(counts[term] * total / (counts[a] * counts[b])) for a, b in joints)


def _entropy(neighbours: Counter[str]) -> float:
    total = sum(neighbours.values())
    return -sum(n / total * math.log(n / total) for n in neighbours.values())
