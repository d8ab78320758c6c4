"""Checks of a new version before it serves."""

from __future__ import annotations

import random

import numpy as np

from bearing_qa.encoders.encoder import Encoder
from bearing_qa.errors import StoreError
from bearing_qa.store import disk
from bearing_qa.store.arrays import Vectors, blocks
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.indexed_text import indexed_text
from bearing_qa.types import Passage

ROW_CHECKS = 3
"""Rows whose vectors are made again to see that FAISS and the catalogue agree."""
SELF_TEST_PROBES = 20
SELF_TEST_CHARS = 12
"""Random substrings of this length are looked up in the new lexical index."""
SELF_TEST_NEAR = 0.5
"""Share of the best score that a probe's own row has to reach: text that repeats ranks anywhere."""
SELF_TEST_TOP = 10
SELF_TEST_SHARE = 0.9


def verify_build(built: disk.Index, *, encoder: Encoder) -> None:
    """Raises StoreError unless the new version's files, rows and lexical leg are as they must be."""
    disk.check_rows(built)
    chance = random.Random(0)
    check_vectors(built, encoder=encoder, chance=chance)
    self_test(built, chance=chance)


def check_vectors(built: disk.Index, *, encoder: Encoder, chance: random.Random) -> None:
    """Encodes some passages again; raises StoreError unless their rows' vectors are theirs."""
    rows = sorted(chance.sample(range(built.size), min(ROW_CHECKS, built.size)))
    vectors = built.dense.vectors()
    texts = [indexed_text(*_at(built, row)) for row in rows]
    again = encoder.encode_passages(texts)
    sound = all(np.isfinite(part).all() for _, part in blocks(vectors))
    if not all(_finds(built.dense, vector) for vector in again):
        raise _failed("a passage is not found by its own vector")
    if not sound or any(float(again[at] @ vectors[row]) < 0.99 for at, row in enumerate(rows)):
        raise _failed("a row's vector is not its passage's")


def _finds(dense: DenseIndex, vector: Vectors) -> bool:
    """Whether the graph leads from a row's vector to it, or to one that is as near."""
    return dense.is_flat or dense.scores_of(vector, dense.nearest(vector)).max() >= 0.99


def self_test(built: disk.Index, *, chance: random.Random) -> None:
    """Looks up random substrings of passages in BM25; raises StoreError if it is not alive.

    A probe is found when its own row scores nearly as high as any, or a row that contains it is among
    the first SELF_TEST_TOP. Of the probes
    SELF_TEST_SHARE have to be found: text that repeats all over a corpus hides single ones.
    """
    missed: list[str] = []
    probes = 0
    for row in chance.sample(range(built.size), built.size):
        text, passage = _at(built, row)
        body = text[passage.start : passage.end]
        probe = probe_at(body, chance.randrange(max(len(body) - SELF_TEST_CHARS, 0) + 1))
        tokens = built.segmenter.tokens(probe)
        if len(body) < SELF_TEST_CHARS or not any(char.isalnum() for char in probe):
            continue
        scores = built.lexical.scores(tokens)
        best = np.argsort(-scores, kind="stable")[:SELF_TEST_TOP]
        is_near = scores[row] > 0 and scores[row] >= SELF_TEST_NEAR * scores.max()
        if not is_near and not any(probe in _slice(built, int(other)) for other in best):
            missed.append(probe)
        probes += 1
        if probes == SELF_TEST_PROBES:
            break
    if len(missed) > (1 - SELF_TEST_SHARE) * probes:
        raise _failed(f"BM25 does not find {missed[0]!r} ({len(missed)} of {probes} probes missed)")


def probe_at(body: str, at: int) -> str:
    """SELF_TEST_CHARS characters from a place on, and the rest of a number or Latin word that they cut: a
    piece of one (13-docx-whole-row) is no token."""
    end = min(at + SELF_TEST_CHARS, len(body))
    while at and _is_inside_word(body, at):
        at -= 1
    while end < len(body) and _is_inside_word(body, end):
        end += 1
    return body[at:end]


def _is_inside_word(body: str, at: int) -> bool:
    return all(
        (char.isalnum() and char < "\u3400") or char in ".,%-" for char in body[at - 1 : at + 1]
    )


def _at(built: disk.Index, row: int) -> tuple[str, Passage]:
    passage = built.catalogue.passage(row)
    parsed = built.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise _failed(f"row {row} names an unknown document {passage.doc_id!r}")
    return parsed.document.text, passage


def _slice(built: disk.Index, row: int) -> str:
    text, passage = _at(built, row)
    return text[passage.start : passage.end]


def _failed(what: str) -> StoreError:
    return StoreError(
        found=f"the index fails its check: {what}",
        expected="rows that agree and a lexical leg that finds its own text",
        fix="report it with this line; the version before still serves",
    )
