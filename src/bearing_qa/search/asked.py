"""The unit that a question wants its figure in, by its words; tables' arithmetic needs it."""

from __future__ import annotations

import re

_UNITS = (
    r"亿?美元|[万亿]?元|[万亿]?套|[万亿]?人次?|[万亿]?吨|平方公里|平方米|公顷|亩|公里|千米|小时|分钟|毫米|厘米|米|周年|年|个工作日|工作日"
    r"|个月|个百分点|个|家|种|位|岁|天|日|倍|成|项|条|次|台|辆|批|件|户|名|所|座|级|度|班|届|场|架|艘|份|页|层|栋|亿|万"
)
_UNIT = re.compile(rf"(?:多少|几)(?:个(?=人|小时|钟头))?({_UNITS})")
_PERCENT = re.compile(
    rf"百分之|比例|比重|占比|占(?:了|到|有)?(?:多少|几)(?!{_UNITS}|钱|资金)|份额|增速|增长率|同比|几成|百分点|[几少]个点|(?:增长|增加|上升|提高|下降|减少|降低|回落|涨|跌|降)(?:了|幅)?(?:多少|几)(?!{_UNITS})"
)

# What is asked for by a noun alone (价格是多少) has the noun's unit.
_NOUN_UNITS = (
    (
        re.compile(
            r"(?:收入|营收|产值|金额|总额|市值|价格|售价|投资|资金|费用|补贴|预算|税额|进口额|出口额)\S{0,4}多少"
        ),
        "元",
    ),
    (re.compile(r"(?:多少|几)(?:的)?(?:补贴|资金|投资|费用|钱)"), "元"),
    (re.compile(r"(?:人口|人数|从业人员)\S{0,4}多少"), "人"),
    (re.compile(r"(?:面积|占地)\S{0,4}多[少大]"), "面积"),
    (re.compile(r"多大面积"), "面积"),
    (re.compile(r"多久|多长时间|多少时间"), "时间"),
)


def unit_of(folded: str) -> str:
    """The unit that a normalised question wants its figure in; empty if it names none."""
    if _PERCENT.search(folded):
        return "%"
    found = _UNIT.search(folded)
    if found:
        return found.group(1)
    return next((unit for nouns, unit in _NOUN_UNITS if nouns.search(folded)), "")
