"""The first passages in a new order: what agrees with the question comes first.

A passage agrees when one of its sentences (or its row, with the column heads) holds the kind of thing
that is asked (a figure of the unit, a date, a person …), and when it bears the years that are named. What
is wanting costs the fused score some deviations; a passage that agrees keeps its score. Likeness of
sentences and of single tokens (MaxSim) was tried beside it and did not help (see ARCHITECTURE.md).

A reranker (``--reranker``, off by default) reads the question and each of these passages together. Its
scores are logits of no known scale, so they are standardised over the passages looked at, as the legs are
over all rows, and added with a weight.
"""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.index.encoder import Reranker
from bearing_qa.index.protocol import Index
from bearing_qa.index.texts import indexed_text
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.fusion import standardise
from bearing_qa.search.question import Question
from bearing_qa.types import Hit

RERANK_DEPTH = 20
"""Passages that are looked at; the right one is hardly ever further down."""
FITS_WEIGHT = 1.0
BEARS_WEIGHT = 1.0
"""What agreement is worth in deviations of the fused score: between 0.5 and 1.5 all values gave the
same on the public sets, within a question or two."""
RERANKER_WEIGHT = 1.0
"""What a deviation of the reranker's score is worth in deviations of the fused score: over twenty
passages both spread alike, so at 1 the model says about as much as all the rest. No trained model was
at hand to tune it on."""


def rerank(hits: Sequence[Hit], candidates: Sequence[Candidate]) -> list[Hit]:
    """Hits by score and agreement, scores falling; those beyond RERANK_DEPTH, and equal ones, as they were.

    ``candidates`` are sentences of the first RERANK_DEPTH hits; a hit without any has no agreement,
    nor has one that is not looked at.
    """
    agreement: dict[int, float] = {}
    for candidate in candidates:
        value = FITS_WEIGHT * candidate.fits + BEARS_WEIGHT * candidate.bears
        row = candidate.hit.row
        agreement[row] = max(agreement.get(row, 0.0), value)
    whole = FITS_WEIGHT + BEARS_WEIGHT
    scored = [Hit(hit.row, hit.score - whole + agreement.get(hit.row, 0.0)) for hit in hits]
    looked_at = sorted(scored[:RERANK_DEPTH], key=lambda hit: -hit.score)
    return [*looked_at, *scored[RERANK_DEPTH:]]


def rerank_by_model(
    index: Index, question: Question, hits: Sequence[Hit], reranker: Reranker
) -> list[Hit]:
    """The first RERANK_DEPTH hits by their score and the reranker's, equal ones by row; the others behind.

    score + RERANKER_WEIGHT · (z - max z), z being the reranker's standardised scores: what the model
    likes best keeps its score. Those not looked at lose as much as what it likes least, so that scores fall.
    """
    if not hits:
        return []
    seen, others = hits[:RERANK_DEPTH], hits[RERANK_DEPTH:]
    texts = []
    for hit in seen:
        passage = index.catalogue.passage(hit.row)
        parsed = index.catalogue.parsed(passage.doc_id)
        texts.append(indexed_text(parsed.document.text if parsed else "", passage))
    z = RERANKER_WEIGHT * standardise(reranker.scores(question.text, texts))
    lost = [float(value) for value in z - z.max()]
    scored = [Hit(hit.row, hit.score + loss) for hit, loss in zip(seen, lost, strict=True)]
    ordered = sorted(scored, key=lambda hit: (-hit.score, hit.row))
    return [*ordered, *(Hit(hit.row, hit.score + min(lost)) for hit in others)]
