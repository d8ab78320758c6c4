"""Words that jieba's dictionary lacks, mined from the corpus: cohesive, free-standing word sequences.

Kept are those that occur often, whose parts hold together (pointwise mutual information at the weakest
joint) and whose neighbours vary (entropy on both sides). Both measures: Sproat & Shih 1990; Huang &
Powers 2003.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from bearing_qa.language.segment import Segmenter

MIN_TERM_COUNT = 3
"""A new word occurs at least this often in the corpus."""
MAX_TERM_CHARS = 8
MAX_TERM_WORDS = 4
"""A new word is made of so many of jieba's at most."""
MIN_COHESION = 3.0
"""Least pointwise mutual information (nats) between the parts of a new word, at its weakest joint."""
MIN_FREEDOM = 0.6
"""Least entropy (nats) of the characters beside a new word, on its poorer side."""
_FUNCTION_CHARS = frozenset(
    "的了是在和与及或对从为以等并将把被让由于也都而其这那之所中上下个有更要能可会不"
)

Runs = Sequence[Sequence[str]]
"""The words of each Chinese run of a document, as ``Segmenter().runs`` cuts it."""


def mine_terms(documents: Sequence[Runs]) -> list[str]:
    """Terms of a corpus, given how jieba alone cuts each document. Sorted; deterministic."""
    plain = Segmenter()
    counts = Counter(
        "".join(run[at:stop]) for runs in documents for run in runs for at, stop in _spans(run)
    )
    total = sum(len(run) for runs in documents for run in runs)
    often = {
        term
        for term, count in counts.items()
        if count >= MIN_TERM_COUNT
        and len(term) > 1
        and not plain.knows(term)
        and term[0] not in _FUNCTION_CHARS
        and term[-1] not in _FUNCTION_CHARS
    }
    parts: dict[str, Sequence[str]] = {}
    beside: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for runs in documents:
        for run in runs:
            for at, stop in _spans(run):
                term = "".join(run[at:stop]) if stop - at > 1 else ""
                if term not in often:
                    continue
                if term not in parts:
                    parts[term], beside[term] = run[at:stop], (Counter(), Counter())
                left, right = beside[term]
                left[run[at - 1] if at else f"^{left.total()}"] += 1
                right[run[stop] if stop < len(run) else f"${right.total()}"] += 1
    return sorted(
        term
        for term, words in parts.items()
        if _cohesion(term, words, counts, total) >= MIN_COHESION
        and min(map(_entropy, beside[term])) >= MIN_FREEDOM
    )


def _spans(run: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Sequences of words of a run that are short enough for a term, single words too."""
    for at in range(len(run)):
        chars = 0
        for stop in range(at + 1, min(at + MAX_TERM_WORDS, len(run)) + 1):
            chars += len(run[stop - 1])
            if chars > MAX_TERM_CHARS:
                break
            yield at, stop


def _cohesion(term: str, words: Sequence[str], counts: Counter[str], total: int) -> float:
    joints = (("".join(words[:at]), "".join(words[at:])) for at in range(1, len(words)))
    return min(math.log(counts[term] * total / (counts[a] * counts[b])) for a, b in joints)


def _entropy(neighbours: Counter[str]) -> float:
    total = sum(neighbours.values())
    return -sum(n / total * math.log(n / total) for n in neighbours.values())
