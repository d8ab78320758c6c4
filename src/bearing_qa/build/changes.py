"""What the files of a corpus are, by content, and how they differ from those of a version.

Every file is hashed at every build. Size and time of change would be quicker and cannot be trusted:
``cp -p``, ``rsync -t`` and unpacking keep the time of another content, and two changes may fall into
one tick of the clock. SHA-256 reads some hundred megabytes a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.document.files import (
    SIDECAR_SUFFIX,
    SYNONYMS_NAME,
    corpus_files,
    is_file,
    sidecar_of,
    synonyms_of,
)
from bearing_qa.store.manifest import file_record

Records = dict[str, dict[str, Any]]
"""Size in bytes and SHA-256 of files by their path in the corpus."""
UNREADABLE = {"bytes": -1, "sha256": ""}
"""The record of a file that cannot be read: equal to no content."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Document files by what became of them since a version; ``moved`` has pairs (from, to)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    def to_json(self) -> dict[str, Any]:
        """The form that a manifest keeps."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "moved": [list(pair) for pair in self.moved],
            "removed": list(self.removed),
            "unchanged": self.unchanged,
        }


def source_records(corpus: Path) -> Records:
    """Records of every document file, its sidecar, and the corpus's synonyms, each read once.

    Raises DocumentError if the corpus does not exist.
    """
    return {source: _record(path) for source, path in _files(corpus).items()}


def _files(corpus: Path) -> dict[str, Path]:
    base = corpus if corpus.is_dir() else corpus.parent
    documents = corpus_files(corpus)
    files = {*documents, *map(sidecar_of, documents), synonyms_of(corpus)}
    present = sorted(filter(is_file, files))
    return {path.relative_to(base).as_posix(): path for path in present}


def touched(corpus: Path) -> dict[str, int]:
    """When each of these files was last written to, in ns of the system's own mark (ctime), which nobody
    sets back."""
    found = {}
    for source, path in _files(corpus).items():
        try:
            found[source] = path.stat().st_ctime_ns
        except OSError:
            continue
    return found


def settled(records: Records, *, before: Mapping[str, int], after: Mapping[str, int]) -> Records:
    """The records without those of files that were written to meanwhile: which state of them was read is
    not known, so that the next build reads them again."""
    return {
        source: record if before.get(source) == after.get(source) else dict(UNREADABLE)
        for source, record in records.items()
    }


def _record(path: Path) -> dict[str, Any]:
    try:
        return file_record(path)
    except OSError:
        return dict(UNREADABLE)


def document_keys(records: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What each document file and its sidecar hold, as one word; empty if that cannot be read."""
    return {source: _key(source, records) for source in records if _is_document(source)}


def _is_document(source: str) -> bool:
    return source != SYNONYMS_NAME and not source.endswith(SIDECAR_SUFFIX)


def _key(source: str, records: Mapping[str, Mapping[str, Any]]) -> str:
    sidecar = sidecar_of(Path(source)).as_posix()
    own, beside = records[source]["sha256"], records.get(sidecar, {}).get("sha256", "none")
    return f"{own} {beside}" if own and beside else ""


def compare(before: Mapping[str, str], now: Mapping[str, str]) -> Changes:
    """How document files differ, by their keys (``document_keys``)."""
    gone = [source for source in sorted(before) if source not in now]
    homes: dict[str, list[str]] = {}
    for source in reversed(gone):
        homes.setdefault(before[source], []).append(source)
    moved, added = [], []
    for source in sorted(now.keys() - before.keys()):
        origin = homes.get(now[source]) if now[source] else None
        if origin:
            moved.append((origin.pop(), source))
        else:
            added.append(source)
    left = {source for source, _ in moved}
    stayed = sorted(now.keys() & before.keys())
    changed = tuple(source for source in stayed if now[source] != before[source])
    return Changes(
        added=tuple(added),
        changed=changed,
        moved=tuple(moved),
        removed=tuple(source for source in gone if source not in left),
        unchanged=len(stayed) - len(changed),
    )


def in_words(changes: Changes) -> Iterator[str]:
    """The counts that are not naught, in words."""
    names = ("added", "changed", "moved", "removed")
    for chinese, name in zip(("新增", "改动", "移动", "删除"), names, strict=True):
        count = len(getattr(changes, name))
        if count:
            yield f"{chinese} {name} {count}"
    yield f"沿用 kept {changes.unchanged}"
