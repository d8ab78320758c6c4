"""What the tests of composing share: passages as if a model had read them, so that no test of a rule needs one."""

from __future__ import annotations

from bearing_qa.answer.read import Candidate, make_candidate
from bearing_qa.answer.units import Readable, of_passage, structures_at
from bearing_qa.document.parse import parse
from bearing_qa.document.raw_text import RawText
from bearing_qa.encoders.reading_model import Mark, Reading
from bearing_qa.language.segment import Segmenter
from bearing_qa.search.question import Question, parse_question
from bearing_qa.types import Hit, Parsed

SEGMENTER = Segmenter()
SAID, UNSAID = 3.0, -3.0
"""Evidence of characters that say it, and of the others."""
SURE = 3.0
"""The first candidate's logits; each further one has a little less."""


def parsed_of(text: str, *, doc_id: str = "x") -> Parsed:
    return parse(RawText(doc_id, text, "utf-8"), metadata={}, source=f"{doc_id}.txt")


def asked(text: str) -> Question:
    return parse_question(text, segmenter=SEGMENTER)


def as_read(parsed: Parsed, *said: tuple[str, ...], sure: float = SURE) -> list[Candidate]:
    """Candidates of a document, best first: each the first thing to be read that holds the first words, in which the
    further words say it."""
    return [
        _candidate(_holding(parsed, words), words[1:], sure - 0.1 * at)
        for at, words in enumerate(said)
    ]


def _holding(parsed: Parsed, words: tuple[str, ...]) -> Readable:
    found = [of_passage(parsed, passage) for passage in parsed.passages]
    found += [item for s in parsed.sections for item in structures_at(parsed, s.index)]
    items = (item for item in found if item)
    return next(item for item in items if all(word in "\n".join(item.texts) for word in words))


def _candidate(item: Readable, words: tuple[str, ...], sure: float) -> Candidate:
    marks = [
        Mark(unit, at, at + 1, SAID if at in said else UNSAID)
        for unit, text in enumerate(item.texts)
        for said in [_places(text, words, whole=item.kind == "row")]
        for at in range(len(text))
    ]
    return make_candidate(item, Hit(0, sure), Reading(sure, sure, tuple(marks)))


def _places(text: str, words: tuple[str, ...], *, whole: bool) -> set[int]:
    """Where the words stand in a unit; all of it, if it has any, where it is a cell: a model marks it with its head."""
    found = [(text.find(word), len(word)) for word in words]
    places = {at + offset for at, size in found if at >= 0 for offset in range(size)}
    return set(range(len(text))) if whole and places else places
