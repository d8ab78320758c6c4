"""The files of a version: catalogue, terms, synonyms, BM25, FAISS, sentence vectors, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bearing_qa.document.files import check_beside, synonyms_of
from bearing_qa.index import dense, store
from bearing_qa.index.arrays import SentenceVectors, new_vectors
from bearing_qa.index.catalogue import write_catalogue
from bearing_qa.index.dense import DenseIndex
from bearing_qa.index.encoder import Encoder
from bearing_qa.index.journal import Journal
from bearing_qa.index.lexical import LexicalIndex
from bearing_qa.index.reuse import Reuse, rows_cut_otherwise
from bearing_qa.index.segment import Segmenter
from bearing_qa.index.synonyms import format_groups, mine_abbreviations, read_groups
from bearing_qa.index.terms import Runs, mine_terms
from bearing_qa.index.texts import KEY_BYTES, indexed_text, sentence_texts, text_key
from bearing_qa.index.vectors import Encoded, Places, make_vectors
from bearing_qa.types import Parsed

Progress = Callable[[str, int, int], None]
MAX_MINED_CHARS = 10_000_000
"""Characters of text that terms are mined from; of a larger corpus every k-th document is read. What is
counted takes some gigabytes then, and a word that matters stands in many documents."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a version is made of. ``rows`` has the first row in the serving version of each document
    that was taken from there, by its file and id."""

    corpus: Path
    parsed: Sequence[Parsed]
    rows: Mapping[tuple[str, str], int]
    reuse: Reuse

    def old_row(self, item: Parsed) -> int | None:
        """First row of a document in the serving version, None if it was read anew."""
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
    LexicalIndex.build(_token_lists(content, segmenter, progress)).save(folder / store.LEXICAL)
    keys, texts = _keys(content)
    np.save(folder / store.KEYS, np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES))
    into = _places(folder, content, dimension)
    done = make_vectors(
        keys,
        into=into,
        texts=texts,
        reuse=content.reuse,
        encoder=encoder,
        journal=journal,
        progress=lambda at, total: progress("encode", at, total),
    )
    DenseIndex.build(into.passages, questions=into.sentences).save(folder / store.DENSE)
    write_catalogue(folder / store.CATALOGUE, content.parsed)
    return done


def _places(folder: Path, content: Content, dimension: int) -> Places:
    """Room for all vectors: sentences' in their file, passages' in one too where FAISS keeps codes."""
    counts = [len(passage.sentences) for item in content.parsed for passage in item.passages]
    sentences = SentenceVectors.create(folder / store.SENTENCES, counts, dimension=dimension)
    if len(counts) > dense.FLAT_ROWS:
        passages = new_vectors(folder / dense.VECTORS, len(counts), dimension=dimension)
    else:
        passages = np.empty((len(counts), dimension), np.float32)
    return Places(passages, sentences.vectors())


def _write_words(folder: Path, content: Content) -> list[str]:
    """Words of the documents that are mined as jieba alone cuts them, and the terms mined from them."""
    serving = content.reuse.serving
    known: dict[int | None, str] = {}
    if serving is not None and content.reuse.tokens:
        old = (serving.folder / store.WORDS).read_text(encoding="utf-8").split("\n")
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
    (folder / store.WORDS).write_text("\n".join(lines), encoding="utf-8")
    terms = mine_terms([_runs(line) for line in lines[::step]])
    (folder / store.TERMS).write_text("".join(f"{term}\n" for term in terms), encoding="utf-8")
    return terms


def _runs(line: str) -> Runs:
    return [run.split(" ") for run in line.split("\t")] if line else []


def _write_synonyms(folder: Path, content: Content, segmenter: Segmenter) -> None:
    path = synonyms_of(content.corpus)
    check_beside(path)
    own = read_groups(path)
    texts = (item.document.text for item in content.parsed)
    groups = [*own, *mine_abbreviations(texts, segmenter=segmenter)]
    (folder / store.SYNONYMS).write_text(format_groups(groups), encoding="utf-8")


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
    """Keys of all passages, then of all sentences; and the texts of those that may be encoded."""
    serving = content.reuse.serving
    is_held = content.reuse.tokens and content.reuse.vectors
    old = serving.keys() if serving is not None and is_held else []
    passages: list[bytes] = []
    sentences: list[bytes] = []
    texts: dict[bytes, str] = {}
    for item in content.parsed:
        first = content.old_row(item) if old else None
        if first is not None and serving is not None:
            stop = first + len(item.passages)
            starts = serving.sentences.starts + serving.size
            passages += old[first:stop]
            sentences += old[starts[first] : starts[stop]]
            continue
        for passage in item.passages:
            spoken = sentence_texts(item, passage)
            for text, into in (
                (indexed_text(item.document.text, passage), passages),
                *((text, sentences) for text in spoken),
            ):
                into.append(text_key(text))
                texts[into[-1]] = text
    return [*passages, *sentences], texts
