"""Corpus → a new index version: aside, verified, then switched to. The old one serves meanwhile."""

from __future__ import annotations

import fcntl
import hashlib
import os
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
from bearing_qa.document.ingest import Rejection, corpus_files, read_corpus, sidecar_of, synonyms_of
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.errors import BearingQAError, StoreError
from bearing_qa.index import store
from bearing_qa.index.catalogue import write_catalogue
from bearing_qa.index.dense import DenseIndex, SentenceVectors, Vectors
from bearing_qa.index.encoder import Encoder, fingerprint
from bearing_qa.index.lexical import LexicalIndex
from bearing_qa.index.segment import Segmenter, mine_terms
from bearing_qa.index.synonyms import Group, format_groups, mine_abbreviations, read_groups
from bearing_qa.index.texts import indexed_text, sentence_texts
from bearing_qa.index.verify import chance_cosine, verify_build
from bearing_qa.types import Parsed

TOKEN_RULES = ("segment.py", "texts.py", "numerals.py", "variants.py")
"""Modules of this floor that make tokens and what is encoded."""
Progress = Callable[[str, int, int], None]
"""Called with a stage, what is done and what there is to do."""


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
            groups = read_groups(synonyms_of(corpus))
            encoded = _write(aside, parsed, index, encoder, groups, full=full, progress=progress)
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


def rules_fingerprint() -> str:
    """SHA-256 over the source of the rules that make passages and tokens: changed rules rebuild."""
    from bearing_qa import document

    files = sorted(Path(document.__file__).parent.rglob("*.py"))
    files += [Path(__file__).with_name(name) for name in TOKEN_RULES]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def source_records(corpus: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of every source file and sidecar, and of the corpus's synonyms."""
    base = corpus if corpus.is_dir() else corpus.parent
    files = [*corpus_files(corpus), *(sidecar_of(path) for path in corpus_files(corpus))]
    files.append(synonyms_of(corpus))
    present = sorted(path for path in files if path.is_file())
    return {path.relative_to(base).as_posix(): store.file_record(path) for path in present}


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
    synonyms: Sequence[Group],
    *,
    full: bool,
    progress: Progress,
) -> int:
    """Writes catalogue, terms, synonyms, BM25 and FAISS; returns how many passages were encoded."""
    passage_texts = [
        indexed_text(item.document.text, passage) for item in parsed for passage in item.passages
    ]
    spoken = [
        text
        for item in parsed
        for passage in item.passages
        for text in sentence_texts(item, passage)
    ]
    progress("segment", 0, len(passage_texts))
    terms = mine_terms(item.document.text for item in parsed)
    (folder / store.TERMS).write_text("".join(f"{term}\n" for term in terms), encoding="utf-8")
    segmenter = Segmenter(terms)
    mined = mine_abbreviations((item.document.text for item in parsed), segmenter=segmenter)
    (folder / store.SYNONYMS).write_text(format_groups([*synonyms, *mined]), encoding="utf-8")
    token_lists = []
    for number, text in enumerate(passage_texts, 1):
        token_lists.append(segmenter.tokens(text))
        progress("segment", number, len(passage_texts))
    LexicalIndex.build(token_lists).save(folder / store.LEXICAL)
    wanted = [*passage_texts, *spoken]
    known = {} if full else _known_vectors(index, encoder)
    missing = [text for text in dict.fromkeys(wanted) if text not in known]
    fresh = encoder.encode_passages(
        missing, progress=lambda done, total: progress("encode", done, total)
    )
    known.update(zip(missing, fresh, strict=True))
    DenseIndex.build(np.stack([known[text] for text in passage_texts])).save(folder / store.DENSE)
    counts = [len(passage.sentences) for item in parsed for passage in item.passages]
    vectors = np.stack([known[text] for text in spoken])
    SentenceVectors.build(vectors, counts).save(folder / store.SENTENCES)
    write_catalogue(folder / store.CATALOGUE, parsed)
    return len(missing)


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
                zip(sentence_texts(parsed, passage), serving.sentences.of_row(row), strict=True)
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
