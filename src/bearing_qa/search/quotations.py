"""What a question quotes: phrases in quotation marks and document numbers, and which text holds them.

Texts are compared as ``language.segment.normalise`` gives them, with one kind of bracket and quotation
mark for all: 国发[2015]28号 is 国发〔2015〕28号, and a phrase may be quoted inside a quoted one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.language.segment import normalise

MIN_PHRASE_CHARS = 2
"""A single character in quotation marks is hardly ever a phrase to be found."""

QUOTED = re.compile(r"([“”„‟〝〞＂\"][^“”„‟〝〞＂\"]+[“”„‟〝〞＂\"]|「[^「」]+」|『[^『』]+』)")
"""Text in quotation marks; 《》 are titles."""
_EDGES = " 　,.;:!，。；：、！…"
"""Marks that a quotation may have at its ends where the text has none."""
_UNIFIED = str.maketrans("〔〕[]【】〖〗{}〈〉<>“”„‟〝〞「」『』‘’'", "()" * 7 + '"' * 13)
_BESIDE_BRACKET = re.compile(r"\s*([()])\s*")

# (2021)5号 · (2021)第5号 · 令第722号 · 令722号, in folded text, with the characters before it.
_NUMBER = re.compile(
    r"([\u3400-\u9fff]*?)(\((?:19|20)\d{2}\)|令)第?(\d{1,5}|[一二三四五六七八九十百零〇]{1,6})号"
)
_LEAD = re.compile(
    r"(?:^|根据|按照|依据|依照|遵照|关于|对照|参照|落实|执行|贯彻|印发|请问|查询|查|和|与|及|或|的|在|从|由|按|依|对|是|"
    r"文件|通知|年|月|日)$"
)
"""What may stand right before a document number without being part of it."""


@dataclass(frozen=True, slots=True)
class Number:
    """A document number: ``code`` is what stands before (国发, with any words before that),
    ``year`` is (2021) or 令, ``serial`` the number of that year."""

    code: str
    year: str
    serial: str

    @property
    def code_is_known(self) -> bool:
        """Whether something stands right before that may be the code."""
        return not _LEAD.search(self.code)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a question quotes."""

    phrases: tuple[str, ...]
    numbers: tuple[Number, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything is quoted."""
        return bool(self.phrases or self.numbers)


def fold(text: str) -> str:
    """Text as phrases are compared in it."""
    return _BESIDE_BRACKET.sub(r"\1", normalise(text).translate(_UNIFIED))


def read_quoted(question: str) -> Quoted:
    """Phrases and document numbers of a question, each once; a number in quotes is no phrase."""
    phrases = (fold(part[1:-1]).strip(_EDGES) for part in QUOTED.findall(question))
    kept = (p for p in phrases if len(p) >= MIN_PHRASE_CHARS and not _NUMBER.fullmatch(p))
    return Quoted(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(numbers_in(fold(question)))))


def outside_quotes(pattern: re.Pattern[str], text: str) -> str:
    """Text with a blank for each match of a pattern outside quotation marks.

    What is quoted and ends as a question is a question, not a phrase.
    """
    parts = QUOTED.split(text)
    is_phrase = [at % 2 == 1 and part[-2] not in "?？" for at, part in enumerate(parts)]
    return "".join(
        part if quoted else pattern.sub(" ", part)
        for part, quoted in zip(parts, is_phrase, strict=True)
    )


def numbers_in(folded: str) -> list[Number]:
    """Document numbers of a folded text, in order."""
    return [Number(*found) for found in _NUMBER.findall(folded)]


def is_same(asked: Number, found: Number) -> bool:
    """Whether a number is the asked one.

    Where a code begins is not known, so they have to agree up to the beginning of one of them:
    根据国发 and 国发 agree, 苏政发 and 浙政发, 国办发 and 国发 do not.
    """
    if (asked.year, asked.serial) != (found.year, found.serial):
        return False
    one, other = asked.code, found.code
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    agreed = len(asked.code) - len(one)
    return bool(_LEAD.search(one)) or (agreed > 0 and bool(_LEAD.search(other)))


def holds_number(folded: str, asked: Number) -> bool:
    """Whether a folded text holds a document number."""
    return any(is_same(asked, found) for found in numbers_in(folded))
