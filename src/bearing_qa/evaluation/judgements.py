"""Judged questions: what a right result shows, in terms of the documents, never of passages.

A judgement names evidence in one or more of four ways: verbatim quotes, character spans of the canonical
text, sections, or whole documents. The most exact way that a question uses counts; the others are then
notes. So judgements survive every re-chunking, and every re-making of the index.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "~": "-", "−": "-"}
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YES = frozenset({"1", "true", "yes", "y", "是", "无答案", "√", "x"})
_NO = frozenset({"", "0", "false", "no", "n", "否", "none"})
_MODES = ("", "all", "any", "none")
_PATH_BREAK = re.compile(r"\s+[>＞›]\s+")
"""What parts the headings of a path that is written as one text."""
_KNOWN_TEXT = """
id question evidence evidence_mode spans section sections doc_id doc_ids documents answer answer_keys
key_alts answer_any unanswerable answerable tags accepted origin pages split_note
"""
_KNOWN = frozenset(_KNOWN_TEXT.split())
MAX_TAG_CHARS = 40
"""Longer values of further keys are notes, not tags to group by."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a right result shows: a quote, a span, a section or a document, with a grade.

    ``doc_id`` may be empty for a quote or a section: then any document that has it will do.
    """

    doc_id: str = ""
    quote: str = ""
    span: tuple[int, int] | None = None
    section: tuple[str, ...] = ()
    grade: int = 1

    @property
    def is_document(self) -> bool:
        """Whether the whole document is meant."""
        return not (self.quote or self.span or self.section)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A question with what a right result shows.

    All evidence is needed unless ``any_evidence``. ``unanswerable`` marks a question that the corpus
    does not answer; without the mark and without evidence nothing is known, and no figure counts it.
    ``answer_keys`` are groups of spellings; a right answer has one of each group. ``tags`` group figures.
    """

    id: str
    question: str
    evidence: tuple[Evidence, ...] = ()
    any_evidence: bool = False
    unanswerable: bool = False
    answer: str = ""
    answer_keys: tuple[tuple[str, ...], ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_answerable(self) -> bool:
        """Whether it is known that the corpus answers."""
        return bool(self.evidence)


def comparable(text: str) -> str:
    """Text as quotes are compared: NFKC, lower case, no blanks, one kind of quote and dash."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_QUOTES)
    return _THOUSANDS.sub("", re.sub(r"\s+", "", text))


def fingerprint(judgements: Sequence[Judgement]) -> str:
    """SHA-256 over questions and judgements: runs over different ones cannot be compared."""
    items = [asdict(judgement) for judgement in judgements]
    packed = json.dumps(items, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def make_judgement(item: Mapping[str, Any], *, default_id: str) -> Judgement:
    """The judgement that an object of a question file describes.

    Raises KeyError or ValueError if it has no question or a part is of the wrong shape.
    """
    try:
        return _make(item, default_id)
    except (TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("a part of it has another shape than the format's") from error


def _make(item: Mapping[str, Any], default_id: str) -> Judgement:
    question = item["question"].strip() if isinstance(item["question"], str) else ""
    if not question:
        raise ValueError("a question that is no text, or blank")
    if str(item.get("evidence_mode") or "") not in _MODES:
        raise ValueError(f"an evidence_mode {item['evidence_mode']!r}; it is all or any")
    alternatives: Mapping[str, list[str]] = item.get("key_alts") or {}
    keys = [(str(key), *alternatives.get(key, [])) for key in _listed(item.get("answer_keys"))]
    keys += [tuple(map(str, group)) for group in item.get("answer_any") or []]
    evidence = _evidence(item)
    return Judgement(
        id=str(item.get("id") or default_id),
        question=question,
        evidence=evidence,
        any_evidence=str(item.get("evidence_mode", "")) == "any",
        unanswerable=_is_unanswerable(item, evidence),
        answer=str(item.get("answer") or ""),
        answer_keys=tuple(keys),
        tags=_tags(item),
    )


def _is_unanswerable(item: Mapping[str, Any], evidence: Sequence[Evidence]) -> bool:
    """Marked so, or judged (``evidence: []``) with nothing to show."""
    if "unanswerable" in item or "answerable" in item:
        marked = _is_yes(item.get("unanswerable", False))
        denied = "answerable" in item and not _is_yes(item["answerable"])
        if (marked or denied) and evidence:
            raise ValueError("marked unanswerable, and yet with evidence")
        return marked or denied
    return isinstance(item.get("evidence"), list) and not evidence


def _is_yes(value: Any) -> bool:
    said = str(value).strip().lower()
    if said not in _YES | _NO:
        raise ValueError(f"a mark {value!r} that is neither yes nor no")
    return said in _YES


def _grade(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"a grade {value!r}; it is a whole number above 0")
    return value


def _offset(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**12:
        raise ValueError(f"a place {str(value)[:40]}; it is a number of characters")
    return value


def _quoted(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"evidence {value!r} that is no quote")
    return value


def _listed(value: Any) -> list[Any]:
    """A list as it is, a single value as a list of one, nothing as an empty list."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _evidence(item: Mapping[str, Any]) -> tuple[Evidence, ...]:
    """Evidence of the most exact kind that an item gives."""
    doc_id = str(item.get("doc_id") or "")
    quotes = [_quote(entry, doc_id) for entry in _listed(item.get("evidence"))]
    spans = [
        Evidence(
            doc_id=str(entry.get("doc_id") or doc_id),
            span=(_offset(entry["start"]), _offset(entry["end"])),
            grade=_grade(entry.get("grade", 1)),
        )
        for entry in _listed(item.get("spans"))
    ]
    if quotes or spans:
        return (*quotes, *spans)
    sections = item.get("sections") or ([item["section"]] if item.get("section") else [])
    if sections:
        return tuple(_section(entry, doc_id) for entry in sections)
    is_said_empty = isinstance(item.get("evidence"), list)
    documents = item.get("documents") or item.get("doc_ids") or ("" if is_said_empty else doc_id)
    if isinstance(documents, Mapping):
        return tuple(Evidence(str(name), grade=_grade(grade)) for name, grade in documents.items())
    return tuple(Evidence(str(name)) for name in _listed(documents))


def _quote(entry: Any, doc_id: str) -> Evidence:
    if isinstance(entry, Mapping):
        grade = _grade(entry.get("grade", 1))
        return Evidence(str(entry.get("doc_id") or doc_id), _quoted(entry["quote"]), grade=grade)
    return Evidence(doc_id, _quoted(entry))


def _section(entry: Any, doc_id: str) -> Evidence:
    if isinstance(entry, Mapping):
        grade = _grade(entry.get("grade", 1))
        return Evidence(
            str(entry.get("doc_id") or doc_id), section=_path(entry["path"]), grade=grade
        )
    return Evidence(doc_id, section=_path(entry))


def _path(value: Any) -> tuple[str, ...]:
    """A heading path: a list of headings, or one text with > between them."""
    if isinstance(value, str):
        return tuple(part.strip() for part in _PATH_BREAK.split(value) if part.strip())
    return tuple(map(str, value))


def _tags(item: Mapping[str, Any]) -> dict[str, str]:
    """``tags`` and every further key with a short single value."""
    tags = {str(key): str(value) for key, value in (item.get("tags") or {}).items()}
    for key, value in item.items():
        is_short = isinstance(value, str | int | float | bool) and len(str(value)) <= MAX_TAG_CHARS
        if key not in _KNOWN and is_short and str(value).strip():
            tags.setdefault(str(key), str(value))
    return tags
