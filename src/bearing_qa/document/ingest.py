"""A corpus folder → parsed documents, in a fixed order; what cannot be read is reported, not fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bearing_qa.document.files import corpus_files, doc_ids, unread_files
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.parse import Rejection
from bearing_qa.document.parser_process import ParsingProcess
from bearing_qa.document.raw_text import SUFFIXES
from bearing_qa.errors import DocumentError
from bearing_qa.types import Parsed

READ_ALREADY = "was read already"
"""What the reason of a Rejection says that lies in another file."""


def read_corpus(
    corpus: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    known: Callable[[str, str], Iterable[Parsed | Rejection] | None] = lambda source, doc_id: None,
    recognising: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Parsed | Rejection]:
    """Documents of a corpus, parsed, in a fixed order, with a Rejection for what was not read.

    ``known`` gives what reading a file (by its path in the corpus, and the id it has) would, or None for one
    that has to be read; ``recognising`` is told of pages of a scanned file that are done, and of how many. A second document with an id that was there already is rejected.
    """
    homes: dict[str, str] = {}
    base = corpus if corpus.is_dir() else corpus.parent
    files = {path.relative_to(base).as_posix(): path for path in corpus_files(corpus)}
    ids = doc_ids(files)
    with ParsingProcess(limits, recognising=recognising) as process:
        for source, path in files.items():
            items = known(source, ids[source])
            if items is None:
                items = process.parse(path, doc_id=ids[source], source=source)
            for item in items:
                doc_id = item.document.doc_id if isinstance(item, Parsed) else ""
                if doc_id in homes:
                    yield Rejection(source, _twice(doc_id, homes[doc_id]))
                    continue
                if isinstance(item, Parsed) and item.passages:
                    homes[doc_id] = source
                yield item
    for source, reason in unread_files(corpus):
        yield Rejection(source, reason)


def _twice(doc_id: str, home: str) -> str:
    """Why a second document with an id is not read."""
    return (
        f"a document {doc_id!r} {READ_ALREADY}, from {home}; expected an id that no other has; "
        "rename the file or give the document another _id"
    )


def parse_one(path: Path) -> Parsed:
    """The (first) document of a file.

    Raises DocumentError if there is none.
    """
    for item in documents_in(path):
        if isinstance(item, Parsed):
            return item
        raise DocumentError(found=item.reason, expected="", fix="")
    raise DocumentError(found=f"{path} holds no document", expected="some text", fix="name another")


def documents_in(path: Path) -> Iterator[Parsed | Rejection]:
    """The documents of a file, an archive's or a collection's all, with a Rejection for what is not read.

    Raises DocumentError if there is no such file, or none that is read.
    """
    if not path.is_file():
        what = "is no file" if path.exists() else "is not there"
        raise DocumentError(found=f"{path} {what}", expected="a document", fix="name another")
    if path.suffix.lower() not in SUFFIXES:
        raise DocumentError(
            found=f"{path} is of a type that is not read",
            expected=f"a file ending in {', '.join(SUFFIXES)}",
            fix="save it as .docx, .pdf or .txt",
        )
    with ParsingProcess() as process:
        yield from process.parse(path, doc_id=path.stem, source=path.name)
