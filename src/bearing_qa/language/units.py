"""Units and counters: one table, which every other part asks.

``UNITS`` are those whose amounts become tokens (350km and 三百五十公里 are one). ``COUNTERS`` are further words that a
number may count; they show that a figure is an amount, and give no token.
"""

from __future__ import annotations

UNIT_ROWS = (
    ("平方公里", "平方千米", "km2"), ("平方米", "平米", "m2"), ("立方米", "m3"), ("公顷", "ha"),
    ("公里", "千米", "km"), ("厘米", "公分", "cm"), ("毫米", "mm"), ("米", "公尺"),
    ("公斤", "千克", "kg"), ("吨",), ("克",), ("升", "公升"),
    ("千瓦时", "kwh"), ("兆瓦", "mw"), ("吉瓦", "gw"), ("千瓦", "kw"),
    ("小时", "钟头"), ("分钟",), ("秒",), ("工作日",), ("个月",), ("周",), ("天",), ("日",), ("年",), ("岁", "周岁"),
    ("美元", "美金"), ("元", "块钱", "圆"), ("百分点", "个百分点"), ("%",), ("倍",), ("成",),
    ("人次",), ("人", "名"), ("家",), ("户",), ("个",), ("项",), ("条",), ("次",), ("台",), ("套",), ("件",), ("辆",),
    ("艘",), ("座",), ("所",), ("亩",), ("种",), ("位",), ("类",), ("级",), ("批",), ("届",), ("章",), ("节",),
)  # fmt: skip
"""Spellings of a unit, the first of which stands for all."""
UNITS = {unit: row[0] for row in UNIT_ROWS for unit in row}
COUNTERS = (
    "周年", "个工作日", "年度", "度", "班", "场", "架", "份", "页", "层", "栋", "期", "款", "点", "处", "只", "本", "笔", "组",
)  # fmt: skip
SCALES = "万亿"
SINGLE = "万亿元个家人倍年月日号时分秒米吨度克升套台辆项次位名类级点种条款件份层届期岁户处座所℃%‰％"
"""First characters of what a figure counts: 1.5 万亿元, 3 月 begin no heading."""


def any_of(words: tuple[str, ...]) -> str:
    """A pattern for any of some words, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


UNIT = any_of(tuple(UNITS))
"""A pattern for a unit."""
COUNTED = rf"[{SCALES}]{{0,2}}(?:{any_of((*UNITS, *COUNTERS))})|[{SCALES}]"
"""A pattern for anything that a number may count, with 万 or 亿 before it."""
