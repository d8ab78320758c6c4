"""An index version on disk: written once, never changed, opened after its checksums fit.

index/CURRENT                 the name of the version that serves (see versions.py)
index/versions/<id>/          manifest.json, catalogue.sqlite, lexical/, dense.faiss,
                              vectors.npy (where FAISS keeps codes), keys.npy, terms.txt, words.txt,
                              synonyms.txt
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bearing_qa.errors import StoreError
from bearing_qa.language.english import English
from bearing_qa.language.segment import Segmenter
from bearing_qa.language.spelling import Spelling
from bearing_qa.language.synonyms import PACKAGED, Synonyms, read_groups
from bearing_qa.store import versions
from bearing_qa.store.arrays import Vectors
from bearing_qa.store.catalogue import Catalogue
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.indexed_text import KEY_BYTES
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.manifest import Manifest, read_manifest, verify_files
from bearing_qa.store.protocol import Near, Part, Scored
from bearing_qa.store.scores import legs_of

OPEN_ATTEMPTS = 5
"""A version may be replaced and removed while it is being opened; then the next one is tried."""

CATALOGUE = "catalogue.sqlite"
LEXICAL = "lexical"
DENSE = "dense.faiss"
TERMS = "terms.txt"
WORDS = "words.txt"
KEYS = "keys.npy"
SYNONYMS = "synonyms.txt"


@dataclass(frozen=True, slots=True)
class Index:
    """An open version. Row i of catalogue, BM25 and FAISS is the same passage."""

    folder: Path
    manifest: Manifest
    catalogue: Catalogue
    lexical: LexicalIndex
    dense: DenseIndex
    segmenter: Segmenter
    synonyms: Synonyms
    english: English
    spelling: Spelling
    text_keys: npt.NDArray[np.uint8]
    hold: versions.Hold

    @property
    def place(self) -> str:
        """The version's folder."""
        return str(self.folder.resolve())

    @property
    def version(self) -> str:
        """Name of the version."""
        return self.folder.name

    @property
    def size(self) -> int:
        """Number of passages."""
        return self.lexical.size

    def legs(
        self,
        vector: Vectors,
        tokens: Sequence[str],
        *,
        added: Sequence[tuple[str, float]] = (),
        part: Part | None = None,
        depth: int = 0,
    ) -> Scored | Near:
        """Scores of a part, None for all; see ``protocol.Index``."""
        return legs_of(
            self.dense, self.lexical, vector=vector, tokens=tokens, added=added, part=part
        )

    def keys(self) -> list[bytes]:
        """Keys of what was encoded (see texts.py), row by row."""
        data = self.text_keys.tobytes()
        return [data[at : at + KEY_BYTES] for at in range(0, len(data), KEY_BYTES)]

    def close(self) -> None:
        """Lets go of the version's files; not to be used afterwards."""
        self.catalogue.close()
        self.hold.close()


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
        "keys": len(opened.text_keys),
    }
    expected = opened.manifest["counts"]["passages"]
    if set(sizes.values()) != {expected}:
        raise StoreError(
            found=f"{opened.version} has parts of different length {sizes}",
            expected=f"{expected} rows in each",
            fix=versions.rebuild(opened.folder),
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
            fix=versions.rebuild(folder),
        ) from error
