"""Index versions on disk: named by ``CURRENT``, opened after their checksums fit, switched in one
rename.

    index/CURRENT                 the name of the version that serves
    index/versions/<id>/          manifest.json, catalogue.sqlite, lexical/, dense.faiss,
                                  sentences/, terms.txt, synonyms.txt

A version is written once and never changed. Readers keep the version that they opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.errors import StoreError
from bearing_qa.index.catalogue import Catalogue
from bearing_qa.index.dense import DenseIndex, SentenceVectors
from bearing_qa.index.english import English
from bearing_qa.index.lexical import LexicalIndex
from bearing_qa.index.segment import Segmenter
from bearing_qa.index.spelling import Spelling
from bearing_qa.index.synonyms import PACKAGED, Synonyms, read_groups

FORMAT = 1
"""Raised whenever a version written before cannot be read as before."""
KEPT_VERSIONS = 2
"""The serving version and the one before, for going back."""

MANIFEST = "manifest.json"
CATALOGUE = "catalogue.sqlite"
LEXICAL = "lexical"
DENSE = "dense.faiss"
SENTENCES = "sentences"
TERMS = "terms.txt"
SYNONYMS = "synonyms.txt"

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


def _rebuild(folder: Path) -> str:
    """The command that mends a version in ``INDEX/versions/``."""
    return f"rebuild: bearing-qa index CORPUS --index {folder.parent.parent} --full"


def current_version(index: Path) -> str | None:
    """Name of the serving version, None if nothing was built yet."""
    try:
        return (index / "CURRENT").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def version_folder(index: Path) -> Path:
    """Folder of the serving version.

    Raises StoreError if there is none.
    """
    version = current_version(index)
    if version is None:
        raise StoreError(
            found=f"no index in {index}",
            expected="a built index",
            mend=f"build it: bearing-qa index --index {index}",
        )
    folder = index / "versions" / Path(version).name
    if not folder.is_dir():
        raise StoreError(
            found=f"{index / 'CURRENT'} names version {version}, which is not there",
            expected=f"a folder {folder}",
            mend=_rebuild(folder),
        )
    return folder


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a version.

    Raises StoreError if it is missing, damaged or of another format.
    """
    try:
        manifest: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        found_format = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            found=f"the manifest of {folder} cannot be read ({type(error).__name__})",
            expected="a complete index version",
            mend=_rebuild(folder),
        ) from error
    if found_format != FORMAT:
        raise StoreError(
            found=f"{folder} has index format {found_format}",
            expected=f"format {FORMAT}",
            mend=_rebuild(folder),
        )
    return manifest


def open_index(index: Path) -> Index:
    """Opens the serving version after its checksums and counts fit.

    Raises StoreError if there is no index or it cannot be trusted.
    """
    folder = version_folder(index)
    opened = open_version(folder)
    check_rows(opened)
    return opened


def check_rows(opened: Index) -> None:
    """Raises StoreError unless all parts have the manifest's number of rows."""
    sizes = {
        "catalogue": opened.catalogue.size,
        "BM25": opened.lexical.size,
        "FAISS": opened.dense.size,
        "sentences": opened.sentences.size,
    }
    expected = opened.manifest["counts"]["passages"]
    if set(sizes.values()) != {expected}:
        raise StoreError(
            found=f"{opened.version} has parts of different length {sizes}",
            expected=f"{expected} rows in each",
            mend=_rebuild(opened.folder),
        )


def open_version(folder: Path) -> Index:
    """Opens a version's files; every file's size and SHA-256 are those of the manifest.

    Raises StoreError otherwise.
    """
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
        )
    except (OSError, ValueError, KeyError, RuntimeError, sqlite3.Error) as error:
        raise StoreError(
            found=f"{folder.name} cannot be opened ({type(error).__name__}: {error})",
            expected="an index version of this program",
            mend=_rebuild(folder),
        ) from error


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Raises StoreError if a file of the version is missing, damaged, or not in the manifest."""
    recorded = manifest["files"]
    present = {path.relative_to(folder).as_posix() for path in _files(folder)} - {MANIFEST}
    for name in sorted(present ^ set(recorded)):
        raise StoreError(
            found=f"{folder.name}/{name} is {'unknown' if name in present else 'missing'}",
            expected="exactly the files of the manifest",
            mend=_rebuild(folder),
        )
    for name, expected in recorded.items():
        if file_record(folder / name) != expected:
            raise StoreError(
                found=f"{folder.name}/{name} is damaged (its checksum differs)",
                expected=f"SHA-256 {expected['sha256'][:12]}…",
                mend=_rebuild(folder),
            )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes a version's manifest with the records of all its other files."""
    whole = {**manifest, "files": file_records(folder)}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def file_record(path: Path) -> dict[str, Any]:
    """Size in bytes and SHA-256 of a file."""
    with path.open("rb") as stream:
        return {
            "bytes": path.stat().st_size,
            "sha256": hashlib.file_digest(stream, "sha256").hexdigest(),
        }


def file_records(folder: Path) -> dict[str, dict[str, Any]]:
    """Records of all files of a version but the manifest."""
    names = (path for path in _files(folder) if path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): file_record(path) for path in names}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def switch(index: Path, folder: Path) -> None:
    """Makes ``folder`` the serving version: everything synced, then one rename of ``CURRENT``."""
    for path in _files(folder):
        _sync(path)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir()), folder.parent):
        _sync(path)
    aside = index / f".CURRENT-{os.getpid()}"
    aside.write_text(folder.name + "\n", encoding="utf-8")
    _sync(aside)
    aside.replace(index / "CURRENT")
    _sync(index)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_old_versions(index: Path) -> None:
    """Removes all but the serving version and the newest before it, and unfinished builds."""
    serving = current_version(index)
    versions = sorted(path for path in (index / "versions").iterdir() if path.is_dir())
    finished = [path for path in versions if not path.name.startswith(".") and path.name != serving]
    kept = {path.name for path in finished[-(KEPT_VERSIONS - 1) :]} | {serving}
    for path in versions:
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)
