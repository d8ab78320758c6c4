"""The first passages in a new order: what agrees with the question comes first.

A passage agrees when one of its sentences (or its row, with the column heads) holds the kind of thing
that is asked (a figure of the unit, a date, a person …), and when it bears the years that are named. What
is wanting costs the fused score some deviations; a passage that agrees keeps its score. Likeness of
sentences and of single tokens (MaxSim) was tried beside it and did not help (see ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.search.candidates import Candidate
from bearing_qa.types import Hit

RERANK_DEPTH = 20
"""Passages that are looked at; the right one is hardly ever further down."""
FITS_WEIGHT = 1.0
BEARS_WEIGHT = 1.0
"""What agreement is worth in deviations of the fused score: between 0.5 and 1.5 all values gave the
same on the public sets, within a question or two."""


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
