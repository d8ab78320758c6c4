"""What of the serving version holds for the next one, and why the rest does not.

documents   how a file is read: its content, its sidecar, the rules and limits of reading
tokens      how a text is cut: the rules of cutting, the terms that are in it
vectors     how a text is encoded: the encoder, and the text itself
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bearing_qa import document
from bearing_qa.build.changes import Records, document_keys
from bearing_qa.document.files import file_of
from bearing_qa.document.ingest import READ_ALREADY
from bearing_qa.document.limits import Limits
from bearing_qa.document.parse import Rejection
from bearing_qa.document.raw_text import COLLECTION_SUFFIX
from bearing_qa.encoders.identity import Made, difference
from bearing_qa.errors import BearingQAError
from bearing_qa.language.segment import characters
from bearing_qa.store import disk, versions
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.protocol import Entry
from bearing_qa.types import Parsed
from bearing_qa.version import VERSION

TOKEN_RULES = (
    "language/segment.py", "language/terms.py", "language/variants.py", "language/numbers.py",
    "language/units.py", "language/dates.py", "language/figures.py", "language/synonyms.py", "store/indexed_text.py", "store/lexical.py",
)  # fmt: skip
"""Modules that make tokens, terms and what is encoded."""
READING_RULES = (
    "language/numbers.py", "language/units.py", "language/dates.py", "language/document_numbers.py",
)  # fmt: skip
"""Modules beside those of document/ that make documents."""
READING_LIBRARIES = ("lxml", "olefile", "pypdfium2", "python-pptx", "xlrd", "rapidocr")
TOKEN_LIBRARIES = ("jieba", "opencc", "bm25s")
"""Libraries whose version counts as a rule."""


@cache
def rules() -> dict[str, str]:
    """Fingerprints of the rules that make documents and tokens: changed rules rebuild."""
    floor = Path(document.__file__).parent
    tokens, reading = (
        [floor.parent / name for name in names] for names in (TOKEN_RULES, READING_RULES)
    )
    return {
        "documents": _fingerprint([*sorted(floor.rglob("*.py")), *reading], READING_LIBRARIES),
        "tokens": _fingerprint(tokens, TOKEN_LIBRARIES),
    }


def _fingerprint(files: Sequence[Path], libraries: Sequence[str]) -> str:
    content = b"".join(path.read_bytes() for path in files)
    named = "".join(f"{name} {_version(name)};" for name in libraries)
    return hashlib.sha256(content + named.encode()).hexdigest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


@dataclass(frozen=True, slots=True)
class Reuse:
    """The serving version, if it can be trusted, and which of its parts hold; reasons in words."""

    serving: disk.Index | None = None
    documents: bool = False
    tokens: bool = False
    vectors: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything holds, so that only the files may differ."""
        return self.documents and self.tokens and self.vectors

    @property
    def records(self) -> Records:
        """Records of the files that the serving version was made from."""
        return self.serving.manifest["sources"] if self.serving else {}


def plan_reuse(index: Path, *, made_by: Made, limits: Limits, full: bool) -> Reuse:
    """What the serving version offers a build with an encoder and limits."""
    if versions.current_version(index) is None:
        return Reuse(reasons=("nothing was built before: everything is read and encoded",))
    try:
        serving = disk.open_index(index)
    except BearingQAError as error:
        return Reuse(reasons=(f"{error.found}: everything is read and encoded again",))
    if full:
        return Reuse(serving, reasons=("--full: everything is read and encoded again",))
    reading = _reading_reason(serving.manifest, limits)
    cutting = _cutting_reason(serving.manifest)
    encoding = difference(made_by, serving.manifest["encoder"])
    if encoding:
        was = serving.manifest["encoder"]["name"]
        encoding = f"the encoder {made_by['name']} is not {was} ({encoding}): all is encoded again"
    return Reuse(
        serving,
        documents=not reading,
        tokens=not cutting,
        vectors=not encoding,
        reasons=tuple(filter(None, (reading, cutting, encoding))),
    )


def _reading_reason(manifest: Manifest, limits: Limits) -> str:
    was = manifest["bearing_qa"]
    if was != VERSION:
        return f"the program is {VERSION}, not {was}: all files are read again"
    if manifest["rules"]["documents"] != rules()["documents"]:
        return "the rules of reading changed: all files are read again"
    if manifest["limits"] != asdict(limits):
        return "the limits for a file changed: all files are read again"
    return ""


def _cutting_reason(manifest: Manifest) -> str:
    if manifest["rules"]["tokens"] != rules()["tokens"]:
        return "the rules of cutting words changed: all passages are cut again"
    return ""


class KnownDocuments:
    """Documents of the serving version by what their files hold; rows that they had there."""

    def __init__(self, reuse: Reuse, *, records: Records) -> None:
        self.rows: dict[tuple[str, str], int] = {}
        self._serving = reuse.serving if reuse.documents else None
        self._now = document_keys(records)
        self._before = document_keys(reuse.records) if self._serving else {}
        self._homes = {(key, Path(name).suffix): name for name, key in self._before.items()}
        self._entries: dict[str, list[Entry]] = {}
        self._rejections: dict[str, list[Rejection]] = {}
        if self._serving is None:
            return
        for entry in self._serving.catalogue.entries:
            self._entries.setdefault(file_of(entry.source, reuse.records), []).append(entry)
        for item in self._serving.manifest["rejections"]:
            home = file_of(item["source"], reuse.records)
            self._rejections.setdefault(home, []).append(Rejection(**item))

    def __call__(self, source: str, doc_id: str) -> list[Parsed | Rejection] | None:
        """What reading a file as the document of an id would give, None if it has to be read."""
        key = self._now.get(source)
        is_same = key and self._before.get(source) == key
        home = source if is_same else self._homes.get((key or "", Path(source).suffix))
        if not key or home is None or self._serving is None:
            return None
        rejections = self._rejections.get(home, [])
        if any(READ_ALREADY in item.reason for item in rejections):
            return None
        if home != source and rejections:
            return None  # their reasons name the file
        items: list[Parsed | Rejection] = [*rejections]
        for entry in self._entries.get(home, []):
            parsed = self._serving.catalogue.parsed(entry.doc_id)
            moved = parsed and _at_home(parsed, home=home, source=source, doc_id=doc_id)
            if moved is None:
                return None
            self.rows[moved.document.source, moved.document.doc_id] = entry.first
            items.append(moved)
        return items


def _at_home(parsed: Parsed, *, home: str, source: str, doc_id: str) -> Parsed | None:
    """A document of the file ``home`` as reading it from ``source`` as ``doc_id`` would give it; None if its title came from
    its old id, or if it was in an archive whose name its id begins with. Those of a collection keep their own ids."""
    document = parsed.document
    if document.source != home:  # a member of an archive
        stays = home == source and document.doc_id.startswith(f"{doc_id}/")
        return parsed if stays else None
    if source.lower().endswith(COLLECTION_SUFFIX):
        doc_id = document.doc_id
    if (document.source, document.doc_id) == (source, doc_id):
        return parsed
    if document.title == document.doc_id != doc_id:
        return None
    passages = tuple(replace(passage, doc_id=doc_id) for passage in parsed.passages)
    return replace(
        parsed,
        document=replace(document, doc_id=doc_id, source=source),
        passages=passages,
    )


def rows_cut_otherwise(serving: disk.Index, terms: Sequence[str]) -> set[int]:
    """Rows of the serving version that may be cut otherwise with other terms.

    How a text is cut depends on the terms that are in it alone, and a term is only where all
    its characters and bigrams do.
    """
    rows: set[int] = set()
    for term in set(serving.segmenter.terms) ^ set(terms):
        rows.update(serving.lexical.rows_with(characters(term)).tolist())
    return rows
