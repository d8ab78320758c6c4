"""Corpus → a new index version: aside, verified, then switched to. The old one serves meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import bearing_qa
from bearing_qa.document.ingest import Rejection, corpus_files, read_corpus, sidecar_of
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.passages import paragraph_label
from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.index import segment, store
from bearing_qa.index.catalogue import write_catalogue
from bearing_qa.index.dense import DenseIndex, SentenceVectors, Vectors
from bearing_qa.index.encoder import Encoder, fingerprint
from bearing_qa.index.lexical import LexicalIndex
from bearing_qa.index.segment import Segmenter, mine_terms
from bearing_qa.types import Parsed, Passage

Progress = Callable[[str, int, int], None]
"""Called with a stage, what is done and what there is to do."""

SELF_TEST_PROBES = 20
SELF_TEST_CHARS = 12
"""Random substrings of this length are looked up in the new lexical index."""
SELF_TEST_TOP = 10
SELF_TEST_SHARE = 0.9
FOREIGN_QUESTIONS = (
    "红烧肉怎么做才好吃？",
    "今天晚上有什么电影？",
    "猫为什么喜欢晒太阳？",
    "感冒了要不要吃药？",
    "吉他的和弦怎么按？",
    "世界杯冠军是哪支球队？",
    "去海边旅游要带什么？",
    "手机屏幕碎了怎么办？",
    "唐朝的第一位皇帝是谁？",
    "月亮离地球有多远？",
    "小孩几岁开始换牙？",
)
"""Everyday questions that hardly any policy text answers."""
ROW_CHECKS = 3
"""Rows whose vectors are made again to see that FAISS and the catalogue agree."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    version: str
    documents: int
    passages: int
    encoded: int
    rejections: tuple[Rejection, ...]
    is_unchanged: bool = False


def build_index(
    corpus: Path,
    index: Path,
    *,
    encoder: Encoder,
    full: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Builds a new version from ``corpus`` and switches to it.

    Passages whose indexed text was in the serving version keep their vectors, unless ``full`` or
    the encoder is another one. What cannot be read is reported in ``rejections``.
    Raises BearingQAError if nothing can be read, another build runs, or the result fails its
    checks; the serving version stays as it was.
    """
    _prepare(index)
    with _lock(index):
        unchanged = None if full else _unchanged(corpus, index, encoder)
        if unchanged is not None:
            return unchanged
        parsed, rejections = _read(corpus, limits, progress)
        version = _version_name()
        aside = index / "versions" / f".building-{version}"
        try:
            aside.mkdir()
            encoded = _write(aside, parsed, index, encoder, full=full, progress=progress)
            progress("verify", 0, 1)
            manifest = _manifest(corpus, parsed, rejections, encoder)
            store.write_manifest(aside, manifest)
            built = store.open_version(aside)
            verify_build(built, encoder=encoder)
            store.write_manifest(aside, manifest | {"chance_cosine": chance_cosine(built, encoder)})
            folder = index / "versions" / version
            aside.rename(folder)
            store.switch(index, folder)
            progress("verify", 1, 1)
        except OSError as error:
            raise StoreError(
                found=f"the index cannot be written ({error.strerror or error})",
                expected=f"free space and write access in {index}",
                mend="make room, then build again; the version before still serves",
            ) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        store.remove_old_versions(index)
    passages = sum(len(document.passages) for document in parsed)
    return BuildReport(version, len(parsed), passages, encoded, rejections)


def _unchanged(corpus: Path, index: Path, encoder: Encoder) -> BuildReport | None:
    """The serving version as a report, if the same files, program and encoder would make it again."""
    if store.current_version(index) is None:
        return None
    try:
        serving = store.open_index(index)
    except BearingQAError:
        return None
    manifest = serving.manifest
    same = (
        manifest["bearing_qa"] == bearing_qa.__version__
        and manifest["rules"] == rules_fingerprint()
        and manifest["corpus"] == str(corpus.resolve())
        and manifest["sources"] == source_records(corpus)
        and manifest["encoder"]["name"] == encoder.name
        and manifest["encoder"]["fingerprint"] == fingerprint(encoder)
    )
    if not same:
        return None
    counts = manifest["counts"]
    rejections = tuple(Rejection(**item) for item in manifest["rejections"])
    return BuildReport(
        serving.version, counts["documents"], counts["passages"], 0, rejections, is_unchanged=True
    )


def chance_cosine(built: store.Index, encoder: Encoder) -> float:
    """Median over FOREIGN_QUESTIONS of the best sentence's cosine: what chance alone gives.

    Encoders differ in what a cosine means (one gives 0.85 to strangers, another 0.2), and large
    corpora hold better accidental matches; refusing goes by the distance from this value.
    """
    vectors = (encoder.encode_question(question) for question in FOREIGN_QUESTIONS)
    return float(np.median([built.sentences.scores(vector).max() for vector in vectors]))


def rules_fingerprint() -> str:
    """SHA-256 over the source of the rules that make passages and tokens: changed rules rebuild."""
    from bearing_qa import document

    files = sorted(Path(document.__file__).parent.rglob("*.py"))
    files.append(Path(segment.__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def source_records(corpus: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every source file and sidecar."""
    base = corpus if corpus.is_dir() else corpus.parent
    files = [*corpus_files(corpus), *(sidecar_of(path) for path in corpus_files(corpus))]
    present = sorted(path for path in files if path.is_file())
    return {path.relative_to(base).as_posix(): store.file_record(path) for path in present}


def indexed_text(document_text: str, passage: Passage) -> str:
    """What a passage is indexed by: its context (title, heading path, column heads) and its text."""
    return f"{passage.context}\n{document_text[passage.start : passage.end]}"


def _prepare(index: Path) -> None:
    try:
        (index / "versions").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(index, error) from error


def _unwritable(index: Path, error: OSError) -> StoreError:
    return StoreError(
        found=f"{index} cannot be written ({error.strerror or error})",
        expected="a folder with write access",
        mend="name another: --index DIR",
    )


@contextmanager
def _lock(index: Path) -> Iterator[None]:
    """One build at a time; the kernel lets go of the lock when its owner dies."""
    path = index / "LOCK"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unwritable(index, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                found=f"{path.read_text(encoding='utf-8').strip() or 'another process'} is building",
                expected="one build at a time",
                mend="wait for it to end",
            ) from error
        os.truncate(handle, 0)
        os.write(handle, f"process {os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _read(
    corpus: Path, limits: Limits, progress: Progress
) -> tuple[list[Parsed], tuple[Rejection, ...]]:
    parsed: list[Parsed] = []
    rejections: list[Rejection] = []
    for item in read_corpus(corpus, limits=limits):
        if isinstance(item, Rejection):
            rejections.append(item)
        elif item.passages:
            parsed.append(item)
        progress("read", len(parsed), len(parsed))
    if not parsed:
        reasons = "".join(f"; {item.source}: {item.reason}" for item in rejections[:3])
        raise StoreError(
            found=f"no readable document in {corpus}{reasons}",
            expected="at least one document with text",
            mend="put documents there, or name another folder",
        )
    return parsed, tuple(rejections)


def _version_name() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"


def _write(
    folder: Path,
    parsed: Sequence[Parsed],
    index: Path,
    encoder: Encoder,
    *,
    full: bool,
    progress: Progress,
) -> int:
    """Writes catalogue, terms, BM25 and FAISS; returns how many passages were encoded."""
    texts = [
        indexed_text(item.document.text, passage) for item in parsed for passage in item.passages
    ]
    sentence_texts = [
        text for item in parsed for passage in item.passages for text in _sentences(item, passage)
    ]
    progress("segment", 0, len(texts))
    terms = mine_terms(item.document.text for item in parsed)
    (folder / store.TERMS).write_text("".join(f"{term}\n" for term in terms), encoding="utf-8")
    segmenter = Segmenter(terms)
    token_lists = []
    for number, text in enumerate(texts, 1):
        token_lists.append(segmenter.tokens(text))
        progress("segment", number, len(texts))
    LexicalIndex.build(token_lists).save(folder / store.LEXICAL)
    wanted = [*texts, *sentence_texts]
    known = {} if full else _known_vectors(index, encoder)
    missing = [text for text in dict.fromkeys(wanted) if text not in known]
    fresh = encoder.encode_passages(
        missing, progress=lambda done, total: progress("encode", done, total)
    )
    known.update(zip(missing, fresh, strict=True))
    DenseIndex.build(np.stack([known[text] for text in texts])).save(folder / store.DENSE)
    counts = [len(passage.sentences) for item in parsed for passage in item.passages]
    vectors = np.stack([known[text] for text in sentence_texts])
    SentenceVectors.build(vectors, counts).save(folder / store.SENTENCES)
    write_catalogue(folder / store.CATALOGUE, parsed)
    return len(missing)


def _sentences(parsed: Parsed, passage: Passage) -> list[str]:
    """What the sentences of a passage are encoded as: rows and front matter with their context,
    the others with the label of their paragraph."""
    text = parsed.document.text
    if passage.kind in ("row", "front"):
        return [f"{passage.context}\n{text[s.start : s.end]}" for s in passage.sentences]
    return [
        paragraph_label(text, passage.start, s.start) + text[s.start : s.end]
        for s in passage.sentences
    ]


def _known_vectors(index: Path, encoder: Encoder) -> dict[str, Vectors]:
    """Vectors of the serving version by what was encoded, if the same encoder made them."""
    if store.current_version(index) is None:
        return {}
    try:
        serving = store.open_index(index)
    except BearingQAError:
        return {}
    if serving.manifest["encoder"]["fingerprint"] != fingerprint(encoder):
        return {}
    known: dict[str, Vectors] = {}
    passages = serving.dense.vectors()
    for doc_id in serving.catalogue.doc_ids():
        parsed = serving.catalogue.parsed(doc_id)
        if parsed is None:
            continue
        for row, passage in zip(serving.catalogue.rows_of(doc_id), parsed.passages, strict=True):
            known[indexed_text(parsed.document.text, passage)] = passages[row]
            known.update(
                zip(_sentences(parsed, passage), serving.sentences.of_row(row), strict=True)
            )
    return known


def _manifest(
    corpus: Path,
    parsed: Sequence[Parsed],
    rejections: Sequence[Rejection],
    encoder: Encoder,
) -> store.Manifest:
    probe = fingerprint(encoder)
    return {
        "format": store.FORMAT,
        "bearing_qa": bearing_qa.__version__,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus": str(corpus.resolve()),
        "encoder": {
            "name": encoder.name,
            "dimension": len(probe),
            "prompts": dict(encoder.prompts),
            "fingerprint": probe,
        },
        "counts": {
            "documents": len(parsed),
            "sections": sum(len(item.sections) - 1 for item in parsed),
            "tables": sum(len(item.tables) for item in parsed),
            "passages": sum(len(item.passages) for item in parsed),
        },
        "encodings": dict(sorted(Counter(item.document.encoding for item in parsed).items())),
        "repairs": dict(
            sorted(sum((Counter(p.document.repairs) for p in parsed), Counter()).items())
        ),
        "rules": rules_fingerprint(),
        "sources": source_records(corpus),
        "rejections": [asdict(rejection) for rejection in rejections],
        "chance_cosine": 0.0,
    }


def verify_build(built: store.Index, *, encoder: Encoder) -> None:
    """Raises StoreError unless the new version's files, rows and lexical leg are as they must be."""
    store.check_rows(built)
    chance = random.Random(0)
    rows = sorted(chance.sample(range(built.size), min(ROW_CHECKS, built.size)))
    vectors = built.dense.vectors()
    texts = [indexed_text(*_at(built, row)) for row in rows]
    again = encoder.encode_passages(texts)
    if any(float(again[at] @ vectors[row]) < 0.99 for at, row in enumerate(rows)):
        raise _failed("a row's vector is not its passage's")
    self_test(built, chance=chance)


def self_test(built: store.Index, *, chance: random.Random) -> None:
    """Looks up random substrings of passages in BM25; raises StoreError if it is not alive.

    A probe is found when a row that contains it is among the first SELF_TEST_TOP. Of the probes
    SELF_TEST_SHARE have to be found: text that repeats all over a corpus hides single ones.
    """
    missed: list[str] = []
    probes = 0
    for row in chance.sample(range(built.size), built.size):
        text, passage = _at(built, row)
        body = text[passage.start : passage.end]
        at = chance.randrange(max(len(body) - SELF_TEST_CHARS, 0) + 1)
        probe = body[at : at + SELF_TEST_CHARS]
        tokens = built.segmenter.tokens(probe)
        if len(body) < SELF_TEST_CHARS or not any(char.isalnum() for char in probe):
            continue
        best = np.argsort(-built.lexical.scores(tokens), kind="stable")[:SELF_TEST_TOP]
        if not any(probe in _slice(built, int(other)) for other in best):
            missed.append(probe)
        probes += 1
        if probes == SELF_TEST_PROBES:
            break
    if len(missed) > (1 - SELF_TEST_SHARE) * probes:
        raise _failed(f"BM25 does not find {missed[0]!r} ({len(missed)} of {probes} probes missed)")


def _at(built: store.Index, row: int) -> tuple[str, Passage]:
    passage = built.catalogue.passage(row)
    parsed = built.catalogue.parsed(passage.doc_id)
    if parsed is None:
        raise _failed(f"row {row} names an unknown document {passage.doc_id!r}")
    return parsed.document.text, passage


def _slice(built: store.Index, row: int) -> str:
    text, passage = _at(built, row)
    return text[passage.start : passage.end]


def _failed(what: str) -> StoreError:
    return StoreError(
        found=f"the new index fails its check: {what}",
        expected="rows that agree and a lexical leg that finds its own text",
        mend="report it with this line; the version before still serves",
    )
