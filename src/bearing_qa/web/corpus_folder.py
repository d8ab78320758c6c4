"""The corpus folder as a library: what it holds, what is new or changed; files put in and taken out."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bearing_qa.build.status import stale_files
from bearing_qa.document.files import (
    SIDECAR_SUFFIX,
    SYNONYMS_NAME,
    corpus_files,
    file_of,
    sidecar_of,
)
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import DocumentError
from bearing_qa.output.references import issuer
from bearing_qa.server.bodies import MAX_FILES
from bearing_qa.store.protocol import Index

State = Literal["current", "changed", "added", "removed"]
UPLOAD_SUFFIXES = (*SUFFIXES, SIDECAR_SUFFIX)
"""What may be put in: documents, and what is known about one (NAME.meta.toml)."""
MAX_NAME_BYTES = 200
"""Of a file's name; file systems take 255 with what we add while writing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document of the index, or a file that the index does not have yet (without a ``doc_id``).

    ``file`` is the file in the folder that it comes from: its source, or the archive that it is in.
    """

    source: str
    doc_id: str
    title: str
    issuer: str
    date: str
    pages: int
    passages: int
    state: State
    file: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: added, replaced, there already, refused, removed; and why."""

    name: str
    done: Literal["put_added", "put_replaced", "put_exists", "put_refused", "put_removed"]
    reason: str = ""


def stale_sources(index: Index, corpus: Path) -> dict[str, State]:
    """Source files of which the index does not have what is in the folder now; a changed sidecar
    counts as its document's change."""
    stale = stale_files({**index.manifest, "corpus": str(corpus)})
    recorded = index.manifest["sources"]
    read = {file_of(entry.source, recorded) for entry in index.catalogue.entries}
    documents = read | set(_sources(corpus))
    owners = {sidecar_of(Path(source)).as_posix(): source for source in documents}
    found: dict[str, State] = {}
    states: tuple[State, ...] = ("added", "changed", "removed")
    for state in states:
        for name in stale[state]:
            if name in owners:
                found.setdefault(owners[name], "changed")
            elif name in documents:
                found[name] = state
    return found


def list_items(index: Index, corpus: Path) -> list[Item]:
    """The documents of the index in its order, then the files that it does not have yet."""
    stale, pages = stale_sources(index, corpus), index.catalogue.page_counts()
    recorded = index.manifest["sources"]
    items = [
        Item(
            source=entry.source,
            doc_id=entry.doc_id,
            title=entry.title,
            issuer=issuer(entry.metadata),
            date=entry.metadata.get("date", ""),
            pages=pages[entry.doc_id],
            passages=entry.stop - entry.first,
            state=stale.get(file_of(entry.source, recorded), "current"),
            file=file_of(entry.source, recorded),
        )
        for entry in index.catalogue.entries
    ]
    known = {item.file for item in items}
    fresh = sorted(name for name, state in stale.items() if state == "added" and name not in known)
    return [*items, *(Item(name, "", name, "", "", 0, 0, "added", name) for name in fresh)]


def _sources(corpus: Path) -> list[str]:
    if not corpus.is_dir():
        return []
    return [path.relative_to(corpus).as_posix() for path in corpus_files(corpus)]


def safe_name(name: str) -> str:
    """The name that a file is kept under: no path, no hidden file, a type that is read.

    Raises DocumentError if there is none.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in last if sign.isprintable()).strip().lstrip(".")
    kept = kept.rstrip(". ")
    lower = kept.lower()
    suffix = next((s for s in UPLOAD_SUFFIXES if lower.endswith(s) and lower != s), "")
    if not suffix:
        raise DocumentError(
            found=f"{kept or name!r} is of a type that is not read",
            expected=f"a file ending in {', '.join(UPLOAD_SUFFIXES)}",
            fix="save it as .docx, .pdf or .txt",
        )
    if lower == SYNONYMS_NAME or len(kept.encode()) > MAX_NAME_BYTES:
        raise DocumentError(
            found=f"{kept[:40]} is no name for a document", expected="another", fix="rename it"
        )
    return kept


def put_files(corpus: Path, files: Sequence[Path], *, replace: bool) -> list[Outcome]:
    """Copies files into the corpus folder, each whole or not at all; ``replace`` may write over.

    Raises DocumentError if there are too many or the corpus is no folder.
    """
    _check_folder(corpus)
    if len(files) > MAX_FILES:
        raise DocumentError(
            found=f"{len(files)} files",
            expected=f"at most {MAX_FILES}",
            fix="put them in by parts",
        )
    return [_put(corpus, file, replace=replace) for file in files]


def _check_folder(corpus: Path) -> None:
    if not corpus.is_dir():
        raise DocumentError(
            found=f"{corpus} is no folder",
            expected="a folder of documents",
            fix="name one: bearing-qa serve --corpus FOLDER",
        )


def _put(corpus: Path, file: Path, *, replace: bool) -> Outcome:
    try:
        name = safe_name(file.name)
        _check_size(file)
        _check_id(corpus, name)
    except DocumentError as error:
        return Outcome(file.name, "put_refused", str(error))
    target = corpus / name
    existed = os.path.lexists(target)
    if existed and (not replace or not target.is_file()):
        return Outcome(name, "put_exists")
    try:
        with tempfile.TemporaryDirectory(dir=corpus, prefix=".upload-") as aside:
            whole = Path(shutil.copyfile(file, Path(aside) / ("." + name)))
            if replace:
                whole.replace(target)
            else:
                os.link(whole, target)  # fails where another has put the same name meanwhile
    except FileExistsError:
        return Outcome(name, "put_exists")
    except OSError as error:
        return Outcome(name, "put_refused", str(error.strerror or error))
    return Outcome(name, "put_replaced" if existed else "put_added")


def _check_size(file: Path) -> None:
    size = file.stat().st_size / 1024**2
    if not 0 < size <= DEFAULT_LIMITS.megabytes:
        raise DocumentError(
            found=f"{file.name} has {size:.0f} MB",
            expected=f"more than nothing and at most {DEFAULT_LIMITS.megabytes} MB",
            fix="split it",
        )


def _check_id(corpus: Path, name: str) -> None:
    """Of two files whose names differ in their type alone, one may be an older form of the other."""
    path = Path(name)
    if name.lower().endswith(SIDECAR_SUFFIX):
        return
    others = [s for s in _sources(corpus) if Path(s).with_suffix("") == path.with_suffix("")]
    if any(other != name for other in others):
        raise DocumentError(
            found=f"{others[0]} is there already, which differs in its type alone",
            expected="another name",
            fix="rename the file, or remove the other; both are read if they are put into the folder itself",
        )


def remove_files(corpus: Path, sources: Sequence[str]) -> list[Outcome]:
    """Deletes documents of the corpus, each with its sidecar. Raises DocumentError without a folder."""
    _check_folder(corpus)
    there = set(_sources(corpus))
    return [
        _remove(corpus, source) if source in there else Outcome(source, "put_refused")
        for source in sources
    ]


def _remove(corpus: Path, source: str) -> Outcome:
    """Deletes a document, and its sidecar unless another of the same name has it too."""
    path = corpus / source
    try:
        path.unlink()
        if sidecar_of(path) not in {sidecar_of(corpus / other) for other in _sources(corpus)}:
            sidecar_of(path).unlink(missing_ok=True)
    except OSError as error:
        return Outcome(source, "put_refused", str(error.strerror or error))
    return Outcome(source, "put_removed")
