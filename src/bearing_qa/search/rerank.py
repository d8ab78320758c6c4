"""A reranker of the user's own (``--reranker``, off by default) → the first passages in its order.

Its scores are logits of no known scale, so they are standardised over the passages looked at, as the legs are
over all rows, and added with a weight. The packaged reader then reads what comes first.
"""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.encoders.encoder import Reranker
from bearing_qa.search.fusion import standardise
from bearing_qa.search.question import Question
from bearing_qa.store.indexed_text import indexed_text
from bearing_qa.store.protocol import Index
from bearing_qa.types import Hit

RERANK_DEPTH = 20
"""Passages that are looked at, whatever the caller asks for: an answer does not depend on how many are shown. The right
one is hardly ever further down."""
RERANKER_WEIGHT = 1.0
"""What a deviation of the reranker's score is worth in deviations of the fused score: over twenty
passages both spread alike, so at 1 the model says about as much as all the rest. No trained model was
at hand to tune it on."""


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
