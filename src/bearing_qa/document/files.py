"""The files of a corpus folder: which are documents, what lies beside them, and which are not read and why."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path, PurePosixPath

from bearing_qa.document.raw_text import COLLECTION_SUFFIX, SUFFIXES
from bearing_qa.errors import DocumentError

SIDECAR_SUFFIX = ".meta.toml"
"""``speech.meta.toml`` beside ``speech.txt`` gives the document's title, speaker, date and so on."""

SYNONYMS_NAME = "synonyms.txt"
"""The corpus's own synonyms, in its topmost folder: no document."""

_OFFICE = (".odt", ".xlsb", ".ods", ".ppt")
_ARCHIVES = (".rar", ".7z")
FOREIGN_SUFFIXES = {
    **dict.fromkeys(_OFFICE, "save it as .docx, .pdf or .txt"),
    **dict.fromkeys(_ARCHIVES, "unpack it here"),
}
"""Files that may hold documents and that no reader here takes, with the fix; others are no documents."""


def corpus_files(corpus: Path) -> list[Path]:
    """Files of a corpus folder that are read, in the order of their relative paths.

    A single file is a corpus of its own. Links that lead out of the folder are passed over.
    Raises DocumentError if the path does not exist or a folder goes away while it is listed.
    """
    if not corpus.exists():
        raise DocumentError(
            found=f"{corpus} does not exist",
            expected="a folder with documents, or one document",
            fix="name the folder: bearing-qa index FOLDER",
        )
    if corpus.is_file():
        return [corpus]
    files = (
        path
        for path in corpus.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and is_file(path)
        and not path.name.startswith((".", "~$"))  # ~$ is Office's mark of an open file
        and is_whole(str(path.relative_to(corpus)))
    )
    root = corpus.resolve()
    inside = (path for path in files if _is_in(path, root) and path != synonyms_of(corpus))
    try:
        return sorted(inside, key=lambda path: path.relative_to(corpus).as_posix())
    except OSError as error:
        raise DocumentError(
            found=f"{corpus} cannot be listed ({error.strerror or error})",
            expected="folders that can be read and stay while they are",
            fix="try again",
        ) from error


def unread_files(corpus: Path) -> Iterator[tuple[str, str]]:
    """What a corpus folder holds that looks like documents and is not read: path in the corpus, and why.

    Links out of the folder or nowhere, names that cannot be written down, types that no reader takes:
    passing them over in silence would hide them.
    """
    if not corpus.is_dir():
        return
    root, paths = corpus.resolve(), sorted(corpus.rglob("*"))
    for path in paths:
        is_folder = _holds(path.is_dir)
        if not is_folder and path.suffix.lower() not in SUFFIXES:
            continue
        if _holds(path.is_symlink):
            if not (_holds(path.exists) and _is_in(path, root)):
                yield _named(path, corpus), "it is a link that leads out of the folder or nowhere"
        elif is_folder and not os.access(path, os.R_OK | os.X_OK):
            yield _named(path, corpus), "it is a folder that may not be read; fix its permissions"
    for path in paths:
        is_written = is_whole(str(path.relative_to(corpus)))
        if path.suffix.lower() in SUFFIXES and is_file(path) and not is_written:
            yield _named(path, corpus), "its name is not UTF-8; rename it"
    for path in paths:
        fix = FOREIGN_SUFFIXES.get(path.suffix.lower(), "")
        if fix and is_file(path) and not path.name.startswith((".", "~$")):
            yield _named(path, corpus), f"{path.suffix} files are not read; {fix}"


def _named(path: Path, corpus: Path) -> str:
    """A path in the corpus as words, whatever its bytes."""
    relative = path.relative_to(corpus).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def is_file(path: Path) -> bool:
    """Whether there is a plain file, links followed, that may be looked at; never an error: of a folder without
    leave, and of a name that is too long (a sidecar's may be), nothing is known."""
    return _holds(path.is_file)


def _holds(check: Callable[[], bool]) -> bool:
    """What a check of a path says; False where it cannot."""
    try:
        return check()
    except OSError:
        return False


def _is_in(path: Path, folder: Path) -> bool:
    """Whether a path, links followed, is in a folder without links."""
    return path.resolve().is_relative_to(folder)


def is_whole(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def doc_ids(sources: Iterable[str]) -> dict[str, str]:
    """The id of each document of a corpus by its file's path there: the path without its type.

    Of files that differ in their type alone, the first in the order of ``SUFFIXES`` has this id; the others'
    ids keep the type: 通知.txt is 通知, 通知.docx beside it is 通知.docx. They hang on the names alone.
    """
    names = set(sources)
    first: dict[str, str] = {}
    for source in sorted(names, key=_by_type):
        if not source.lower().endswith(COLLECTION_SUFFIX):
            first.setdefault(_stem(source), source)

    def id_of(source: str) -> str:
        stem = _stem(source)
        return stem if first.get(stem, source) == source and stem not in names else source

    return {source: id_of(source) for source in names}


def _by_type(source: str) -> tuple[int, str]:
    suffix = Path(source).suffix.lower()
    return SUFFIXES.index(suffix) if suffix in SUFFIXES else len(SUFFIXES), source


def _stem(source: str) -> str:
    """A path without the type of its file."""
    return source.removesuffix(Path(source).suffix)


def file_of(source: str, files: Container[str]) -> str:
    """The file of a corpus that a document comes from: its source itself, or the archive that it is in."""
    path = PurePosixPath(source)
    around = (place.as_posix() for place in (path, *path.parents))
    return next((place for place in around if place in files), source)


def sidecar_of(path: Path) -> Path:
    """Where a document's sidecar would be."""
    return path.with_name(path.stem + SIDECAR_SUFFIX)


def synonyms_of(corpus: Path) -> Path:
    """Where a corpus's synonyms would be."""
    return (corpus if corpus.is_dir() else corpus.parent) / SYNONYMS_NAME


def check_beside(path: Path) -> None:
    """Raises DocumentError if a file that lies beside documents is a link that leads out of their folder."""
    if _holds(path.is_symlink) and not _is_in(path, path.parent.resolve()):
        raise DocumentError(
            found=f"{path.name} is a link that leads out of its folder",
            expected="a file",
            fix="put a copy there, or remove it",
        )
