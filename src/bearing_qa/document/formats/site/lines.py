"""Lines of a page that belong to the site and not to the document: where you are, share, print, who runs the site.

A line goes only for what it says and where it stands: above the text, below it, or outside the element that holds the article.
Inside the article's own text nothing goes but bars that turn its pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from bearing_qa.document.formats.site.labels import (
    Labelled,
    facts_of,
    is_catalogue,
    is_dateline,
    may_follow,
    read_labels,
)
from bearing_qa.language.dates import DAY
from bearing_qa.language.document_numbers import LINE
from bearing_qa.types import Fact, Span

MIN_PROSE_CHARS = 20
"""A line of this length with a full stop is a sentence of the document."""
_MARKER = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十百]{1,4}[条章节编])"
)
_ATTACHMENT = re.compile(
    r"附\s*[件表图]|.*\.(?:pdf|docx?|xlsx?|wps|et|ofd|ceb|zip|rar)\b", re.IGNORECASE
)
_DAY_LINE = re.compile(rf"[（(]?{DAY}[）)]?")
_BUTTON = (
    r"(?:打印(?:本[页文稿]|此[页文]|页面|文章|文档|预览)?|关闭(?:本[页窗]口?|窗口|页面|此页)?|(?:返回|回到)(?:顶部|首页|列表|上[一]?页)?|"
    r"(?:加入)?收藏(?:本页|此页|网页)?|分享(?:到|至|文章|给朋友)?|(?:新浪)?微博|(?:腾讯)?微信|朋友圈|[Qq][Qq](?:空间|好友)?|人人网|"
    r"我要纠错|纠错|保存(?:本页)?|下载(?:本页|文字版|本文)?|复制链接|转发|点赞|在看|阅读原文|推荐|字体|字号|大|中|小|默认|特大|"
    r"网站首页|首页|上一[页篇条]|下一[页篇条]|末页|尾页|无障碍(?:浏览)?|关怀版|长者(?:模式|版)|网站无障碍|繁體版?|繁体版?|简体版?|English|"
    r"登录|注册|网站地图|RSS(?:订阅)?|TOP|X|×|继续访问|放弃|确定|取消)"
)
_BETWEEN = r"[\s\u3000|｜/·•,，、:：;；>＞»()（）【】〖〗\[\]-]*"
_BUTTONS = re.compile(rf"{_BETWEEN}+(?:(?>{_BUTTON}){_BETWEEN}+)++", re.IGNORECASE)
"""A line that is nothing but buttons."""
_BRACKETED = re.compile(rf"(?=[【〖\[]){_BUTTONS.pattern}", re.IGNORECASE)
_PAGE_BAR = re.compile(
    r"(?=.*(?:[上下]一页|[尾末]页))(?:首页|上一页|下一页|尾页|末页|第?\s*\d{1,4}\s*页?|共\s*\d{1,4}\s*页|转到|跳转|GO|"
    r"[\s\u3000|/·.…\[\]【】«»<>‹›])++",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"扫一扫|微信扫|长按.{0,6}二维码|(?:您|你)?(?:当前|现在|目前)?(?:所在)?(?:的)?位置\s*[:：]|(?:您|你)(?:当前|现在|的)?(?:所在|的)?(?:的)?位置|"
    r"当前位置|[上下]一[篇条]\s*[:：]|[（(【\[]?\s*(?:责任编辑|责编|编辑|校对|审核|初审|终审|复审)\s*[:：]|"
    r"(?:浏览次数|浏览量|访问量|访问次数|阅读次数|点击数|点击量|点击次数|人气)\s*[:：]|本文(?:已被)?(?:浏览|阅读)|"
    r"(?:关联|相关|相近)(?:稿件|链接|文件|解读|阅读|新闻|报道|文章|政策|信息|推荐|专题)\s*[:：]?$|政策解读\s*[:：]?$|图解\s*[:：]?$|"
    r"(?:热点|最新|推荐|热门)(?:新闻|推荐|阅读|文章|信息)\s*[:：]?$|友情链接|链接\s*[:：]$|网站地图|网站导航|联系我们|关于我们|"
    r"分享(?:到|至|按钮)|字体(?:大小)?\s*[:：]|[【\[]\s*字[体号]|您访问的链接即将离开|您即将离开|预览时标签不可点|阅读原文|"
    r"微信扫一扫|继续滑动看下一个|轻触阅读原文|返回顶部|关闭窗口|打印本页|网站无障碍|无障碍浏览|"
    r"您好[，,]?欢迎|欢迎(?:您)?(?:访问|来到|光临)|设为首页|加入收藏"
)
"""What a line begins with that speaks of the site."""
_FOOTER = re.compile(
    r"ICP\s*[备证]|公网安备|网站标识码|版权所有|Copyright|©|All\s+Rights\s+Reserved|主办(?:单位)?\s*[:：]|承办(?:单位)?\s*[:：]|"
    r"技术支持\s*[:：]|维护单位\s*[:：]|网站(?:管理|运维|维护)|友情链接|网站地图|返回顶部|扫一扫|您访问的链接即将离开|继续滑动看下一个|"
    r"预览时标签不可点",
    re.IGNORECASE,
)
"""Behind the text, a line from which on there is nothing but the site."""
_SURE_FOOTER = re.compile(
    r"ICP\s*备\s*(?:案号\s*[:：]?\s*)?\d|公网安备\s*\d|网站标识码\s*[:：]|^.{0,12}(?:版权所有|Copyright|©)|扫一扫(?:在|，|,|用|分享|关注|手机|下载)|[【\[]\s*返回顶部|"
    r"您访问的链接即将离开|[【\[]\s*(?:打印|关闭)|您(?:当前|现在)?所?在?的位置\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
"""The same, where nothing but the line itself says that this is a page of a site."""
_FOOTER_START = re.compile(
    r".{0,4}(?:主办|承办|技术支持|维护单位|友情链接|网站地图|未经)|.{0,12}(?:版权所有|Copyright|©)",
    re.IGNORECASE,
)
"""How a sentence begins that is of a footer."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of a page: the lines of its article (a span of line numbers, None if not known), whether it is a page of
    a site at all, the document's title and the site's name (empty if not known)."""

    article: Span | None
    is_site: bool
    title: str = ""
    site: str = ""


def names_site(text: str) -> bool:
    """Whether a page's text holds words that only a site puts on its pages."""
    return bool(_SURE_FOOTER.search(text))


def document_lines(lines: Sequence[str], page: Page) -> tuple[list[str], list[Fact]]:
    """The lines of the document itself, in order, and what the others say of it."""
    dropped, facts = _label_lines(lines, page)
    if page.is_site or facts:
        first, stop = page.article or _text_span(lines)
        head = _head_stop(lines, page)
        dropped |= _above_title(lines, page, stop=head)
        dropped |= {at for at in range(first, head) if _is_said(lines[at], page)}
        dropped |= {at for at in range(first) if _is_furniture(lines[at], page)}
        dropped |= _behind(lines, stop, page)
        dropped |= _at_end(lines, first, stop, page)
        dropped |= {at for at, line in enumerate(lines) if _PAGE_BAR.fullmatch(line)}
    return [line for at, line in enumerate(lines) if at not in dropped], facts


def _plain(line: str) -> str:
    """A line without the hashes of a heading."""
    return line.lstrip("#").strip()


def _is_prose(line: str) -> bool:
    return len(line) >= MIN_PROSE_CHARS and "。" in line and not _is_footer(line)


def _is_footer(line: str) -> bool:
    return bool(_FOOTER_START.match(line) or _SURE_FOOTER.search(line))


def _is_matter(line: str) -> bool:
    """Whether a line is surely of the document: a sentence, a numbered line, an attachment, its number."""
    text = _plain(line)
    return bool(
        _is_prose(text) or _MARKER.match(text) or _ATTACHMENT.match(text) or LINE.fullmatch(text)
    )


def _head_stop(lines: Sequence[str], page: Page) -> int:
    """The line at which the text begins: the first sentence or numbered line, inside the article where that is known."""
    start = page.article[0] if page.article else 0
    inside = (
        at
        for at in range(start, len(lines))
        if _is_prose(lines[at]) or _MARKER.match(_plain(lines[at]))
    )
    return next(inside, page.article[1] if page.article else len(lines))


def _text_span(lines: Sequence[str]) -> Span:
    """From the first to behind the last line that is surely of the document, days and table rows too."""
    found = [
        at
        for at, line in enumerate(lines)
        if _is_matter(line)
        or _DAY_LINE.fullmatch(line)
        or ("|" in line and not _FOOTER.search(line))
    ]
    return (found[0], found[-1] + 1) if found else (0, len(lines))


def _label_lines(lines: Sequence[str], page: Page) -> tuple[set[int], list[Fact]]:
    """Numbers of the lines above the text that only describe the document, and what they say of it."""
    found = _labelled(lines, _head_stop(lines, page), page)
    labels = frozenset().union(*(one.labels for _, one in found))
    dropped: set[int] = set()
    facts: list[Fact] = []
    for span, one in found:
        is_outside = page.is_site and page.article is not None and span[0] < page.article[0]
        if is_outside or is_catalogue(labels) or _is_dateline(one, page):
            dropped.update(range(*span))
            facts.extend(facts_of(one.pairs))
    return dropped, facts


def _is_dateline(one: Labelled, page: Page) -> bool:
    return (page.is_site or len(one.pairs) >= 2) and is_dateline(one, is_outside=False)


def _labelled(lines: Sequence[str], stop: int, page: Page) -> list[tuple[Span, Labelled]]:
    """Lines above the text that are labels with values, a value on the next line included."""
    found: list[tuple[Span, Labelled]] = []
    at = 0
    while at < stop:
        one = read_labels(lines[at])
        size = 1
        if one and one.is_open and at + 1 < stop and _is_value(lines[at + 1], page):
            one = Labelled(((one.pairs[0][0], lines[at + 1]),))
            size = 2
        if one:
            found.append(((at, at + size), one))
        at += size
    return found


def _is_value(line: str, page: Page) -> bool:
    return may_follow(line) and read_labels(line) is None and not same(line, page.title)


def same(line: str, title: str) -> bool:
    """Whether a line is the title, blanks aside."""
    return bool(title) and bare(_plain(line)) == bare(title)


def bare(text: str) -> str:
    """Text without blanks."""
    return re.sub(r"[\s\u3000\xa0]+", "", text)


def _above_title(lines: Sequence[str], page: Page, *, stop: int) -> set[int]:
    """Numbers of the lines above the title, outside the article, that are not surely of the document."""
    at = next((at for at in range(min(stop, len(lines))) if same(lines[at], page.title)), 0)
    above = range(min(at, page.article[0]) if page.article else at)
    return {number for number in above if not _is_matter(lines[number])}


def _is_furniture(line: str, page: Page) -> bool:
    """Whether a line outside the article speaks of the site."""
    text = _plain(line)
    if same(text, page.title) or _ATTACHMENT.match(text):
        return False
    if page.site and bare(text).strip("-_|—") == bare(page.site):
        return True
    return bool(_SAID.match(text) or _BUTTONS.fullmatch(text) or _SURE_FOOTER.search(text))


def _is_said(line: str, page: Page) -> bool:
    """Whether a line within the article, above or below its text, can only be the site's."""
    text = _plain(line)
    is_bar = _BRACKETED.fullmatch(text) or _PAGE_BAR.fullmatch(text)
    return bool(is_bar or (_SAID.match(text) and not _is_prose(text))) and not same(
        text, page.title
    )


def _behind(lines: Sequence[str], stop: int, page: Page) -> set[int]:
    """Numbers of the lines behind the text that are the site's: each that says so, and all from its footer on."""
    footer = next((at for at in range(stop, len(lines)) if _FOOTER.search(lines[at])), len(lines))
    return {
        at
        for at in range(stop, len(lines))
        if (at >= footer and not _is_matter(lines[at]))
        or _is_furniture(lines[at], page)
        or _is_tail(lines[at], page)
    }


def _is_tail(line: str, page: Page) -> bool:
    """Whether a line behind the article is a label of the page: 来源：, 浏览次数：."""
    found = read_labels(line)
    is_day = found is not None and _DAY_LINE.fullmatch(line)
    return (
        found is not None and not is_day and is_dateline(found, is_outside=page.article is not None)
    )


def _at_end(lines: Sequence[str], first: int, stop: int, page: Page) -> set[int]:
    """Numbers of the article's last lines that only the site can have put there."""
    numbers = range(stop - 1, first - 1, -1)
    return set(takewhile(lambda at: _is_said(lines[at], page), numbers))
