"""Two wordings of a clause → what differs, word by word, and what kind of change that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from bearing_qa.language.figures import figures
from bearing_qa.language.numbers import ARABIC, CHINESE_ORDINAL, NUMBER, value_of
from bearing_qa.language.segment import Segmenter, normalise
from bearing_qa.language.units import COUNTED, COUNTERS, any_of
from bearing_qa.review.comparable import comparable

Flag = Literal["figure", "deadline", "duty", "scope", "who", "reference", "effective", "number"]
FLAGS: tuple[Flag, ...] = ("figure", "deadline", "duty", "scope", "who", "reference", "effective", "number")  # fmt: skip
"""Figures; days and periods; what must, may or must not be done; conditions and bounds; who acts; articles and documents
referred to; since when it is in force; only the clause's own number."""
_REFERENCE = re.compile(
    rf"第[{CHINESE_ORDINAL}\d]+[条章节款项](?:之[{CHINESE_ORDINAL}]+)?|《[^《》]{{1,60}}》"
)
_TOKEN = re.compile(
    rf"(?P<whole>\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?|第[{CHINESE_ORDINAL}\d]+(?:[条章节款项次届批期](?:之[{CHINESE_ORDINAL}]+)?)|百分之(?:{NUMBER}|百)"
    rf"|(?:{NUMBER})(?:分之(?:{NUMBER}))|(?:{NUMBER})[多余]?\s?个?(?:{COUNTED})|{ARABIC}|[A-Za-z]+)"
    r"|(?P<run>[\u3400-\u9fff]+?(?=(?:第|百分之|\d|$|[^\u3400-\u9fff])|[〇一二两三四五六七八九十百])|[\u3400-\u9fff])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_BARE = re.compile(rf"{ARABIC}")
_COUNTED = re.compile(rf"({NUMBER})[多余]?({any_of(COUNTERS)})")
_PART = re.compile(rf"(?:{NUMBER})分之(?:{NUMBER})")
_DUTIES = (
    "应当", "应该", "必须", "不得", "禁止", "严禁", "不准", "不应", "可以", "不可以", "有权", "无权", "可", "须", "应", "鼓励", "支持",
    "引导", "提倡", "力争", "争取", "确保", "务必", "原则上", "一般", "不再", "免予", "免除", "责令", "自愿", "允许", "需要", "需",
)  # fmt: skip
_DUTY = re.compile(any_of(_DUTIES))
_SCOPES = (
    "以上", "以下", "以内", "以外", "以前", "之前", "以后", "之后", "不足", "不满", "超过", "不超过", "高于", "低于", "不低于", "不少于", "至少",
    "最高", "最低", "除外", "除", "但", "但是", "仅", "只", "经", "未经", "符合", "情形", "条件", "或者", "或", "并且", "同时", "均", "全部",
    "部分", "特别", "严重", "首次", "重大", "主要",
)  # fmt: skip
_SCOPE = re.compile(any_of(_SCOPES))
_WHO = re.compile(
    r"部门|机关|机构|委员会|政府|法院|检察院|办公室|主管|负责人|单位|企业|公司|组织|团体|协会|公民|个人|人员|当事人|人民|部$|局$|厅$|院$"
)
TIME_UNITS = frozenset({"年", "个月", "日", "天", "周", "小时", "分钟", "工作日", "月"})
"""Units of periods."""
_DAY = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}日|[一二三四五六七八九十]+月[一二三四五六七八九十]+日")
_IN_FORCE = re.compile(r"施行|生效|起实施|起执行|废止")


@dataclass(frozen=True, slots=True)
class Difference:
    """Words ``old`` that became ``new``, either may be empty, and where each begins and ends in its text."""

    old: str
    new: str
    old_span: tuple[int, int]
    new_span: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """The promised JSON form, with the offsets beside it."""
        return {
            "old": self.old,
            "new": self.new,
            "old_start": self.old_span[0],
            "old_end": self.old_span[1],
            "new_start": self.new_span[0],
            "new_end": self.new_span[1],
        }


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    start: int
    end: int


def tokens_of(text: str, segmenter: Segmenter) -> Iterator[_Token]:
    """Words, figures with their units, references, signs; the key of a sign that says nothing is empty."""
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        run = found["run"]
        words = [word for own in segmenter.runs(run) for word in own] if run else []
        if run and sum(map(len, words)) == len(run):
            for word in words:
                yield _Token(word, start, start + len(word))
                start += len(word)
        else:
            yield _Token(comparable(found.group()).text, start, end)


def differences(
    old: str, new: str, *, segmenter: Segmenter, starts: tuple[int, int] = (0, 0)
) -> tuple[Difference, ...]:
    """What two texts say differently, in order; marks and blanks do not count. ``starts``: where the texts begin."""
    one = [t for t in tokens_of(old, segmenter) if t.key]
    other = [t for t in tokens_of(new, segmenter) if t.key]
    matcher = SequenceMatcher(None, [t.key for t in one], [t.key for t in other], autojunk=False)
    found = []
    for tag, a0, a1, b0, b1 in _joined(matcher.get_opcodes(), one):
        if tag != "equal":
            a, b = _span(one, a0, a1), _span(other, b0, b1)
            found.append(
                Difference(
                    old[slice(*a)],
                    new[slice(*b)],
                    (a[0] + starts[0], a[1] + starts[0]),
                    (b[0] + starts[1], b[1] + starts[1]),
                )
            )
    return tuple(found)


Opcode = tuple[str, int, int, int, int]


def _joined(opcodes: Sequence[Opcode], one: Sequence[_Token]) -> list[Opcode]:
    """Opcodes with differences joined across a single character that is equal: it says nothing by itself."""
    joined: list[Opcode] = []
    for number, (tag, a0, a1, b0, b1) in enumerate(opcodes):
        is_inside = 0 < number < len(opcodes) - 1
        is_short = tag == "equal" and a1 - a0 == 1 and len(one[a0].key) == 1
        is_different = tag != "equal" or (is_inside and is_short)
        if joined and joined[-1][0] != "equal" and is_different:
            _, first_a, _, first_b, _ = joined[-1]
            joined[-1] = "replace", first_a, a1, first_b, b1
        else:
            joined.append(("replace" if is_different else "equal", a0, a1, b0, b1))
    return joined


def _span(tokens: Sequence[_Token], first: int, last: int) -> tuple[int, int]:
    """Where some tokens stand; of none, the place between."""
    if first < last:
        return tokens[first].start, tokens[last - 1].end
    at = tokens[first - 1].end if first else tokens[0].start if tokens else 0
    return at, at


def flags_of(old: str, new: str, found: Sequence[Difference]) -> tuple[Flag, ...]:
    """What kinds of change two wordings of a clause differ by."""
    said = [(difference.old, difference.new) for difference in found]
    before, after = normalise(old), normalise(new)
    flags: set[Flag] = set()
    if _differ(_figures(before), _figures(after)):
        flags.add("figure")
    if _differ(_times(before), _times(after)):
        flags.add("deadline")
        if _IN_FORCE.search(before) or _IN_FORCE.search(after):
            flags.add("effective")
    if _differ(_REFERENCE.findall(before), _REFERENCE.findall(after)):
        flags.add("reference")
    for flag, pattern in (("duty", _DUTY), ("scope", _SCOPE)):
        if any(_differ(pattern.findall(a), pattern.findall(b)) for a, b in said):
            flags.add(flag)  # type: ignore[arg-type]
    if any(_WHO.search(a) or _WHO.search(b) for a, b in said):
        flags.add("who")
    return tuple(flag for flag in FLAGS if flag in flags)


def _differ(one: Iterable[str], other: Iterable[str]) -> bool:
    return Counter(one) != Counter(other)


def _figures(text: str) -> list[str]:
    """Figures with their units, however they are written, and bare numbers; no references."""
    plain = _REFERENCE.sub("，", text)
    known = [figure for figure in figures(plain) if not figure.unit.startswith("第")]
    rest = plain
    for figure in sorted(known, key=lambda one: -one.start):
        rest = rest[: figure.start] + "，" + rest[figure.end :]
    counted = [f"{value_of(n)}{unit}" for n, unit in _COUNTED.findall(rest) if n != "一"]
    bare = [str(value_of(number)) for number in _BARE.findall(_COUNTED.sub("，", rest))]
    return [figure.token for figure in known] + _PART.findall(plain) + counted + bare


def _times(text: str) -> list[str]:
    """Periods and dates."""
    plain = _REFERENCE.sub("，", text)
    return [f.token for f in figures(plain) if f.unit in TIME_UNITS] + _DAY.findall(plain)
