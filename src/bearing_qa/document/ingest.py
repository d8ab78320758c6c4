"""A corpus folder → parsed documents, in a fixed order; what cannot be read is reported, not fatal."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.document.frontmatter import find_date, find_number, find_title
from bearing_qa.document.limits import DEFAULT_LIMITS, Limits
from bearing_qa.document.outline import find_points, parse_outline
from bearing_qa.document.passages import make_passages
from bearing_qa.document.reading import SUFFIXES, RawText, read_file
from bearing_qa.document.repair import Repaired, repair
from bearing_qa.document.tables import find_tables
from bearing_qa.errors import DocumentError
from bearing_qa.types import Document, PageSpan, Parsed

SIDECAR_SUFFIX = ".meta.toml"
"""``speech.meta.toml`` beside ``speech.txt`` gives the document's title, speaker, date and so on."""

SYNONYMS_NAME = "synonyms.txt"
"""The corpus's own synonyms, in its topmost folder: no document."""

MARKED_SUFFIXES = (".md", ".html", ".htm", ".docx")
"""File types whose decoded text marks headings with ``#``, by hand or by its reader."""

_OFFICE = (".doc", ".wps", ".rtf", ".odt", ".ofd", ".xls", ".xlsx", ".et", ".ppt", ".pptx")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_ARCHIVES = (".zip", ".rar", ".7z")
FOREIGN_SUFFIXES = {
    **dict.fromkeys(_OFFICE, "save it as .docx, .pdf or .txt"),
    **dict.fromkeys(_PICTURES, "if it is a scanned page, make its text with an OCR program"),
    **dict.fromkeys(_ARCHIVES, "unpack it here"),
}
"""Files that may hold documents and that no reader here takes, with the mend; others are no documents."""
PLAIN_SUFFIXES = (".txt", ".md")
"""File types whose page furniture no reader has dropped."""

READ_ALREADY = "was read already"
"""How the reason of a Rejection ends that lies in another file."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file or a line of one that was not read, and why."""

    source: str
    reason: str


def corpus_files(corpus: Path) -> list[Path]:
    """Files of a corpus folder that are read, in the order of their relative paths.

    A single file is a corpus of its own. Links that lead out of the folder are passed over.
    Raises DocumentError if the path does not exist or a folder goes away while it is listed.
    """
    if not corpus.exists():
        raise DocumentError(
            found=f"{corpus} does not exist",
            expected="a folder with documents, or one document",
            mend="name the folder: bearing-qa index FOLDER",
        )
    if corpus.is_file():
        return [corpus]
    root = corpus.resolve()
    files = (
        path
        for path in corpus.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not path.name.startswith(".")
        and _is_whole(str(path.relative_to(corpus)))
    )
    inside = (
        path
        for path in files
        if path.resolve().is_relative_to(root) and path != synonyms_of(corpus)
    )
    try:
        return sorted(inside, key=lambda path: path.relative_to(corpus).as_posix())
    except OSError as error:
        raise DocumentError(
            found=f"{corpus} cannot be listed ({error.strerror or error})",
            expected="folders that can be read and stay while they are",
            mend="try again",
        ) from error


def _links_out(corpus: Path) -> list[Path]:
    """Links of known type that lead out of the folder or nowhere."""
    root = corpus.resolve()
    links = (p for p in corpus.rglob("*") if p.is_symlink() and p.suffix.lower() in SUFFIXES)
    return sorted(p for p in links if not p.exists() or not p.resolve().is_relative_to(root))


def _unnamed(corpus: Path) -> list[Path]:
    """Documents whose names cannot be written down: they are in another encoding."""
    files = (p for p in corpus.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    return sorted(p for p in files if not _is_whole(str(p.relative_to(corpus))))


def _foreign(corpus: Path) -> list[Path]:
    """Documents of types that are not read: passing them over in silence would hide them."""
    files = (p for p in corpus.rglob("*") if p.suffix.lower() in FOREIGN_SUFFIXES and p.is_file())
    return sorted(p for p in files if not p.name.startswith((".", "~$")))


def read_corpus(
    corpus: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    known: Callable[[str], Iterable[Parsed | Rejection] | None] = lambda source: None,
) -> Iterator[Parsed | Rejection]:
    """Documents of a corpus, parsed, in a fixed order, with a Rejection for what was not read.

    ``known`` gives what reading a file (by its path in the corpus) would, or None for one that has to
    be read. A second document with an id that was there already is rejected.
    """
    seen: set[str] = set()
    base = corpus if corpus.is_dir() else corpus.parent
    for path in corpus_files(corpus):
        source = path.relative_to(base).as_posix()
        items = known(source)
        if items is None:
            doc_id = doc_id_of(source)
            items = parse_file(path, doc_id=doc_id, source=source, limits=limits)
        for item in items:
            if isinstance(item, Parsed) and item.document.doc_id in seen:
                yield Rejection(source, f"a document {item.document.doc_id!r} {READ_ALREADY}")
                continue
            if isinstance(item, Parsed) and item.passages:
                seen.add(item.document.doc_id)
            yield item
    for path in _links_out(corpus) if corpus.is_dir() else []:
        yield Rejection(
            path.relative_to(base).as_posix(),
            "it is a link that leads out of the folder or nowhere",
        )
    for path in _unnamed(corpus) if corpus.is_dir() else []:
        yield Rejection(
            os.fsencode(path.relative_to(base)).decode("utf-8", "backslashreplace"),
            "its name is not UTF-8; rename it",
        )
    for path in _foreign(corpus) if corpus.is_dir() else []:
        yield Rejection(
            path.relative_to(base).as_posix(),
            f"{path.suffix} files are not read; {FOREIGN_SUFFIXES[path.suffix.lower()]}",
        )


def parse_file(
    path: Path, *, doc_id: str, source: str = "", limits: Limits = DEFAULT_LIMITS
) -> Iterator[Parsed | Rejection]:
    """Documents of one file, parsed, or the reason why not; without its sidecar if that cannot be read."""
    source = source or path.name
    metadata: dict[str, str] = {}
    try:
        metadata = read_sidecar(path)
    except (DocumentError, OSError) as error:
        yield Rejection(source, f"{error}; the document is read without it")
    try:
        for raw in read_file(path, doc_id=doc_id, limits=limits):
            if isinstance(raw, DocumentError):
                yield Rejection(source, str(raw))
            elif not _is_whole(raw.doc_id + raw.title + raw.text):
                yield Rejection(
                    source, "a document in it holds half a character (a lone surrogate)"
                )
            else:
                yield parse(raw, metadata=metadata, source=source)
    except (DocumentError, OSError) as error:
        yield Rejection(source, str(error))
    except RecursionError:
        yield Rejection(source, "it is nested too deep to be read to its end")


def _is_whole(text: str) -> bool:
    """Whether a text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def doc_id_of(source: str) -> str:
    """The id of a document by its file's path in the corpus."""
    return source.removesuffix(Path(source).suffix)


def sidecar_of(path: Path) -> Path:
    """Where a document's sidecar would be."""
    return path.with_name(path.stem + SIDECAR_SUFFIX)


def synonyms_of(corpus: Path) -> Path:
    """Where a corpus's synonyms would be."""
    return (corpus if corpus.is_dir() else corpus.parent) / SYNONYMS_NAME


def read_sidecar(path: Path) -> dict[str, str]:
    """Metadata beside a document, as words; empty if there is none.

    Raises DocumentError if the sidecar is not TOML.
    """
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return {}
    try:
        items = tomllib.loads(sidecar.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # a number too long, tables too deep, no TOML
        raise DocumentError(
            found=f"{sidecar.name} is not TOML ({error})",
            expected='lines such as title = "…"',
            mend="mend or remove it",
        ) from error
    return {key: str(value) for key, value in items.items()}


def parse(raw: RawText, *, metadata: Mapping[str, str], source: str) -> Parsed:
    """Document, sections, points, tables and passages of a decoded text."""
    repaired = repair(
        raw.text,
        markdown=source.lower().endswith(MARKED_SUFFIXES),
        furnished=source.lower().endswith(PLAIN_SUFFIXES),
    )
    document = Document(
        doc_id=raw.doc_id,
        title=metadata.get("title") or raw.title or _title(repaired) or raw.doc_id,
        text=repaired.text,
        runs=repaired.runs,
        pages=_pages(repaired),
        metadata=_metadata(repaired.text) | dict(metadata),
        source=source,
        encoding=raw.encoding,
        repairs=repaired.counts,
    )
    tables = find_tables(document.text)
    sections = parse_outline(document.text, tables=tables, depths=repaired.depths)
    return Parsed(
        document=document,
        sections=sections,
        points=find_points(document.text, sections=sections, tables=tables),
        tables=tables,
        passages=make_passages(document, sections=sections, tables=tables),
    )


def _title(repaired: Repaired) -> str:
    """The heading that alone has the least depth and comes first; else what the text begins with."""
    depths = repaired.depths
    if depths:
        first, least = min(depths), min(depths.values())
        if [start for start, depth in depths.items() if depth == least] == [first]:
            return repaired.text[first:].partition("\n")[0]
    return find_title(repaired.text)


def _metadata(text: str) -> dict[str, str]:
    """Number and date as the text gives them; a sidecar overrides them."""
    found = {"number": find_number(text), "date": find_date(text)}
    return {key: value for key, value in found.items() if value}


def _pages(repaired: Repaired) -> tuple[PageSpan, ...]:
    stops = [*repaired.page_starts[1:], len(repaired.text)]
    return tuple(
        PageSpan(number, start, stop)
        for number, (start, stop) in enumerate(zip(repaired.page_starts, stops, strict=True), 1)
    )
