"""The corpus folder as a library: what it holds, what is new or changed; files put in and taken out."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bearing_qa.build.changes import Records
from bearing_qa.build.status import stale_files
from bearing_qa.document.files import (
    SIDECAR_SUFFIX,
    SYNONYMS_NAME,
    corpus_files,
    file_of,
    is_file,
    sidecar_of,
)
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import DocumentError
from bearing_qa.output.references import issuer
from bearing_qa.server.bodies import MAX_FILES
from bearing_qa.store.manifest import file_record
from bearing_qa.store.protocol import Index
from bearing_qa.web.bin import Bin, put_back

State = Literal["current", "changed", "added", "removed", "unread"]
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
    reason: str = ""
    """Why it is not read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: added, replaced, there already, refused, removed, brought back, not to be brought back; and why."""

    name: str
    done: Literal[
        "put_added",
        "put_replaced",
        "put_exists",
        "put_refused",
        "put_removed",
        "put_restored",
        "put_lost",
    ]
    reason: str = ""
    entry: str = ""
    """Of the bin: where what was removed or replaced is."""


def stale_sources(index: Index, corpus: Path) -> dict[str, State]:
    """Source files of which the index does not have what is in the folder now; a changed sidecar
    counts as its document's change."""
    stale = stale_files({**index.manifest, "corpus": str(corpus)})
    recorded = index.manifest["sources"]
    read = {file_of(entry.source, recorded) for entry in index.catalogue.entries}
    documents = read | set(corpus_sources(corpus))
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
    rejected = [
        Item(
            item["source"],
            "",
            item["source"],
            "",
            "",
            0,
            0,
            state,
            file,
            "" if state == "changed" else item["reason"],
        )
        for item in index.manifest["rejections"]
        for file in (file_of(item["source"], recorded),)
        for state in (stale.get(file, "unread"),)
    ]
    fresh = sorted(name for name, state in stale.items() if state == "added" and name not in known)
    new = [Item(name, "", name, "", "", 0, 0, "added", name) for name in fresh]
    return [*items, *rejected, *new]


def corpus_sources(corpus: Path) -> list[str]:
    """The documents of a corpus folder by their paths there; none where there is no folder."""
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


def put_files(corpus: Path, files: Sequence[Path], *, replace: bool, bin_: Bin) -> list[Outcome]:
    """Copies files into the corpus folder, each whole or not at all; ``replace`` may write over, what was there goes to the bin.

    Raises DocumentError if there are too many or the corpus is no folder.
    """
    _check_folder(corpus)
    if len(files) > MAX_FILES:
        raise DocumentError(
            found=f"{len(files)} files",
            expected=f"at most {MAX_FILES}",
            fix="put them in by parts",
        )
    return [_put(corpus, file, replace=replace, bin_=bin_) for file in files]


def _check_folder(corpus: Path) -> None:
    if not corpus.is_dir():
        raise DocumentError(
            found=f"{corpus} is no folder",
            expected="a folder of documents",
            fix="name one: bearing-qa serve --corpus FOLDER",
        )


def _put(corpus: Path, file: Path, *, replace: bool, bin_: Bin) -> Outcome:
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
        entry = bin_.keep(corpus, [name], why="replaced").id if existed else ""
    except OSError as error:
        return Outcome(name, "put_refused", str(error.strerror or error))
    try:
        put_back(
            file, target, replace=replace
        )  # fails where another has put the same name meanwhile
    except FileExistsError:
        return Outcome(name, "put_exists")
    except OSError as error:
        return Outcome(name, "put_refused", str(error.strerror or error))
    return Outcome(name, "put_replaced" if existed else "put_added", entry=entry)


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
    others = [s for s in corpus_sources(corpus) if Path(s).with_suffix("") == path.with_suffix("")]
    if any(other != name for other in others):
        raise DocumentError(
            found=f"{others[0]} is there already, which differs in its type alone",
            expected="another name",
            fix="rename the file, or remove the other; both are read if they are put into the folder itself",
        )


def remove_files(corpus: Path, sources: Sequence[str], *, bin_: Bin) -> list[Outcome]:
    """Moves documents of the corpus to the bin, each with its sidecar. Raises DocumentError without a folder."""
    _check_folder(corpus)
    there = set(corpus_sources(corpus))
    return [
        _remove(corpus, source, bin_) if source in there else Outcome(source, "put_refused")
        for source in sources
    ]


def _remove(corpus: Path, source: str, bin_: Bin) -> Outcome:
    """Moves a document, and its sidecar unless another of the same name has it too."""
    path = corpus / source
    beside = sidecar_of(path)
    is_shared = any(
        other != source and sidecar_of(corpus / other) == beside for other in corpus_sources(corpus)
    )
    names = [source]
    if not is_shared and is_file(beside):
        names.append(beside.relative_to(corpus).as_posix())
    try:
        entry = bin_.keep(corpus, names, why="removed")
        for name in names:
            (corpus / name).unlink()
    except OSError as error:
        return Outcome(source, "put_refused", str(error.strerror or error))
    return Outcome(source, "put_removed", entry=entry.id)


def restore_entry(corpus: Path, entry_id: str, *, bin_: Bin) -> list[Outcome]:
    """Brings the files of an entry of the bin back; what was put in place of a replaced one goes to the bin.

    What has come into the place of a removed file stays, and the entry with it. Raises DocumentError without a folder.
    """
    _check_folder(corpus)
    entry = bin_.named(entry_id)
    if entry is None:
        return [Outcome(entry_id, "put_lost")]
    outcomes = []
    for name in entry.files:
        outcomes.append(
            _restore(corpus, bin_.file(entry, name), name, bin_, is_free=entry.why == "removed")
        )
    if all(outcome.done == "put_restored" for outcome in outcomes):
        bin_.drop(entry)
    return outcomes


def restore_version(corpus: Path, recorded: Records, *, bin_: Bin) -> list[Outcome]:
    """Brings back what a version was built from, as far as the bin has it; files that the version does not know stay.

    ``recorded`` is the version's record of its files. Raises DocumentError without a folder.
    """
    _check_folder(corpus)
    outcomes = []
    for name, record in recorded.items():
        path = corpus / name
        if is_file(path) and file_record(path) == record:
            continue
        source = bin_.find(record["sha256"])
        if source is None:
            outcomes.append(Outcome(name, "put_lost"))
        else:
            outcomes.append(_restore(corpus, source, name, bin_, is_free=False))
    return outcomes


def _restore(corpus: Path, source: Path, name: str, bin_: Bin, *, is_free: bool) -> Outcome:
    """Copies a file of the bin to its place; what is there now goes to the bin, or stays where the place has to be free."""
    target = corpus / name
    try:
        if not is_free and is_file(target):
            bin_.keep(corpus, [name], why="replaced")
        put_back(source, target, replace=not is_free)
    except FileExistsError:
        return Outcome(name, "put_exists")
    except OSError as error:
        return Outcome(name, "put_refused", str(error.strerror or error))
    return Outcome(name, "put_restored")
