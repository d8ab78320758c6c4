"""What the head of a page says of its document: the <meta> that sites of the authorities have to give, and <title>."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from bearing_qa.document.formats.lines import fold
from bearing_qa.document.formats.site.labels import iso_day
from bearing_qa.document.formats.site.lines import bare
from bearing_qa.types import Fact

_TITLES = ("articletitle", "og:title", "twitter:title")
_DAYS = ("pubdate", "article:published_time", "publishdate")
_SOURCES = ("contentsource",)
_SITES = ("sitename", "og:site_name")
_OF_SITES = frozenset(
    (*_TITLES[:1], *_DAYS[:1], *_SOURCES, "sitename", "columnname", "sitedomain", "siteidcode")
)
"""Names that only pages of the authorities' sites have (国办发〔2019〕22号, 网页设计规范)."""
_SEPARATOR = re.compile(
    r"\s*[|｜_]+\s*|\s+[-—–－]+\s+|\s*-{2,}\s*|(?<=[\u4e00-\u9fff）)》”])[-—–－]+(?=[\u4e00-\u9fff])"
)
"""What stands between the title of a document and the names of its column and site."""
_TAG = re.compile(r"<[^<>]{1,40}>")
MIN_TITLE_CHARS = 8
"""A shorter beginning of <title> that stands nowhere in the page may be the name of a column."""
MAX_BROKEN_LINES = 3
"""A headline is broken into at most so many lines."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a page's head says; ``title`` is the document's as <meta> gives it, ``guesses`` are beginnings of <title>, the
    longest first, and ``is_site`` whether only a site of an authority writes such a head."""

    title: str
    guesses: tuple[str, ...]
    site: str
    published: str
    source: str
    is_site: bool

    def facts(self, title: str) -> Iterator[Fact]:
        """What the head says of the document, with the title that was found for it."""
        if title:
            yield Fact("title", title)
        if self.published:
            yield Fact("published", self.published)
        if self.source:
            yield Fact("source", self.source)


def read_head(root: HtmlElement) -> Head:
    """The head of a page, and the headline, day and account that articles of WeChat give by id."""
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        given.setdefault(name, fold(_TAG.sub("", meta.get("content") or "")))
    wechat = _by_id(root, "activity-name")
    title = _first(given, _TITLES[:1]) or wechat or _first(given, _TITLES)
    return Head(
        title=title,
        guesses=tuple(_guesses(fold(root.findtext(".//title") or ""))),
        site=_first(given, _SITES),
        published=iso_day(_first(given, _DAYS) or _by_id(root, "publish_time")),
        source=_first(given, _SOURCES) or (_by_id(root, "js_name") if wechat else ""),
        is_site=bool(wechat) or not _OF_SITES.isdisjoint(given),
    )


def _first(given: dict[str, str], names: Sequence[str]) -> str:
    return next((given[name] for name in names if given.get(name)), "")


def _by_id(root: HtmlElement, name: str) -> str:
    found = root.xpath("//*[@id=$name]", name=name)
    return fold(found[0].text_content()) if found else ""


def _guesses(title: str) -> Iterator[str]:
    """<title> and its beginnings before a separator, the longest first."""
    stops = [len(title), *(found.start() for found in reversed(list(_SEPARATOR.finditer(title))))]
    yield from (title[:stop].strip() for stop in stops if title[:stop].strip())


def find_title(head: Head, lines: Sequence[str]) -> str:
    """The document's title: as <meta> has it, else the longest beginning of <title> that is a line of the page, or stands
    broken over a few; else its shortest beginning, where a site's name follows and it is no short name of a column."""
    if head.title:
        return head.title
    texts = [bare(line.lstrip("#")) for line in lines]
    for guess in head.guesses:
        if bare(guess) != bare(head.site) and _is_headline(bare(guess), texts):
            return guess
    is_cut = len(head.guesses) > 1 and len(head.guesses[-1]) >= MIN_TITLE_CHARS
    return head.guesses[-1] if is_cut else ""


def _is_headline(guess: str, texts: Sequence[str]) -> bool:
    """Whether a text without blanks is a line, or several lines that follow each other."""
    for at, text in enumerate(texts):
        joined = ""
        for part in texts[at : at + MAX_BROKEN_LINES] if text and guess.startswith(text) else ():
            joined += part
            if joined == guess:
                return True
    return False
