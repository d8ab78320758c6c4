"""Figures and document numbers in text, in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata

DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,4}[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*(?:第\s*)?\d+\s*号|[令告]\s*(?:[（(]?\d{4}年[）)]?)?\s*第?\s*[\d一二三四五六七八九十百]+\s*号"
)
_STOP_BETWEEN = re.compile("(?<![０-９])，|，(?![０-９])")
"""A wide comma is a separator of thousands between wide digits alone: ２，１８０."""
_ANY_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def numbers(text: str) -> set[str]:
    """All digit strings of a text, full-width ones folded, thousands separators left out."""
    apart = _STOP_BETWEEN.sub("、", text)  # NFKC would make a separator of a stop of the sentence
    folded = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", unicodedata.normalize("NFKC", apart))
    return set(_ANY_NUMBER.findall(folded))
