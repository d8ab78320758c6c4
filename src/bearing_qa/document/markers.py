"""The marker styles of Chinese official prose: how each starts a line, and its usual rank."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CN = "一二三四五六七八九十百零〇两"


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker style: how it starts a line, its usual rank, and what kinds of head it has."""

    name: str
    pattern: re.Pattern[str]
    rank: float
    run_in: bool = False
    """Whether 'phrase。body' on one line is a heading with its body."""
    may_close: bool = True
    """Whether a head alone on its line may end with 。 or ： ."""
    clause: bool = False
    """Whether a paragraph without a head phrase, numbered so, is a node of the tree."""


def _marker(
    name: str,
    pattern: str,
    rank: float,
    *,
    run_in: bool = False,
    may_close: bool = True,
    clause: bool = False,
) -> Marker:
    return Marker(name, re.compile(pattern), rank, run_in, may_close, clause)


# Rank: the usual order of styles from outer to inner. Group 1 is the number.
MARKERS = (
    _marker("part", rf"第([{CN}\d]+)(?:编|部分)(?=[\s　]|$)", 0),  # 第一编 总则
    _marker("subpart", rf"第([{CN}\d]+)分编(?=[\s　]|$)", 0.5),  # 第一分编 通则
    _marker("chapter", rf"第([{CN}\d]+)章(?=[\s　]|$)", 1),  # 第一章 总则
    _marker("section", rf"第([{CN}\d]+)节(?=[\s　]|$)", 2),  # 第一节 一般规定
    _marker("article", rf"第([{CN}\d]+)条(?:之[{CN}]+)?(?=[\s　]|$)", 3),  # 第一条 为了…
    # 附件 / 附件1 / 附表二 / 附录A 术语 (a list 附件：1.… before the signature is none)
    _marker(
        "attachment",
        rf"(?:附(?:件|表|录|图)|附(?=[\s:：]*$))([{CN}\d]*[A-Z]?)(?=[\s:：.．]*$|\s+\S)",
        0,
    ),
    _marker("cn", rf"([{CN}]+)、", 4, run_in=True, clause=True),  # 一、总体要求
    _marker(
        "cn_paren", rf"[（(]([{CN}]+)[）)]", 5, run_in=True, clause=True
    ),  # （一）加强领导。各地…
    # 1.1.1 范围: as deep as it has parts
    _marker(
        "decimal",
        r"(\d{1,2}(?:\.\d{1,2}){2,3}(?=[\s　]|[^\d.%])|\d{1,2}\.\d{1,2}(?=[\s　])|\d{1,2}(?=[\s　]))",
        6,
        clause=True,
    ),
    _marker("num", r"(\d{1,2})[.．、](?!\d)", 6, run_in=True, clause=True),  # 1. 基本现状
    _marker("num_paren", r"[（(](\d{1,2})[）)]", 9, run_in=True),  # （1）政策指引
    _marker("num_half", r"(\d{1,2})[）)]", 10),  # 1）范围
    _marker("circled", r"([①-⑳])", 11),  # ① 控型制造
    _marker("qi", r"其([一二三四五六七八九十])，", 12),  # 其一，完成一个任务：
    _marker(
        "ordinal", r"(首先|其次|再次|再有|最后|第[一二三四五六七八九十])，", 13, may_close=False
    ),
    _marker("shi", r"([一二三四五六七八九十])是", 14, may_close=False),  # 一是强化产业基础
)
_ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "再有": 3, "最后": 99}


TITLE = _marker("title", "", -1)
"""The style of titles of texts inside a document."""
LISTED = _marker("listed", "", 99)
"""The style of headings without a marker that the contents list names beside marked ones: 前言."""


def number_of(text: str) -> int:
    """Value of a marker's number: 十二, 12, ③, 1.2 (its last part), 首先."""
    if text in _ORDINALS:
        return _ORDINALS[text]
    if text[:1] == "第":
        text = text[1:]
    if text and "①" <= text[0] <= "⑳":
        return ord(text[0]) - ord("①") + 1
    if text.replace(".", "").isdecimal():
        return int(text.rpartition(".")[2])
    total = current = 0
    for char in text:
        if char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = _DIGITS.get(char, 0)
    return total + current


def match_marker(line: str) -> tuple[Marker, re.Match[str]] | None:
    """The first style of MARKERS that a line starts with, and the match (group 1 is the number)."""
    for marker in MARKERS:
        found = marker.pattern.match(line)
        if found is not None:
            return marker, found
    return None
