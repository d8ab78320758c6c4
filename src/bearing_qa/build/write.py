"""The files of a version: catalogue, terms, synonyms, BM25, FAISS, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bearing_qa.build.journal import Journal
from bearing_qa.build.reuse import Reuse, rows_cut_otherwise
from bearing_qa.build.vectors import Encoded, make_vectors
from bearing_qa.document.files import check_beside, synonyms_of
from bearing_qa.encoders.encoder import Encoder
from bearing_qa.language.segment import Segmenter
from bearing_qa.language.synonyms import format_groups, mine_abbreviations, read_groups
from bearing_qa.language.terms import Runs, mine_terms
from bearing_qa.language.variants import simplify
from bearing_qa.store import dense, disk
from bearing_qa.store.arrays import Vectors, new_vectors
from bearing_qa.store.catalogue import write_catalogue
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.indexed_text import KEY_BYTES, indexed_text, text_key
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.types import Parsed

Progress = Callable[[str, int, int], None]
MAX_MINED_CHARS = 10_000_000
"""Characters of text that terms are mined from; of a larger corpus every k-th document is read. What is
counted takes some gigabytes then, and a word that matters is in many documents."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a version is made of. ``rows`` has the first row in the serving version of each document
    that was taken from there, by its file and id."""

    corpus: Path
    parsed: Sequence[Parsed]
    rows: Mapping[tuple[str, str], int]
    reuse: Reuse

    def old_row(self, item: Parsed) -> int | None:
        """First row of a document in the serving version, None if it was read again."""
        return self.rows.get((item.document.source, item.document.doc_id))


def write_version(
    folder: Path,
    content: Content,
    *,
    encoder: Encoder,
    dimension: int,
    journal: Journal,
    progress: Progress,
) -> Encoded:
    """Writes everything but the manifest; ``dimension`` is the encoder's. Raises OSError if there is no room."""
    terms = _write_words(folder, content)
    segmenter = Segmenter(terms)
    _write_synonyms(folder, content, segmenter)
    LexicalIndex.build(_token_lists(content, segmenter, progress)).save(folder / disk.LEXICAL)
    keys, texts = _keys(content)
    np.save(folder / disk.KEYS, np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES))
    vectors = _room(folder, len(keys), dimension)
    done = make_vectors(
        keys,
        into=vectors,
        texts=texts,
        reuse=content.reuse,
        encoder=encoder,
        journal=journal,
        progress=lambda at, total: progress("encode", at, total),
    )
    asked = _sentences(content, encoder) if len(keys) > dense.FLAT_ROWS else None
    DenseIndex.build(vectors, questions=asked).save(folder / disk.DENSE)
    write_catalogue(folder / disk.CATALOGUE, content.parsed)
    return done


def _room(folder: Path, rows: int, dimension: int) -> Vectors:
    """Room for all vectors: in memory, or in their file where FAISS keeps codes."""
    if rows > dense.FLAT_ROWS:
        return new_vectors(folder / dense.VECTORS, rows, dimension=dimension)
    return np.empty((rows, dimension), np.float32)


def _sentences(content: Content, encoder: Encoder) -> Vectors:
    """Vectors of dense.ASKED sentences of passages spread over all, as questions: what a graph is measured with."""
    total = sum(len(item.passages) for item in content.parsed)
    rows = set(dense.spread_rows(total, dense.ASKED).tolist())
    passages = ((item.document.text, p) for item in content.parsed for p in item.passages)
    chosen = (said for row, said in enumerate(passages) if row in rows)
    middle = ((text, p.sentences[len(p.sentences) // 2]) for text, p in chosen if p.sentences)
    spoken = (simplify(text[sentence.start : sentence.end]) for text, sentence in middle)
    return np.stack([encoder.encode_question(question) for question in spoken])


def _write_words(folder: Path, content: Content) -> list[str]:
    """Words of the documents that are mined as jieba alone cuts them, and the terms mined from them."""
    serving = content.reuse.serving
    known: dict[int | None, str] = {}
    if serving is not None and content.reuse.tokens:
        old = (serving.folder / disk.WORDS).read_text(encoding="utf-8").split("\n")
        firsts = (entry.first for entry in serving.catalogue.entries)
        known = dict(zip(firsts, old, strict=True))
    plain = Segmenter()
    step = 1 + sum(len(item.document.text) for item in content.parsed) // MAX_MINED_CHARS
    lines = [""] * len(content.parsed)
    for at in range(0, len(lines), step):
        item = content.parsed[at]
        line = known.get(content.old_row(item))
        runs = (" ".join(run) for run in plain.runs(item.document.text))
        lines[at] = line or "\t".join(runs)
    (folder / disk.WORDS).write_text("\n".join(lines), encoding="utf-8")
    terms = mine_terms([_runs(line) for line in lines[::step]])
    (folder / disk.TERMS).write_text("".join(f"{term}\n" for term in terms), encoding="utf-8")
    return terms


def _runs(line: str) -> Runs:
    return [run.split(" ") for run in line.split("\t")] if line else []


def _write_synonyms(folder: Path, content: Content, segmenter: Segmenter) -> None:
    path = synonyms_of(content.corpus)
    check_beside(path)
    own = read_groups(path)
    texts = (item.document.text for item in content.parsed)
    groups = [*own, *mine_abbreviations(texts, segmenter=segmenter)]
    (folder / disk.SYNONYMS).write_text(format_groups(groups), encoding="utf-8")


def _token_lists(content: Content, segmenter: Segmenter, progress: Progress) -> Iterator[list[str]]:
    """Tokens of every passage: those of the serving version where nothing can have changed them."""
    serving = content.reuse.serving if content.reuse.tokens else None
    stale = rows_cut_otherwise(serving, segmenter.terms) if serving else set()
    total = sum(len(item.passages) for item in content.parsed)
    done = 0
    for item in content.parsed:
        first = content.old_row(item) if serving else None
        for at, passage in enumerate(item.passages):
            if serving and first is not None and first + at not in stale:
                yield serving.lexical.tokens_of(first + at)
            else:
                yield segmenter.tokens(indexed_text(item.document.text, passage))
        done += len(item.passages)
        progress("segment", done, total)


def _keys(content: Content) -> tuple[list[bytes], dict[bytes, str]]:
    """Keys of all passages, and the texts of those that may be encoded."""
    serving = content.reuse.serving
    is_held = content.reuse.tokens and content.reuse.vectors
    old = serving.keys() if serving is not None and is_held else []
    keys: list[bytes] = []
    texts: dict[bytes, str] = {}
    for item in content.parsed:
        first = content.old_row(item) if old else None
        if first is not None:
            keys += old[first : first + len(item.passages)]
            continue
        for passage in item.passages:
            text = indexed_text(item.document.text, passage)
            keys.append(text_key(text))
            texts[keys[-1]] = text
    return keys, texts
