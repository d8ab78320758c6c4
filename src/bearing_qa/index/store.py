"""An index version on disk: written once, never changed, opened after its checksums fit.

index/CURRENT                 the name of the version that serves (see versions.py)
index/versions/<id>/          manifest.json, catalogue.sqlite, lexical/, dense.faiss, sentences/,
                              keys.npy, terms.txt, words.txt, synonyms.txt
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bearing_qa.errors import StoreError
from bearing_qa.index import signing, versions
from bearing_qa.index.catalogue import Catalogue
from bearing_qa.index.dense import DenseIndex, SentenceVectors
from bearing_qa.index.english import English
from bearing_qa.index.lexical import LexicalIndex
from bearing_qa.index.segment import Segmenter
from bearing_qa.index.spelling import Spelling
from bearing_qa.index.synonyms import PACKAGED, Synonyms, read_groups
from bearing_qa.index.texts import KEY_BYTES

FORMAT = 2
"""Raised whenever a version written before cannot be read as before."""
OPEN_ATTEMPTS = 5
"""A version may be replaced and removed while it is being opened; then the next one is tried."""

MANIFEST = "manifest.json"
CATALOGUE = "catalogue.sqlite"
LEXICAL = "lexical"
DENSE = "dense.faiss"
SENTENCES = "sentences"
TERMS = "terms.txt"
WORDS = "words.txt"
KEYS = "keys.npy"
SYNONYMS = "synonyms.txt"

_REQUIRED = frozenset(
    [
        "bearing_qa",
        "built_at",
        "corpus",
        "encoder",
        "counts",
        "rules",
        "limits",
        "sources",
        "rejections",
        "files",
    ]
)
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Index:
    """An open version. Row i of catalogue, BM25 and FAISS is the same passage."""

    folder: Path
    manifest: Manifest
    catalogue: Catalogue
    lexical: LexicalIndex
    dense: DenseIndex
    sentences: SentenceVectors
    segmenter: Segmenter
    synonyms: Synonyms
    english: English
    spelling: Spelling
    text_keys: npt.NDArray[np.uint8]
    hold: versions.Hold

    @property
    def version(self) -> str:
        """Name of the version."""
        return self.folder.name

    @property
    def size(self) -> int:
        """Number of passages."""
        return self.lexical.size

    def closeness(self, cosine: float) -> float:
        """A sentence's cosine between what chance gives (0) and identity (1), for any encoder."""
        chance = float(self.manifest["chance_cosine"])
        return (cosine - chance) / max(1.0 - chance, 1e-6)

    def keys(self) -> list[bytes]:
        """Keys of what was encoded (see texts.py): of all passages, then of all their sentences."""
        data = self.text_keys.tobytes()
        return [data[at : at + KEY_BYTES] for at in range(0, len(data), KEY_BYTES)]

    def close(self) -> None:
        """Lets go of the version's files; not to be used afterwards."""
        self.catalogue.close()
        self.hold.close()


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a version.

    Raises StoreError if it is missing, damaged, of another format, or not signed as it has to be.
    """
    try:
        manifest: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found_format = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise StoreError(
            found=f"the manifest of {folder} cannot be read ({type(error).__name__})",
            expected="a complete index version",
            mend=versions.rebuild(folder),
        ) from error
    if found_format != FORMAT:
        raise StoreError(
            found=f"{folder} has index format {str(found_format)[:20]}",
            expected=f"format {FORMAT}, which this program writes",
            mend=versions.rebuild(folder),
        )
    fault = signing.seal_fault(manifest)
    if not fault and not manifest.keys() >= _REQUIRED:
        fault = "its manifest is incomplete"
    if fault:
        raise StoreError(
            found=f"{folder.name} cannot be trusted: {fault}",
            expected="a version that this program wrote"
            + (" and signed with your key" if "sign" in fault else ""),
            mend=versions.rebuild(folder),
        )
    return manifest


def open_index(index: Path) -> Index:
    """Opens the serving version after its checksums and counts fit.

    Raises StoreError if there is no index or it cannot be trusted.
    """
    for attempt in range(OPEN_ATTEMPTS):
        folder = versions.version_folder(index)
        try:
            opened = open_version(folder)
            check_rows(opened)
            return opened
        except StoreError:
            if versions.current_version(index) == folder.name or attempt == OPEN_ATTEMPTS - 1:
                raise
    raise AssertionError("not reached")


def check_rows(opened: Index) -> None:
    """Raises StoreError unless all parts have the manifest's number of rows."""
    sizes = {
        "catalogue": opened.catalogue.size,
        "BM25": opened.lexical.size,
        "FAISS": opened.dense.size,
        "sentences": opened.sentences.size,
        "keys": len(opened.text_keys) - opened.sentences.count,
    }
    expected = opened.manifest["counts"]["passages"]
    if set(sizes.values()) != {expected}:
        raise StoreError(
            found=f"{opened.version} has parts of different length {sizes}",
            expected=f"{expected} rows in each",
            mend=versions.rebuild(opened.folder),
        )


def open_version(folder: Path) -> Index:
    """Opens a version's files; every file's size and SHA-256 are those of the manifest.

    Raises StoreError otherwise.
    """
    hold = versions.Hold(folder)
    manifest = read_manifest(folder)
    try:
        verify_files(folder, manifest)
        terms = (folder / TERMS).read_text(encoding="utf-8").splitlines()
        lexical = LexicalIndex.load(folder / LEXICAL)
        segmenter = Segmenter(terms)
        synonyms = Synonyms([*read_groups(PACKAGED), *read_groups(folder / SYNONYMS)])
        return Index(
            folder=folder,
            manifest=manifest,
            catalogue=Catalogue(folder / CATALOGUE),
            lexical=lexical,
            dense=DenseIndex.load(folder / DENSE),
            sentences=SentenceVectors.load(folder / SENTENCES),
            segmenter=segmenter,
            english=English(lexical, synonyms),
            spelling=Spelling(lexical, segmenter),
            synonyms=synonyms,
            text_keys=np.load(folder / KEYS, mmap_mode="r", allow_pickle=False),
            hold=hold,
        )
    except (OSError, ValueError, KeyError, RuntimeError, sqlite3.Error) as error:
        raise StoreError(
            found=f"{folder.name} cannot be opened ({type(error).__name__}: {error})",
            expected="an index version of this program",
            mend=versions.rebuild(folder),
        ) from error


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Raises StoreError if a file of the version is missing, damaged, or not in the manifest."""
    recorded = manifest["files"]
    present = {path.relative_to(folder).as_posix() for path in _files(folder)} - {MANIFEST}
    for name in sorted(present ^ set(recorded)):
        raise StoreError(
            found=f"{folder.name}/{name} is {'unknown' if name in present else 'missing'}",
            expected="exactly the files of the manifest",
            mend=versions.rebuild(folder),
        )
    for name, expected in recorded.items():
        if file_record(folder / name) != expected:
            raise StoreError(
                found=f"{folder.name}/{name} is damaged (its checksum differs)",
                expected=f"SHA-256 {expected['sha256'][:12]}…",
                mend=versions.rebuild(folder),
            )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes a version's manifest with the records of all its other files."""
    whole = signing.seal({**manifest, "files": _file_records(folder)})
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def file_record(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"bytes": stream.tell(), "sha256": digest}


def _file_records(folder: Path) -> dict[str, dict[str, Any]]:
    names = (path for path in _files(folder) if path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): file_record(path) for path in names}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
