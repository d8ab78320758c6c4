"""The marker styles of Chinese official prose: how each starts a line, and its usual rank."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bearing_qa.language.numbers import CHINESE_ORDINAL
from bearing_qa.language.units import SINGLE


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


UNITS = SINGLE + "—-"
"""What a figure before it counts or goes on to: 1.5 万亿元, 3 月 begin no heading."""
_END = r"(?=[\s:：]|$)"
_NAME = rf"[（(【〔\[](?![{CHINESE_ORDINAL}\d]+[）)】〕\]])[^，。；：（()）|]{{2,20}}[）)】〕\]]"
_CN_DOT = r"(?:、|[.．](?!\d))"

# Rank: the usual order of styles from outer to inner. The last group that matched is the number.
MARKERS = (
    _marker("part", rf"第([{CHINESE_ORDINAL}\d]+)(?:编|篇|部分){_END}", 0),  # 第一编 总则
    _marker("subpart", rf"第([{CHINESE_ORDINAL}\d]+)分编{_END}", 0.5),  # 第一分编 通则
    _marker("chapter", rf"第([{CHINESE_ORDINAL}\d]+)章{_END}", 1),  # 第一章 总则
    _marker("section", rf"第([{CHINESE_ORDINAL}\d]+)节{_END}", 2),  # 第一节 一般规定
    _marker(
        "article",
        rf"第([{CHINESE_ORDINAL}\d]+)条(?:之[{CHINESE_ORDINAL}]+)?(?:{_END}|(?={_NAME}))",
        3,
    ),  # 第一条 为了…, 第一条（目的）
    # 附件 / 附件1 / 附件2-1 / 附表二 / 附录A 术语 (a list 附件：1.… before the signature is none)
    _marker(
        "attachment",
        rf"(?:附(?:件|表|录|图)|附(?=[\s:：]*$))([{CHINESE_ORDINAL}\d]*[A-Z]?)(?:[-—]\d+)?(?=[\s:：.．]*$|\s+\S)",
        0,
    ),
    _marker(
        "cn", rf"([{CHINESE_ORDINAL}壹贰叁肆伍陆柒捌玖拾]+){_CN_DOT}", 4, run_in=True, clause=True
    ),  # 一、总体要求
    # （一）加强领导。各地…
    _marker(
        "cn_paren", rf"[（(]([{CHINESE_ORDINAL}]+)[）)]|([㈠-㈩])", 5, run_in=True, clause=True
    ),
    _marker(
        "box", rf"专栏\s*([{CHINESE_ORDINAL}\d]+)(?=[\s:：]|[\u4e00-\u9fff])", 5.5
    ),  # 专栏1 重大工程
    # 1.1.1 范围: as deep as it has parts
    _marker(
        "decimal",
        rf"(\d{{1,2}}(?:\.\d{{1,2}}){{2,3}}(?=[\s]|[^\d.%]|$)|\d{{1,2}}\.\d{{1,2}}(?=[\s]|$|[\u4e00-\u9fff])(?![{UNITS}])"
        r"|\d{1,2}(?=\s))",
        6,
        clause=True,
    ),
    _marker("num", r"(\d{1,2})[.．、](?!\d)|([⒈-⒛])", 6, run_in=True, clause=True),  # 1. 现状
    _marker("num_paren", r"[（(](\d{1,2})[）)]|([⑴-⒇])", 9, run_in=True),  # （1）政策指引
    _marker("num_half", r"(\d{1,2})[）)]", 10),  # 1）范围
    _marker("circled", r"([①-⑳])", 11),  # ① 控型制造
    _marker("qi", r"其([一二三四五六七八九十])，", 12),  # 其一，完成一个任务：
    _marker(
        "ordinal", r"(首先|其次|再次|再有|最后|第[一二三四五六七八九十])，", 13, may_close=False
    ),
    _marker("shi", r"([一二三四五六七八九十])是", 14, may_close=False),  # 一是强化产业基础
)
ARTICLE = next(marker for marker in MARKERS if marker.name == "article")
"""The style of the articles of a law."""
GLUED = _marker("glued", "", 3.9)
"""The style of numbers that no mark follows: 01综合. A line alone does not prove them (``counts``)."""
TITLE = _marker("title", "", -1)
"""The style of titles of texts inside a document."""
LISTED = _marker("listed", "", 99)
"""The style of headings without a marker that the contents list names beside marked ones: 前言."""


def numeral(found: re.Match[str]) -> str:
    """The number in a marker's match, as it is written."""
    return found[found.lastindex or 0] or ""


def match_marker(line: str) -> tuple[Marker, re.Match[str]] | None:
    """The first style of MARKERS that a line starts with, and the match."""
    for marker in MARKERS:
        found = marker.pattern.match(line)
        if found is not None:
            return marker, found
    return None
