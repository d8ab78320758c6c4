"""Labels above the text of a page: 索引号：…, 发文机关：…, 成文日期：…, 来源：… 浏览次数：….

Such lines describe the document and are no text of it. A line is one of them as a whole or not at all: it begins with a
label, and each value is followed by a label or by the end of the line. Rows of tables are read in the same way, a label in
one cell and its value in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.document.formats.lines import SEPARATOR
from bearing_qa.language.dates import DAY, iso_date
from bearing_qa.types import Fact, FactName

_CATALOGUE_TEXT = """
索引号 信息索引号 信息索引 主题分类 主题词 主题 体裁 组配分类 内容分类 分类 公文种类 文种 有效性 时效性 时效 是否有效 有效期 效力状态 法律效力位阶
法律性质 语种 载体类型 公开方式 公开形式 公开时限 公开范围 公开类别 公开属性 责任部门 公开责任部门 服务对象 关键词 关键字 内容概述 信息名称 名称 标题 文件标题
统一登记号 规范性文件编号 失效日期 废止日期 实施日期 施行日期 生效日期 有效期限 文件编号 编号 文号 发文字号 文件字号 公文文号 文件号 发文机关 发布机构 发布机关
发布单位 发文单位 制定机关 制发机关 公开机构 公开主体 信息提供单位 成文日期 成文时间 生成日期 生成时间 印发日期 印发时间 发文日期 发文时间 公布日期 签发日期 发布日期
发布时间 公开日期 公开时间
"""
_CATALOGUE = frozenset(_CATALOGUE_TEXT.split())
"""Labels of the table that the rules on open government information ask for, and of the database of laws."""
_DECISIVE_TEXT = """
索引号 信息索引号 信息索引 发文机关 发布机构 发布机关 制定机关 发文字号 成文日期 生成日期 统一登记号 组配分类 主题分类
"""
_DECISIVE = frozenset(_DECISIVE_TEXT.split())
"""Labels that stand in no table of a document's own text."""
_DATELINE_TEXT = """
发布时间 发布日期 发稿时间 更新时间 发表时间 浏览次数 浏览量 访问量 访问次数 阅读次数 阅读量 阅读数 点击数 点击次数 点击量 点击率 人气 信息来源 稿件来源 文章来源 责任编辑 责编 录入 审稿
分享到 分享至
"""
_DATELINE = frozenset(_DATELINE_TEXT.split())
"""Labels of the line below a page's headline that name nothing else."""
_LOOSE_TEXT = """
来源 时间 日期 作者 编辑 审核 校对 发布 点击 浏览 阅读 分享 字体 字号 文号
"""
_LOOSE = frozenset(_LOOSE_TEXT.split())
"""Labels of that line that other texts have too."""
_NAMES: dict[str, FactName] = {
    **dict.fromkeys(("标题", "文件标题", "信息名称", "名称"), "title"),
    **dict.fromkeys(("发文字号", "文号", "文件字号", "公文文号", "文件编号", "文件号"), "number"),
    **dict.fromkeys(
        (
            "成文日期", "成文时间", "生成日期", "生成时间", "印发日期", "印发时间", "发文日期", "发文时间",
            "公布日期", "签发日期",
        ),
        "date",
    ),
    **dict.fromkeys(
        ("发文机关", "发布机构", "发布机关", "发布单位", "发文单位", "制定机关", "制发机关", "公开机构"),
        "issuer",
    ),
    **dict.fromkeys(
        ("发布日期", "发布时间", "公开日期", "公开时间", "发稿时间", "更新时间", "发表时间", "时间", "日期"),
        "published",
    ),
    **dict.fromkeys(("来源", "信息来源", "稿件来源", "文章来源"), "source"),
}  # fmt: skip
MAX_VALUE_CHARS = 200
"""A longer value is a paragraph that begins with a label's words."""
MAX_LINE_CHARS = 1000
"""A longer line is text."""
MAX_NEXT_LINE_CHARS = 80
"""A value on the line below its label is a name, a number or a date; a longer line is text."""
MIN_LABELS = 3
"""So many labels make a table of metadata, or two where one of them is decisive."""
_BLANKS = re.compile(r"[\s\u3000\xa0]+")
_OPEN = "【〖[〔（( \u3000"
_CLOSE = "】〗]〕）)|｜【〖[〔（( \u3000"
_EMPTY = re.compile(r"无|暂无|/|-+|—+|null|None", re.IGNORECASE)


def _pattern() -> re.Pattern[str]:
    """Any label before its colon, with blanks between its characters: 标　　题："""
    words = sorted(_CATALOGUE | _DATELINE | _LOOSE, key=len, reverse=True)
    spaced = (r"[\s\u3000]*".join(word) for word in words)
    return re.compile(
        rf"(?:^|(?<=[\s\u3000】\])）|｜【\[（(]))({'|'.join(spaced)})[\s\u3000]*[:：]"
    )


_LABEL = _pattern()
_LEADING_DAY = re.compile(rf"{DAY}(?:\s*\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?")
_SIZES = re.compile(r"[大中小超特默认加减+\-AT\s\u3000【】\[\]|]*")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labels and values of one line; ``is_open``: its last label has its value on the next line."""

    pairs: tuple[tuple[str, str], ...]
    is_open: bool = False

    @property
    def labels(self) -> frozenset[str]:
        """The labels, without blanks."""
        return frozenset(label for label, _ in self.pairs)


def read_labels(line: str) -> Labelled | None:
    """Labels and values of a line or a table's row that holds nothing else; None for any other line."""
    if len(line) > MAX_LINE_CHARS:
        return None
    if SEPARATOR in line:
        return _of_cells(line.split(SEPARATOR))
    text = line.strip(_OPEN)
    day = _LEADING_DAY.match(text)
    pairs = [("时间", day.group())] if day else []
    text = text[day.end() :].strip(_OPEN + _CLOSE) if day else text
    found = list(_LABEL.finditer(text))
    if not found or found[0].start():
        return Labelled(tuple(pairs)) if day and not text else None
    stops = [*(match.start() for match in found[1:]), len(text)]
    for match, stop in zip(found, stops, strict=True):
        pairs.append((_key(match.group(1)), text[match.end() : stop].strip(_OPEN + _CLOSE)))
    is_open = len(found) == 1 and not pairs[-1][1]
    return None if _is_prose(pairs) else Labelled(tuple(pairs), is_open)


def _of_cells(cells: Sequence[str]) -> Labelled | None:
    """Labels in cells before their values; a value that is merged over several cells counts once."""
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(cells):
        label, colon, value = cells[at].replace(":", "：").partition("：")
        if not _is_label(label, has_colon=bool(colon)):
            return None
        at += 1
        if not value.strip() and at < len(cells):
            following, colon, _ = cells[at].replace(":", "：").partition("：")
            if _key(following) in _CATALOGUE and not colon:
                return None  # a line of column heads
            if not (colon and _is_label(following, has_colon=True)):
                value = cells[at]
                while at < len(cells) and cells[at] in (value, ""):
                    at += 1
        pairs.append((_key(label), value.strip()))
    return None if _is_prose(pairs) else Labelled(tuple(pairs))


def _is_label(text: str, *, has_colon: bool) -> bool:
    """Whether a cell's text is a label; words that other texts have too are one before a colon only."""
    key = _key(text)
    return key in _CATALOGUE or (has_colon and key in _DATELINE | _LOOSE)


def _key(text: str) -> str:
    return _BLANKS.sub("", text).rstrip("：:")


def _is_prose(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether a value goes on as a text does: a full stop inside, or too long; what it is about may be told."""
    told = (value for label, value in pairs if label not in ("内容概述", "标题", "名称"))
    return any(len(value) > MAX_VALUE_CHARS or "。" in value for value in told)


def may_follow(line: str) -> bool:
    """Whether a line may be the value of a label on the line above."""
    return len(line) <= MAX_NEXT_LINE_CHARS and "。" not in line and not line.startswith("#")


def is_catalogue(labels: frozenset[str]) -> bool:
    """Whether labels of neighbouring lines are a table of metadata."""
    known = labels & _CATALOGUE
    return len(known) >= MIN_LABELS or (len(known) >= 2 and bool(known & _DECISIVE))


def is_dateline(found: Labelled, *, is_outside: bool) -> bool:
    """Whether a line is what stands below a page's headline; ``is_outside``: no part of the article itself."""
    known = found.labels & (_DATELINE | _LOOSE)
    if not known or known != found.labels:
        return False
    if known <= {"字体", "字号"}:
        return all(_SIZES.fullmatch(value) for _, value in found.pairs)
    return is_outside or bool(known & _DATELINE) or len(known) >= 2


def facts_of(pairs: Sequence[tuple[str, str]]) -> Iterator[Fact]:
    """What labels and their values say of the document; days as ISO, numbers without blanks."""
    for label, value in pairs:
        name = _NAMES.get(label)
        if name is None or not value or _EMPTY.fullmatch(value):
            continue
        if name in ("date", "published"):
            value = iso_day(value)
        elif name == "number":
            value = _BLANKS.sub("", value)
        if value:
            yield Fact(name, value)


def iso_day(value: str) -> str:
    """The day that a value begins with, ISO; empty if it begins with none."""
    found = _LEADING_DAY.match(value.strip())
    return iso_date(found) if found else ""
