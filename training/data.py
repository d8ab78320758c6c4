"""Judged questions and their documents, as the other modules of ``training`` take them.

A question names its document by a path below the folder of documents (``policy_more/laws/….md``); its quotes are
looked for in the document as the program reads it, blanks aside.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bearing_qa.document.ingest import read_corpus
from bearing_qa.types import Parsed

QUESTIONS = Path(__file__).parent / "questions"
Split = Literal["train", "tuning", "held back"]
MAX_PLACES = 4
"""Places of one quote that are looked at; a quote that stands more often says nothing by itself."""
_EDITION = re.compile(r"[(（_]?\d{4}-\d{2}-\d{2}[)）]?|\.\w+$")


@dataclass(frozen=True, slots=True)
class Question:
    """A judged question. ``evidence`` are (document, quote) pairs; a question without an answer has none, but
    ``near``, the passage that looks as if it had one."""

    id: str
    doc: str
    type: str
    text: str
    answer: str
    evidence: tuple[tuple[str, str], ...]
    near: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_answerable(self) -> bool:
        """Whether its document answers it."""
        return bool(self.evidence)

    @property
    def split(self) -> Split:
        """The part of the set that its document belongs to."""
        return split_of(self.doc)


def split_of(doc: str) -> Split:
    """Train (seven tenths), tuning (one) or held back (two), by the document's name without its edition's date:
    the same on every machine, and for all editions of a law."""
    name = _EDITION.sub("", Path(doc).name)
    digit = int(hashlib.sha256(name.encode("utf-8")).hexdigest(), 16) % 10
    return "held back" if digit < 2 else "tuning" if digit == 2 else "train"


def read_questions(folder: Path = QUESTIONS) -> list[Question]:
    """All questions, in the order of their files."""
    return [
        question_of(json.loads(line), f"{file.stem}-{number}")
        for file in sorted(folder.glob("*.jsonl"))
        if file.stem != "paraphrases"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
    ]


def question_of(item: dict[str, Any], name: str) -> Question:
    """A line of a question file."""
    doc = item["doc"]
    evidence = [(doc, quote) for quote in item["evidence"]]
    evidence += [(other["doc"], other["quote"]) for other in item.get("other_evidence", ())]
    return Question(
        id=name,
        doc=doc,
        type=item["type"],
        text=item.get("standalone", item["question"]),
        answer=item["answer"],
        evidence=tuple(evidence),
        near=item.get("near", ""),
        extra={key: item[key] for key in ("other", "asks", "previous") if key in item},
    )


def read_documents(docs: Iterable[str], data: Path, work: Path) -> dict[str, Parsed]:
    """Documents as the program reads them, by the path that questions name; ``work`` takes copies of them."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    known = {}
    for doc in sorted(set(docs)):
        name = flat_name(doc)
        shutil.copy(data / doc, work / name)
        known[Path(name).stem if name.endswith((".md", ".txt")) else name] = doc
    read = (item for item in read_corpus(work) if isinstance(item, Parsed))
    return {known[parsed.document.doc_id]: parsed for parsed in read}


def flat_name(doc: str) -> str:
    """A document's path as the name of one file."""
    return doc.replace("/", "__")


def places_of(text: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in a text, blanks aside; the first ``MAX_PLACES``."""
    words = re.sub(r"\s", "", quote)
    pattern = r"\s*".join(map(re.escape, words))
    return [found.span() for found in _first(re.finditer(pattern, text))] if words else []


def _first(found: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    for number, match in enumerate(found):
        if number == MAX_PLACES:
            return
        yield match
