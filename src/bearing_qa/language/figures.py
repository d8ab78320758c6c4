"""Figures as tokens, however they are written: 三百五十公里 and 350km are both ``#350公里``.

The tokens stand beside a text's words, which stay as they are. A Chinese numeral counts only with a unit,
a 第 or a 百分之 beside it, so that 十分, 一方面 and 万一 are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bearing_qa.language.dates import day_tokens
from bearing_qa.language.numbers import CHINESE, NUMBER, plain, value_of
from bearing_qa.language.units import UNIT, UNITS

_SHARE = re.compile(rf"百分之(?P<number>{NUMBER}|百)")
_ORDINAL = re.compile(rf"第(?P<number>{NUMBER})(?P<unit>[\u3400-\u9fff])")
# 2.5年均浓度 says no years: 年均 is a word.
_AMOUNT = re.compile(
    rf"(?<![\d第.{CHINESE}])(?P<number>{NUMBER})[多余]? ?(?P<unit>(?:{UNIT})(?![a-z0-9])(?!(?<=年)均))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text: where its number begins and its unit ends, how the number is written, its value,
    its unit (% for a share, 第条 for an ordinal), and the token that all its spellings share."""

    start: int
    end: int
    written: str
    value: Decimal
    unit: str

    @property
    def token(self) -> str:
        """The same for 三百五十公里 and 350km: #350公里."""
        before = self.unit[:1] if self.unit.startswith("第") else ""
        return f"#{before}{plain(self.value)}{self.unit.removeprefix('第')}"


def figures(text: str) -> Iterator[Figure]:
    """Shares, ordinals and amounts with a unit in a normalised text."""
    for found in _SHARE.finditer(text):
        value = Decimal(100) if found["number"] == "百" else value_of(found["number"])
        if value is not None:
            yield Figure(*found.span(), found["number"], value, "%")
    for found in _ORDINAL.finditer(text):
        value = value_of(found["number"])
        if value is not None:
            yield Figure(*found.span(), found["number"], value, f"第{found['unit']}")
    for found in _AMOUNT.finditer(text):
        value = value_of(found["number"])
        if value is not None:
            unit = UNITS[found["unit"].lower()]
            yield Figure(*found.span(), found["number"], value, unit)


def figure_tokens(text: str) -> list[str]:
    """Tokens of the figures and of the days and months of a normalised text."""
    return [figure.token for figure in figures(text)] + list(day_tokens(text))
