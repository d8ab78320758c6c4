"""An open version whose rows are in Milvus. The server names the rows that may be best; they are scored here."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

import numpy as np

from bearing_qa.language.english import English
from bearing_qa.language.segment import Segmenter
from bearing_qa.language.spelling import Spelling
from bearing_qa.language.synonyms import PACKAGED, Synonyms, parse_groups, read_groups
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.milvus import state
from bearing_qa.store.milvus.pieces import of_field
from bearing_qa.store.milvus.row_scores import Fetched
from bearing_qa.store.milvus.rows import RemoteCatalogue, RemoteVocabulary
from bearing_qa.store.milvus.sample import Frequencies, Sample, weighted
from bearing_qa.store.milvus.server import Server
from bearing_qa.store.protocol import Leg, Near, Part, Scored, Scores, ScoresOf, Vectors

NEAREST = 256
"""Rows that each leg names at least: what is best in the sum of both is hardly ever behind them in both."""
NEAREST_PER_HIT = 2
"""Rows that each leg names for each that is wanted."""
SAMPLES = 16
"""Parts of the corpus whose sample is kept: about 5 MB each."""


@dataclass(frozen=True, slots=True)
class RemoteIndex:
    """A version of a collection."""

    server: Server
    serving: state.Serving
    manifest: Manifest
    catalogue: RemoteCatalogue
    lexical: RemoteVocabulary
    segmenter: Segmenter
    synonyms: Synonyms
    english: English
    spelling: Spelling
    frequencies: Frequencies
    samples: Callable[[Part], Sample] = field(repr=False)

    @property
    def place(self) -> str:
        """The store's address with the version."""
        return f"{self.server.address.text} {self.version}"

    @property
    def version(self) -> str:
        """Name of the version."""
        return self.serving.version

    @property
    def size(self) -> int:
        """Number of passages."""
        return int(self.manifest["counts"]["passages"])

    def legs(
        self,
        vector: Vectors,
        tokens: Sequence[str],
        *,
        added: Sequence[tuple[str, float]] = (),
        part: Part | None = None,
        depth: int = 0,
    ) -> Scored | Near:
        """Scores of the rows that may be best, see ``protocol.Index``; of a small part of all its rows."""
        part = self.catalogue.whole if part is None else part
        weights = weighted(tokens, added)
        among = self.samples(part)
        if not part.where:
            return Scored(part.rows, among.dense(vector), among.lexical(weights))
        limit = max(NEAREST, NEAREST_PER_HIT * depth)
        ids = self.server.nearest(
            self.serving.collection, vector.tolist(), where=part.where, limit=limit
        )
        asked = [
            token
            for token, weight in weights.items()
            if self.lexical.knows(token)
            for _ in range(max(1, round(2 * weight)))
        ]
        if asked and self.server.lexical:
            ids += self.server.matching(
                self.serving.collection, asked, where=part.where, limit=limit
            )
        fetched = partial(fetch, self.server, self.serving, frequencies=self.frequencies)
        near = fetched(ids, where=part.where)
        scores = Fetched(near, vector=vector, weights=weights, fetch=fetched)

        def leg(sample: Scores, of: ScoresOf) -> Leg:
            return Leg(float(sample.mean()), float(sample.std()), near.rows, of)

        return Near(
            leg(among.dense(vector), scores.dense), leg(among.lexical(weights), scores.lexical)
        )

    def close(self) -> None:
        """Nothing is held but the place's connection."""


def fetch(
    server: Server,
    serving: state.Serving,
    ids: Sequence[int],
    *,
    frequencies: Frequencies,
    where: str = "",
) -> Sample:
    """Rows by their ids, as far as they are where they have to be."""
    found = server.rows(serving.collection, ids, ["vector", "tokens"], where=where)
    return Sample(
        np.fromiter((int(row["id"]) for row in found), np.int64, len(found)),
        np.asarray([row["vector"] for row in found], np.float32).reshape(len(found), -1),
        [of_field(row["tokens"]) for row in found],
        frequencies=frequencies,
    )


def open_serving(server: Server, serving: state.Serving) -> RemoteIndex:
    """Opens a version after the checksums of its small files fit.

    Raises StoreError if it cannot be trusted.
    """
    manifest = state.read_manifest(server, serving)
    state.check_dimension(server, serving, manifest)
    parts = state.read_parts(server, serving, manifest)
    server.load(serving.collection)
    collection, words = serving.collection, json.loads(parts[state.TOKENS])
    frequencies = Frequencies(words["rows"], rows=words["size"], average=words["average"])
    catalogue = RemoteCatalogue(server, collection, state.read_listed(parts[state.DOCUMENTS]))
    lexical = RemoteVocabulary(
        server, collection, frequencies=frequencies, where=catalogue.everything
    )
    segmenter = Segmenter(parts[state.TERMS].decode("utf-8").splitlines())
    own = parse_groups(parts[state.SYNONYMS].decode("utf-8"))
    synonyms = Synonyms([*read_groups(PACKAGED), *own])
    return RemoteIndex(
        server=server,
        serving=serving,
        manifest=manifest,
        catalogue=catalogue,
        lexical=lexical,
        segmenter=segmenter,
        synonyms=synonyms,
        english=English(lexical, synonyms),
        spelling=Spelling(lexical, segmenter),
        frequencies=frequencies,
        samples=lru_cache(maxsize=SAMPLES)(
            lambda part: fetch(server, serving, part.rows.tolist(), frequencies=frequencies)
        ),
    )
