"""Corpus → a new index version: aside, verified, then switched to. The old one serves meanwhile."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bearing_qa.build.changes import (
    Changes,
    Records,
    compare,
    document_keys,
    settled,
    source_records,
    touched,
)
from bearing_qa.build.journal import Journal, clear_journals
from bearing_qa.build.reuse import KnownDocuments, Reuse, plan_reuse, rules
from bearing_qa.build.write import Content, write_version
from bearing_qa.document.files import SYNONYMS_NAME
from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.parse import Rejection
from bearing_qa.encoders.encoder import Encoder
from bearing_qa.encoders.identity import Made, made_by
from bearing_qa.errors import StoreError
from bearing_qa.store import disk, versions
from bearing_qa.store.history import KEPT_VERSIONS, remove_old_versions
from bearing_qa.store.locks import build_lock
from bearing_qa.store.manifest import FORMAT, Manifest, write_manifest
from bearing_qa.store.verify import verify_build
from bearing_qa.types import Parsed, Unread
from bearing_qa.version import VERSION

Progress = Callable[[str, int, int], None]
"""Called with a stage, what is done and what there is to do."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: how files changed since the version before, why more than they was made
    again, how many texts were encoded, and how many taken over from a build that was stopped."""

    version: str
    documents: int
    passages: int
    encoded: int
    rejections: tuple[Rejection, ...]
    is_unchanged: bool = False
    changes: Changes = field(default_factory=Changes)
    reasons: tuple[str, ...] = ()
    resumed: int = 0
    unread: tuple[tuple[str, Unread], ...] = ()
    """Files of the version with a part that their reader could not read."""


def unread_in(manifest: Manifest) -> tuple[tuple[str, Unread], ...]:
    """Source files of a version with the parts of them that are not read."""
    parts = manifest.get("unread", [])
    return tuple((part["source"], Unread(part["kind"], part["place"])) for part in parts)


def build_index(
    corpus: Path,
    index: Path,
    *,
    encoder: Encoder,
    full: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    keep: int = KEPT_VERSIONS,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Builds a new version from ``corpus`` and switches to it; ``keep`` versions stay on disk.

    What the serving version has already is taken over, unless ``full``: unchanged files are not read
    again, texts not encoded again. What cannot be read is reported in ``rejections``.
    Raises BearingQAError if nothing can be read, another build runs, there is no room, or the result
    fails its checks; the serving version stays as it was.
    """
    _check_apart(corpus, index)
    with build_lock(index):
        made = made_by(encoder)
        before = touched(corpus)
        records = source_records(corpus)
        reuse = plan_reuse(index, made_by=made, limits=limits, full=full)
        unchanged = _unchanged(reuse, corpus, records)
        if unchanged is not None:
            remove_old_versions(index, keep=keep)
            return unchanged
        known = KnownDocuments(reuse, records=records)
        parsed, rejections = _read(corpus, limits, known, progress)
        records = settled(records, before=before, after=touched(corpus))
        content = Content(corpus, parsed, rows=known.rows, reuse=reuse)
        manifest = _manifest(content, records, rejections, made, limits)
        try:
            journal = Journal(index, made_by=made)
            report = _make(index, content, encoder, manifest, journal=journal, progress=progress)
            clear_journals(index)
        except OSError as error:
            raise StoreError(
                found=f"the index cannot be written ({error.strerror or error})",
                expected=f"free space and write access in {index}",
                fix="make room, then build again; the version before still serves",
            ) from error
        finally:
            if reuse.serving is not None:
                reuse.serving.close()
        remove_old_versions(index, keep=keep)
        return report


def _check_apart(corpus: Path, index: Path) -> None:
    """Raises StoreError if the index would be read as a part of the corpus."""
    if index.resolve().is_relative_to(corpus.resolve()):
        raise StoreError(
            found=f"the index folder {index} lies in the corpus {corpus}",
            expected="a folder outside it, or its files would be read as documents",
            fix="name another: --index DIR",
        )


def _unchanged(reuse: Reuse, corpus: Path, records: Records) -> BuildReport | None:
    """The serving version as a report, if the same files, program and encoder would make it again."""
    serving = reuse.serving
    if serving is None or not reuse.is_whole:
        return None
    manifest = serving.manifest
    if manifest["corpus"] != str(corpus.resolve()) or manifest["sources"] != records:
        return None
    counts = manifest["counts"]
    rejections = tuple(Rejection(**item) for item in manifest["rejections"])
    serving.close()
    keys = document_keys(records)
    return BuildReport(
        serving.version,
        counts["documents"],
        counts["passages"],
        0,
        rejections,
        is_unchanged=True,
        changes=compare(keys, keys),
        unread=unread_in(manifest),
    )


def _read(
    corpus: Path, limits: Limits, known: KnownDocuments, progress: Progress
) -> tuple[list[Parsed], tuple[Rejection, ...]]:
    parsed: list[Parsed] = []
    rejections: list[Rejection] = []
    recognising = partial(progress, "recognise")
    for item in read_corpus(corpus, limits=limits, known=known, recognising=recognising):
        if isinstance(item, Rejection):
            rejections.append(item)
        elif item.passages:
            parsed.append(item)
        else:
            rejections.append(Rejection(item.document.source, "no text was found in it"))
        progress("read", len(parsed), len(parsed))
    if not parsed:
        reasons = "".join(f"; {item.source}: {item.reason}" for item in rejections[:3])
        raise StoreError(
            found=f"no readable document in {corpus}{reasons}",
            expected="at least one document with text",
            fix="put documents there, or name another folder",
        )
    return parsed, tuple(rejections)


def _make(
    index: Path,
    content: Content,
    encoder: Encoder,
    manifest: Manifest,
    *,
    journal: Journal,
    progress: Progress,
) -> BuildReport:
    """Writes, verifies and switches to a version."""
    version = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    aside = index / versions.VERSIONS / f"{versions.BUILDING}{version}"
    folder = index / versions.VERSIONS / version
    try:
        aside.mkdir()
        done = write_version(
            aside,
            content,
            encoder=encoder,
            dimension=manifest["encoder"]["dimension"],
            journal=journal,
            progress=progress,
        )
        progress("verify", 0, 1)
        write_manifest(aside, manifest)
        built = disk.open_version(aside)
        verify_build(built, encoder=encoder)
        built.close()
        aside.rename(folder)
        versions.switch(index, folder)
        progress("verify", 1, 1)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return BuildReport(
        version,
        manifest["counts"]["documents"],
        manifest["counts"]["passages"],
        done.encoded,
        tuple(Rejection(**item) for item in manifest["rejections"]),
        changes=_changes(content.reuse, manifest["sources"]),
        reasons=tuple(manifest["changes"]["reasons"]),
        resumed=done.resumed,
        unread=unread_in(manifest),
    )


def _changes(reuse: Reuse, records: Records) -> Changes:
    return compare(document_keys(reuse.records), document_keys(records))


def _reasons(content: Content, records: Records) -> list[str]:
    """Why more is made again than the files that changed."""
    reuse = content.reuse
    reasons = list(reuse.reasons)
    if reuse.serving is None:
        return reasons
    if reuse.records.get(SYNONYMS_NAME) != records.get(SYNONYMS_NAME):
        reasons.append(f"{SYNONYMS_NAME} changed: the table of synonyms is made again")
    was = reuse.serving.manifest["corpus"]
    if was != str(content.corpus.resolve()):
        reasons.append(f"the corpus was {was}: files are known by what they hold")
    return reasons


def _manifest(
    content: Content,
    records: Records,
    rejections: Sequence[Rejection],
    made: Made,
    limits: Limits,
) -> Manifest:
    parsed, serving = content.parsed, content.reuse.serving
    repairs = sum((Counter(item.document.repairs) for item in parsed), Counter[str]())
    changes = _changes(content.reuse, records).to_json()
    return {
        "format": FORMAT,
        "bearing_qa": VERSION,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "previous": serving.version if serving else None,
        "corpus": str(content.corpus.resolve()),
        "encoder": dict(made),
        "counts": {
            "documents": len(parsed),
            "sections": sum(len(item.sections) - 1 for item in parsed),
            "tables": sum(len(item.tables) for item in parsed),
            "passages": sum(len(item.passages) for item in parsed),
        },
        "encodings": dict(sorted(Counter(item.document.encoding for item in parsed).items())),
        "repairs": dict(sorted(repairs.items())),
        "rules": rules(),
        "limits": asdict(limits),
        "sources": records,
        "changes": changes | {"reasons": _reasons(content, records)},
        "rejections": [asdict(rejection) for rejection in rejections],
        "unread": [
            {"source": item.document.source, "doc_id": item.document.doc_id, **asdict(part)}
            for item in parsed
            for part in item.document.unread
        ],
    }
