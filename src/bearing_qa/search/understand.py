"""A question as the index understands it: its words with what else the documents may call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bearing_qa.language.figures import figures
from bearing_qa.language.numbers import spellings
from bearing_qa.language.segment import normalise
from bearing_qa.search.dated_documents import named_by_date
from bearing_qa.search.question import STOP_WORDS, Question, check_question, parse_question
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.protocol import Index

_ENGLISH_STOP_TEXT = """
    a about after all also am an and any are as at be been before being between by can could did do does
    each for from get had has have how i if in into is it its many may me meant mean most much must my no
    not of on one or our out over shall should so some such than that the their them there these they
    this those to under up us was we were what when where which while who whom whose why will with would
    you your please tell say said think already only
"""
"""English words that say nothing of the matter."""
_ENGLISH_STOP = frozenset(_ENGLISH_STOP_TEXT.split())
_NEVER_WRONG = STOP_WORDS | frozenset("哪几谁吗呢吧么何请问做想看说讲")
"""Words that no slip of the pen holds: they stand alone in any question."""
CORRECTION_WEIGHT = 1.0
"""What the tokens of a corrected word weigh; the question's own word finds nothing."""
SYNONYM_WEIGHT = 0.5
"""What a synonym's tokens weigh in BM25 beside the question's own (see ARCHITECTURE.md)."""


def understand(index: Index, text: str, *, scope: Scope = EVERYTHING) -> Question:
    """A question parsed, with other words for its own (``others``) and their tokens (``added``); its scope is
    the documents that it names by their date (最新的政府工作报告).

    Raises QuestionError if it is empty or too long.
    """
    asked = check_question(text)
    text, scope = named_by_date(index.catalogue, text, scope=scope)
    parsed = parse_question(text, segmenter=index.segmenter, scope=scope)
    question = _with_spellings(replace(parsed, asked=asked))
    if not question.is_chinese:
        return _in_chinese(index, question)
    words = index.segmenter.words(question.text)
    return _with_corrections(index, _with_synonyms(index, question, words), words)


def _with_spellings(question: Question) -> Question:
    """The question with other spellings of its figures of two characters or more: 三百五十 for 350."""
    others = {word: list(known) for word, known in question.meanings()}
    for figure in figures(normalise(question.text)):
        known = [spelling for spelling in spellings(figure.value) if len(spelling) > 1]
        known += [f"{spelling}%" for spelling in known[:1] if figure.token.endswith("%")]
        for word, spelled in others.items():
            if word in figure.written:
                spelled.extend(spelling for spelling in known if spelling != word)
            elif figure.written in word:
                spelled.extend(known)
    return replace(question, others=tuple(tuple(known) for known in others.values()))


def _with_synonyms(index: Index, question: Question, words: Sequence[str]) -> Question:
    """The question, cut into words, with synonyms from the tables; an entry that is cut into nothing but
    single characters (民企) becomes a word of its own."""
    others = {word: list(known) for word, known in question.meanings()}
    names: list[str] = []
    for first, stop, entry in index.synonyms.spelled_by(words):
        known = index.synonyms.expand(entry)
        names.extend(known)
        pieces = [word for word in words[first:stop] if word in others]
        for word in pieces or [entry]:
            others.setdefault(word, []).extend(known)
    return _with_others(index, question, others, names, SYNONYM_WEIGHT)


def _with_corrections(index: Index, question: Question, words: Sequence[str]) -> Question:
    """The question, cut into words, with what its unknown ones are likely meant to be, beside them."""
    others = {word: list(known) for word, known in question.meanings()}
    names: list[str] = []
    for run, meant in index.spelling.corrections(words, apart=_NEVER_WRONG):
        names.append(meant)
        others.setdefault(run, []).append(meant)
    return _with_others(index, question, others, names, CORRECTION_WEIGHT)


def _in_chinese(index: Index, question: Question) -> Question:
    """A question in English with Chinese words for its own; function words are no words of it."""
    words = [
        word for word in re.findall(r"[a-z]+", question.text.lower()) if word not in _ENGLISH_STOP
    ]
    if not words:
        return question
    others: dict[str, tuple[str, ...]] = {}
    added: dict[str, float] = {}
    for phrase, known in index.english.phrases(words):
        others[phrase] = tuple(chinese for chinese, _ in known)
        for chinese, fit in known:
            for token in index.segmenter.tokens(chinese):
                added[token] = max(added.get(token, 0.0), fit)
    return replace(
        question,
        words=tuple(others),
        others=tuple(others.values()),
        added=tuple(added.items()),
    )


def _with_others(
    index: Index,
    question: Question,
    others: dict[str, list[str]],
    names: Iterable[str],
    weight: float,
) -> Question:
    own = set(question.tokens)
    tokens = dict.fromkeys(token for name in names for token in index.segmenter.tokens(name))
    added = tuple((token, weight) for token in tokens if token not in own)
    return replace(
        question,
        words=tuple(others),
        others=tuple(tuple(dict.fromkeys(known)) for known in others.values()),
        added=question.added + added,
    )
