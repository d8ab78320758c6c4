"""Question → passages, best first: BM25 and vectors over every row, fused."""

from __future__ import annotations

from dataclasses import dataclass

from bearing_qa.index.encoder import Vectors
from bearing_qa.index.store import Index
from bearing_qa.search.fusion import Scores, best, fuse
from bearing_qa.search.question import Question
from bearing_qa.types import Hit

DENSE_WEIGHT = 1.0
LEXICAL_WEIGHT = 0.5
"""Weights of the standardised legs, chosen on the public sets (see ARCHITECTURE.md)."""


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts of retrieval take part: all of them, but when a part's worth is measured.

    ``rerank`` is what comes after fusion: an outline's answer puts its passages first.
    """

    lexical: bool = True
    dense: bool = True
    rerank: bool = True


ALL_STAGES = Stages()


def score(
    index: Index, question: Question, *, vector: Vectors, stages: Stages = ALL_STAGES
) -> Scores:
    """Fused score of every row, shape (rows,), for a question and its vector of shape (dimension,).

    A question without any word of the corpus (another language) is ranked by vectors alone.
    """
    legs = [(DENSE_WEIGHT, index.dense.scores(vector))] if stages.dense else []
    lexical = index.lexical.scores(question.tokens, added=question.added)
    if stages.lexical and (lexical.any() or not legs):
        legs.append((LEXICAL_WEIGHT, lexical))
    return fuse(legs)


def search(
    index: Index, question: Question, *, vector: Vectors, top_k: int, stages: Stages = ALL_STAGES
) -> list[Hit]:
    """The ``top_k`` best passages for a question and its vector of shape (dimension,)."""
    return best(score(index, question, vector=vector, stages=stages), top_k=top_k)
