"""A format code of a spreadsheet → its sections, each a row of parts.

A code has up to four sections (positive; negative; zero; text), each with placeholders for digits (``0 # ?``), a
point, commas that group or scale by a thousand, per cent signs, literal signs and, now and then, a condition
(ECMA-376 part 1, 18.8.31).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bearing_qa.document.formats.spreadsheet.date_format import is_date

GENERAL = "General"
MAX_SECTIONS = 4
"""Positive, negative, zero, text; what follows is nothing."""
MAX_PLACEHOLDERS = 200
"""Digits of a shown number: a format that asks for more is none."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>[Ee][+-])|(?P<sign>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
DIGIT_SIGNS = "0#?"


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a section: ``kind`` is digit, point, comma, percent, exponent, slash, general, text or literal."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a format code: its source, its parts, its condition and which Chinese digits it asks for."""

    code: str
    tokens: tuple[Token, ...]
    condition: tuple[str, float] | None
    digits: str
    """``1`` for 一二三, ``2`` for 壹贰叁, empty for 123."""
    is_date: bool = False

    def holds(self, value: float) -> bool:
        """Whether the section's condition holds of a value."""
        if self.condition is None:
            return False
        sign, bound = self.condition
        return {
            "<": value < bound,
            ">": value > bound,
            "=": value == bound,
            "<=": value <= bound,
            ">=": value >= bound,
            "<>": value != bound,
        }[sign]

    @property
    def is_for_text(self) -> bool:
        """Whether it shows a cell's text."""
        return any(token.kind == "text" for token in self.tokens)

    @property
    def is_negative(self) -> bool:
        """Whether its condition holds of negative values only, so that their minus is its own affair."""
        return self.condition is not None and self.condition[0][0] == "<" and self.condition[1] <= 0


@lru_cache(maxsize=2_000)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections of a format code, one at least."""
    found: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(code or GENERAL):
        if match["sign"] == ";":
            found.append([])
        else:
            found[-1].append(match)
    return tuple(map(_section, found[:MAX_SECTIONS]))


def _section(matches: list[re.Match[str]]) -> Section:
    tokens: list[Token] = []
    condition, digits = None, ""
    for match in matches:
        bracket = match["bracket"]
        if bracket is None:
            tokens += _tokens(match)
        elif limit := _CONDITION.fullmatch(bracket.strip()):
            condition = (limit.group(1), float(limit.group(2)))
        elif bracket.lower().startswith("dbnum"):
            digits = bracket[5:6] if bracket[5:6] in "12" else ""
        elif currency := _CURRENCY.fullmatch(bracket):
            tokens.append(Token("literal", currency.group(1)))
    code = "".join(match.group() for match in matches)
    if sum(token.kind == "digit" for token in tokens) > MAX_PLACEHOLDERS:
        tokens = [Token("general", GENERAL)]
    return Section(code, tuple(tokens), condition, digits, is_date(code))


def _tokens(match: re.Match[str]) -> list[Token]:
    """The parts that a sign of a format code is."""
    if match["general"]:
        return [Token("general", GENERAL)]
    if match["exponent"]:
        return [Token("exponent", match["exponent"])]
    if match["quoted"] is not None or match["escaped"]:
        return [Token("literal", sign) for sign in match["quoted"] or match["escaped"] or ""]
    if match["space"] or match["fill"]:
        return [Token("literal", " ")] if match["space"] else []
    sign = match["sign"]
    kinds = {".": "point", ",": "comma", "%": "percent", "@": "text", "/": "slash"}
    return [Token("digit" if sign in DIGIT_SIGNS else kinds.get(sign, "literal"), sign)]
