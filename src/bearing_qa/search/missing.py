"""What a question names and the passage that is to answer it does not: a near miss, and a reason to refuse.

Names, measures (8 米), classes by number (第二类), and what an amount is asked of (租金 of 多少租金).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from bearing_qa.index.cedict import common_words
from bearing_qa.index.numerals import Figure, figure_tokens, figures, spellings
from bearing_qa.index.segment import is_noun, normalise
from bearing_qa.search.areas import about
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.cells import pairs
from bearing_qa.search.fitting import bound_opposition
from bearing_qa.search.phrases import fold, holds_number, is_same, numbers_in
from bearing_qa.search.quantities import DOCUMENT_NUMBER, numbers
from bearing_qa.search.question import Question, last_before_amount

_COUNTS = tuple("个项条类种位次章节家年月日成倍批件所")
"""Units of things that are counted, and of time: a text need not say the count of what it lists."""
_CLASSES = tuple("类号批届期级档条款项")
"""What ordinals tell apart (第二类); 第十四个五年规划 and 第三季度 have other names too."""
_SORTS = tuple("人者员队户")
"""How words for a sort of people end that jieba's dictionary has among its names: 施工队, 家里人."""
_EXTENT = re.compile("[长宽高深厚]度")
_RANGE = re.compile(
    r"(?<![\d.])(\d{1,9}(?:\.\d+)?)[\u4e00-\u9fff%]{0,2}[-—–~～至到](\d{1,9}(?:\.\d+)?)(?![\d.])"
)
_KINDS = tuple(
    tuple(map(re.compile, kinds))
    for kinds in (
        ("小学", "初中", "高中"), ("博士", "硕士", "本科", "专科|大专"), ("去年", "今年", "明年"), ("退休", "在职"),
        ("大型企业", "中型企业", "小微企业|小型(?:微型)?企业|微型企业|中小微?企业"),
    )
)  # fmt: skip
"""Words that part one thing into kinds: what is said of one is not said of another."""
_SOME = "一"
"""Stands for no count: 哪一天, 同一家."""


def missing_from(question: Question, candidate: Candidate, *, cited: Iterable[str]) -> list[str]:
    """What the question names and its best passage, with title and headings, lacks; figures may be cited too."""
    document, passage = candidate.parsed.document, candidate.passage
    around = document.text[passage.start : passage.end]
    said = normalise(" ".join([about(candidate.parsed), passage.context, around]))
    with_cited = normalise(" ".join([said, *cited]))
    names = [
        name
        for name in question.names
        if normalise(name) not in said and name not in common_words() and not name.endswith(_SORTS)
    ]
    rows_name = passage.kind == "row"  # a row's first cell is its number: 16 | …
    named = [f for f in figures(normalise(question.text)) if _is_named(f, question)]
    if (
        question.asked == "yes_no"
    ):  # 300 米外行吗: the asker's own figure, which the text's is held against
        named = []
    asked = normalise(question.text)
    lost = [
        asked[f.start : f.end] for f in named if not _is_said(f, with_cited, by_number=rows_name)
    ]
    elsewhere = [candidate.elsewhere] if candidate.elsewhere else []
    elsewhere += _siblings_only(question, with_cited)
    matter = [
        *_measured(question, said),
        *(_amount_of(question, with_cited) or _last_noun(question, with_cited)),
    ]
    return list(dict.fromkeys([*elsewhere, *names, *lost, *matter]))


def is_other_bound(question: Question, cited: Iterable[str]) -> bool:
    """Whether a question asks for the least (最少签几年), and what is cited says only the most (不超过3年), or the other way."""
    return question.asked == "number" and bound_opposition(question.text, " ".join(cited)) == 1.0


def missing_numbers(question: Question, candidate: Candidate) -> list[str]:
    """Document numbers of a question that the candidate's document neither bears nor names."""
    asked = numbers_in(fold(question.text))
    if not asked:
        return []
    document = candidate.parsed.document
    known = fold(f"{document.title}\n{document.doc_id}\n{document.metadata.get('number', '')}")
    text = fold(document.text)
    lost = [n for n in asked if not holds_number(known, n) and not holds_number(text, n)]
    named = [found.group() for found in DOCUMENT_NUMBER.finditer(question.text)] if lost else []
    unknown = [
        name
        for name in named
        if any(is_same(n, gone) for n in numbers_in(fold(name)) for gone in lost)
    ]
    return unknown or named


def _measured(question: Question, said: str) -> list[str]:
    """What an amount is asked of, if a text does not speak of it."""
    if not question.measured:
        return []
    others = dict(question.meanings()).get(question.measured, ())
    stem = [question.measured[0]] if _EXTENT.fullmatch(question.measured) else []  # 长约15厘米
    return (
        []
        if any(word in said for word in (question.measured, *others, *stem))
        else [question.measured]
    )


def _amount_of(question: Question, said: str) -> list[str]:
    """What an amount is (国防预算 是多少), if a text says neither of its words, nor another for them.

    Of 28 right answers on the public sets one lacked both, of 10 that should have been refused five.
    """
    others = dict(question.meanings())
    words = [word for word in question.amount_of if not any(word in a for a in question.areas)]
    if not words or any(word in said for one in words for word in (one, *others.get(one, ()))):
        return []
    together = "".join(words)
    return [together] if together in normalise(question.text) else words


def _siblings_only(question: Question, said: str) -> list[str]:
    """Of words that part a thing into kinds (小学, 初中, 高中) the one that is asked, where a text says only others."""
    lost = []
    for kinds in _KINDS:
        named = [(kind, found) for kind in kinds if (found := kind.search(question.text))]
        if len(named) == 1 and any(kind.search(said) for kind in kinds):
            kind, found = named[0]
            lost += [] if kind.search(said) else [found.group()]
    return lost


def _last_noun(question: Question, said: str) -> list[str]:
    """The noun right before 多少 (利率 of 转贷资金利率多少), if a text says no two characters of it, nor another word for it."""
    noun = last_before_amount(question) if question.asked == "number" else ""
    known = [*pairs(noun), *dict(question.meanings()).get(noun, ())]
    return [noun] if is_noun(noun) and not any(word in said for word in known) else []


def _is_named(figure: Figure, question: Question) -> bool:
    """Whether a figure of the question tells its matter apart: 前10家 does, 三个原因 does not."""
    asks_so_many = normalise(question.text)[figure.start - 1 : figure.start] == "哪"  # 哪两天
    if figure.written == _SOME or figure.written in question.years or asks_so_many:
        return False
    if _is_ordinal(figure):
        return figure.token.endswith(_CLASSES)
    is_first = f"前{figure.written}" in normalise(question.text)
    return is_first or not figure.token.endswith(_COUNTS)


def _is_said(figure: Figure, text: str, *, by_number: bool) -> bool:
    """Whether a normalised text has a figure, in any spelling, or a range that holds it (90—99周岁 for 95岁); an ordinal
    only with what it counts."""
    if _is_ordinal(figure):
        return figure.token in figure_tokens(text) or (
            by_number and figure.written in numbers(text)
        )
    spelled = (figure.written, *spellings(figure.value))
    whole = "".join(text.split())
    mixed = [
        s for s in spelled if len(s) > 1 and not s.isdigit()
    ]  # 40万, 三百五十; 10 is no part of 10000
    if figure.token in figure_tokens(text):
        return True
    is_mixed = any(re.search(rf"(?<!\d)(?<!\d[.,]){re.escape(s)}", whole) for s in mixed)
    is_within = any(
        Decimal(one) <= figure.value <= Decimal(other) for one, other in _RANGE.findall(whole)
    )
    return is_mixed or is_within or bool(numbers(text) & set(spelled))


def _is_ordinal(figure: Figure) -> bool:
    return figure.token.startswith("#第")
