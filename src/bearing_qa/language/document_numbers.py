"""Document numbers (发文字号): 国发〔2021〕5号, 国务院令第722号, in any brackets, and which of two are the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.language.dates import YEAR
from bearing_qa.language.segment import normalise

_BRACKETED = r"[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*(?:第\s*)?\d+\s*号"
WRITTEN = re.compile(
    rf"[\u4e00-\u9fff]{{1,4}}{_BRACKETED}|[令告]\s*(?:[（(]?\d{{4}}年[）)]?)?\s*第?\s*[\d一二三四五六七八九十百]+\s*号"
)
"""A document number in a text as it is, with the code before it."""
LINE = re.compile(rf"[\u4e00-\u9fff]{{1,10}}{_BRACKETED}")
"""A line that is nothing else."""
NAMED = re.compile(r"[\u4e00-\u9fff]{0,4}[发函字办电令规][〔\[(]\d{4}[〕\])]第?\d+号")
"""A document that a normalised question names by its number: 国办发〔2018〕128号"""
_UNIFIED = str.maketrans("〔〕[]【】〖〗{}〈〉<>“”„‟〝〞「」『』‘’'", "()" * 7 + '"' * 13)
_BESIDE_BRACKET = re.compile(r"\s*([()])\s*")
# (2021)5号 · (2021)第5号 · 令第722号 · 令722号, in folded text, with the characters before it.
FOLDED = re.compile(
    rf"([\u3400-\u9fff]*?)(\({YEAR}\)|令)第?(\d{{1,5}}|[一二三四五六七八九十百零〇]{{1,6}})号"
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


def fold(text: str) -> str:
    """A normalised text with one kind of bracket and quotation mark: 国发[2015]28号 is 国发〔2015〕28号."""
    return _BESIDE_BRACKET.sub(r"\1", normalise(text).translate(_UNIFIED))


def numbers_in(folded: str) -> list[Number]:
    """Document numbers of a folded text, in order."""
    return [Number(*found) for found in FOLDED.findall(folded)]


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
