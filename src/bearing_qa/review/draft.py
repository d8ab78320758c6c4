"""What a draft takes from elsewhere: quotations, titles, document numbers, articles, figures; and to whom it credits them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bearing_qa.document.encoding import decode
from bearing_qa.document.ingest import parse_one
from bearing_qa.document.passages import split_sentences
from bearing_qa.language.document_numbers import WRITTEN
from bearing_qa.types import Span

FindingKind = Literal["quotation", "figure", "title", "document_number", "article", "statement"]
MIN_QUOTED_CHARS = 6
"""A shorter quotation is a term (“双随机”), which is looked for and not judged."""
CREDIT_BEHIND_CHARS = 12
"""How far behind a quotation its source may be named: “…”（《办法》第三条）."""

_QUOTED = re.compile(r"“([^“”]+)”|「([^「」]+)」|『([^『』]+)』|\"([^\"\n]+)\"|＂([^＂\n]+)＂")
_BLOCK = re.compile(r"^>[ \t]?(.+)$", re.MULTILINE)
_TITLE = re.compile(r"《((?:[^《》\n]|《[^《》\n]*》){2,80})》")
"""A title; one may be named inside another."""
_NUMERAL = r"[一二三四五六七八九十百零〇两\d]+"
_ARTICLE = re.compile(
    rf"第(?P<article>{_NUMERAL})条(?:之(?P<of>{_NUMERAL}))?"
    rf"(?:第(?P<paragraph>{_NUMERAL})款)?(?:第?[（(]?(?P<item>{_NUMERAL})[）)]?项)?"
)
_SAYS = re.compile(
    r"(?:明确)?(?:规定|指出|提出|强调|要求|明确|写道|载明|称)(?:了)?[：:，,]?(?:，)?"
)
_CLAIMS = re.compile(r"规定|指出|提出|强调|要求|明确|根据|按照|依据|依照")


@dataclass(frozen=True, slots=True)
class Credit:
    """To which source a draft credits something; each part empty if it names none."""

    title: str = ""
    article: str = ""
    item: str = ""

    @property
    def is_any(self) -> bool:
        """Whether a source is named."""
        return bool(self.title)


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that a draft takes from elsewhere: the slice of the draft, what is compared of it, and its credit."""

    kind: FindingKind
    start: int
    end: int
    text: str
    credit: Credit


def text_of(path: Path) -> str:
    """The text of a draft in a file: of .txt and .md as it is, of others as their reader gives it.

    Raises DocumentError if it cannot be read.
    """
    if path.suffix.lower() in (".txt", ".md") and path.is_file():
        return decode(path.read_bytes(), name=path.name)[0]
    return parse_one(path).document.text


def without_titles(text: str) -> str:
    """A text with strokes in place of what titles say, character for character: 《2035年远景目标纲要》 names no year."""
    return _TITLE.sub(lambda found: f"《{'|' * len(found[1])}》", text)


def read_draft(text: str) -> list[Taken]:
    """What a draft takes from elsewhere, in the order of the text; figures are read by ``check`` sentence by sentence."""
    found = [*_quotations(text), *_titles(text), *_numbers(text), *_articles(text)]
    taken = [(one.start, one.end) for one in found if one.kind == "quotation"]
    found += _statements(text, taken)
    return sorted(found, key=lambda one: (one.start, -one.end))


def _quotations(text: str) -> Iterator[Taken]:
    titles = [found.span() for found in _TITLE.finditer(text)]
    for found in _QUOTED.finditer(text):
        if any(first < found.start() < last for first, last in titles):
            continue
        number = next(at for at in range(1, 6) if found[at] is not None)
        start, end = found.span(number)
        yield Taken("quotation", start, end, text[start:end], credit_at(text, *found.span()))
    for found in _BLOCK.finditer(text):
        start, end = found.span(1)
        if not _QUOTED.search(text, start, end):
            yield Taken("quotation", start, end, text[start:end], credit_above(text, start))


def _titles(text: str) -> Iterator[Taken]:
    for found in _TITLE.finditer(text):
        yield Taken("title", *found.span(1), found[1], Credit(found[1]))


def _numbers(text: str) -> Iterator[Taken]:
    for found in WRITTEN.finditer(text):
        yield Taken("document_number", *found.span(), found.group(), credit_at(text, *found.span()))


def _articles(text: str) -> Iterator[Taken]:
    """Articles of a title that is named before them in their sentence."""
    for found in _ARTICLE.finditer(text):
        credit = credit_at(text, found.end(), found.end())
        if credit.is_any and credit.article:
            yield Taken("article", *found.span(), found.group(), credit)


def _statements(text: str, quoted: Sequence[Span]) -> Iterator[Taken]:
    """Sentences that say what a document says without quoting it: behind 规定 the words may be the document's."""
    for sentence in split_sentences(text, start=0, end=len(text)):
        start, end = sentence.start, sentence.end
        if any(first < end and start < last for first, last in quoted):
            continue
        said = text[start:end]
        title = _TITLE.search(said)
        if not title and not _CLAIMS.search(said):
            continue
        verb = _SAYS.search(said, title.end() if title else 0)
        if verb and title and end - start - verb.end() >= MIN_QUOTED_CHARS:
            first = start + verb.end()
            stop = len(text[first:end].rstrip("。！？；")) + first
            yield Taken("statement", first, stop, text[first:stop], credit_at(text, first, first))
        elif end - start >= MIN_QUOTED_CHARS:
            yield Taken("statement", start, end, said, Credit(title[1] if title else ""))


def credit_at(text: str, start: int, end: int) -> Credit:
    """The source that a sentence names before ``start``, or in brackets right behind ``end``."""
    first = max(text.rfind(mark, 0, start) for mark in "。！？；\n") + 1
    before = text[first:start]
    behind = re.match(
        r"[。，；]?\s*[（(]([^（）()]*《[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)?)[）)]",
        text[end:],
    )
    titles = list(_TITLE.finditer(before))
    if behind and _TITLE.search(behind[1]):
        before = behind[1]
        titles = list(_TITLE.finditer(before))
    if not titles:
        return Credit()
    articles = list(_ARTICLE.finditer(before, titles[-1].end()))
    article = articles[-1] if articles else None
    return Credit(
        titles[-1][1],
        (article["article"] + (f"之{article['of']}" if article["of"] else "")) if article else "",
        (article["item"] or "") if article else "",
    )


def credit_above(text: str, start: int) -> Credit:
    """The source that the paragraph above a block of quotation names."""
    above = text[:start].rstrip("> \t\n")
    line = above[above.rfind("\n") + 1 :]
    return credit_at(line, len(line), len(line))
