"""Decoded text → canonical text: one paragraph, heading or table row a line, faults repaired.

The rules, in order; each counts what it changed:

0. *markup*      in Markdown (and what the readers of HTML and Word hand on) the ``#`` of headings,
                 comments and ``**`` go; a heading's depth is kept for the outline (``markup``);
1. *ends*        every sign that ends a line is a line feed (vertical tabs, U+0085, U+2028, U+2029), one for one;
2. *pages*       page marks are form feeds, or the one-blank indent that some PDF extractors put
                 on the first line of a page (believed only where the whole file speaks for it);
3. *blank*       blanks at both ends of a line, empty lines and invisible characters go;
4. *furniture*   page numbers, headers and footers go where the file counts its pages or marks them
                 with form feeds (``furniture``);
5. *wrapped*     a line that ended only because the page was full is joined to the next, by evidence
                 of the whole file (``wrapping``);
6. *hyphen*      the hyphen of a Latin word broken over two lines goes when the whole word stands
                 elsewhere in the document;
7. *stray*       a single blank inside running Chinese text goes when the two characters beside it
                 stand together elsewhere in the document, at least MIN_TOGETHER times;
8. *glyph*       characters that broken PDF fonts put for others (where a text shows several, or low
                 quotation marks), and compatibility forms of Chinese characters, one for one;
9. *quote*       low quotation marks that stand for “ and ”, paired inside the paragraph (``glyphs``).

Nothing is invented: apart from blanks, every character of the result comes from the raw text in
order, as it is or through ``GLYPHS``/``QUOTES``. The rules are repeated until nothing changes,
so repairing a repaired text changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from types import MappingProxyType

from bearing_qa.document import furniture
from bearing_qa.document.glyphs import GLYPH_TABLE, fix, glyph_table
from bearing_qa.document.lines import BLANKS, LINE_ENDS, Line, assemble, cut, split_lines
from bearing_qa.document.markup import blank_markup, emphasis
from bearing_qa.document.wrapping import MIN_LINES_FOR_EVIDENCE, join_wrapped

MIN_TOGETHER = 2
"""So often two characters stand together elsewhere before a blank between them is called stray."""
MIN_PROSE_CHARS = 40
"""Shorter paragraphs may be titles or table lines, whose blanks mean something."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Soft hyphens, zero-width and direction marks: they show nothing and break words."""
_INNER_BLANK = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_BROKEN_WORD = re.compile(r"([A-Za-z]{2,})-$")
_WORD = re.compile(r"[A-Za-z]{4,}")
_WORD_START = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The canonical text, its offset map, where pages start, and the depth of the headings that
    markup names, by their start (all offsets in the text)."""

    text: str
    runs: tuple[tuple[int, int], ...]
    page_starts: tuple[int, ...]
    depths: Mapping[int, int]
    counts: Mapping[str, int]


def repair(
    raw: str,
    *,
    markdown: bool = False,
    furnished: bool = True,
    headings: Mapping[int, int] = MappingProxyType({}),
    paged: bool = False,
) -> Repaired:
    """Canonical text of ``raw`` with its offset map. Idempotent; linear in the text.

    ``markdown``: hashes mark headings; ``headings``: depths of headings that no sign marks, by the raw offset of
    their lines; ``furnished``: pages may still have headers and page numbers; ``paged``: each form feed
    is a page of the file, with text or without.

    An empty or blank text gives an empty result with one page.
    """
    raw = raw.translate(LINE_ENDS)
    marks = _form_feeds(raw) if paged else page_starts(raw)
    plain, depths = blank_markup(raw) if markdown else (raw, headings)
    lines = [replace(line, depth=depths.get(line.offset, 0)) for line in split_lines(plain)]
    counts = Counter({"page": len(marks), "line": len(lines)})
    kept, marks = _without_furniture(lines, marks) if furnished else (lines, marks)
    counts["furniture"] = len(lines) - len(kept)
    paragraphs = [piece for line in kept if (piece := _visible(line, markdown=markdown))]
    while (joined := join_wrapped(paragraphs)) != paragraphs:
        counts["wrapped"] += len(paragraphs) - len(joined)
        paragraphs = joined
    paragraphs, counts["hyphen"] = _without_hyphens(paragraphs)
    paragraphs, counts["stray"] = _without_stray_blanks(paragraphs)
    text, runs = assemble(paragraphs)
    glyphs = glyph_table(text)
    repaired = "\n".join(fix(paragraph, glyphs, counts) for paragraph in text.split("\n"))
    return Repaired(
        text=repaired,
        runs=runs,
        page_starts=_to_text_offsets(marks, runs, len(repaired), all_pages=paged),
        depths=_depths(paragraphs, repaired.split("\n")),
        counts={name: count for name, count in sorted(counts.items()) if count},
    )


def _depths(paragraphs: Sequence[Sequence[Line]], texts: Sequence[str]) -> dict[int, int]:
    """Depth by markup of each paragraph that has one, by its start in the text."""
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    pairs = zip(starts, paragraphs, strict=False)
    return {start: paragraph[0].depth for start, paragraph in pairs if paragraph[0].depth}


def _visible(line: Line, *, markdown: bool) -> list[Line]:
    """A line without invisible characters and asterisks, in pieces; none if nothing is left."""
    spans = [found.span() for found in _INVISIBLE.finditer(line.text)]
    if markdown:
        spans = sorted([*spans, *emphasis(line.text)])
    return cut(line, spans) if spans else [line]


def _form_feeds(raw: str) -> list[int]:
    """Raw offsets at which pages start, by the form feeds before the end of the text."""
    return [0, *(found.end() for found in re.finditer("\f", raw.rstrip("\f\n ")))]


def page_starts(raw: str) -> list[int]:
    """Raw offsets at which pages start, the first being the start of the text.

    Form feeds, else the extractor's habit of one blank before the first line of a page. The
    habit is believed when the file's first line has that blank, no line is indented deeper, and
    no marked line follows an empty line while most other lines do.
    """
    if "\f" in raw.strip("\f\n "):
        body_end = len(raw.rstrip("\f\n "))
        return [0, *(found.end() for found in re.finditer("\f", raw[:body_end]))]
    rows = raw.split("\n")
    written = [number for number, row in enumerate(rows) if row.strip(BLANKS)]
    marked = [n for n in written if rows[n][0] in BLANKS]
    deep = any(rows[n][1:2] in tuple(BLANKS) for n in marked)
    if not marked or marked[0] != written[0] or deep or "　" in {rows[n][0] for n in marked}:
        return [0]
    firsts = set(marked)
    plain = [n for n in written if n not in firsts]
    after_empty = sum(not rows[n - 1].strip(BLANKS) for n in plain)
    if any(n > 0 and not rows[n - 1].strip(BLANKS) for n in marked):
        return [0]
    if len(written) < MIN_LINES_FOR_EVIDENCE or after_empty < 0.8 * len(plain):
        return [0]
    starts, offset = [], 0
    for number, row in enumerate(rows):
        if number in firsts:
            starts.append(offset + 1)
        offset += len(row) + 1
    return [0, *starts[1:]]


def _without_furniture(lines: Sequence[Line], marks: list[int]) -> tuple[list[Line], list[int]]:
    """Lines without page furniture, and the raw offsets at which pages start.

    A text that counts its pages at their feet from 1 on, and has no other mark, starts its pages there.
    """
    numbers = furniture.page_numbers([line.text for line in lines])
    if len(marks) > 1:
        page_of = [bisect_right(marks, line.offset) for line in lines]
        pages = [[at for at, page in enumerate(page_of) if page == n] for n in sorted(set(page_of))]
        found = furniture.at_edges([[lines[at].text for at in page] for page in pages])
        dropped = {page[at] for page, edges in zip(pages, found, strict=True) for at in edges}
        dropped.update(numbers)
    else:
        dropped = set(numbers)
        marks = [0, *(lines[at].offset + len(lines[at].text) for at in numbers)]
    return [line for at, line in enumerate(lines) if at not in dropped], marks


def _without_hyphens(paragraphs: list[list[Line]]) -> tuple[list[list[Line]], int]:
    """Latin words broken over two lines made whole where the document has the whole word."""
    words = {
        word.lower() for lines in paragraphs for line in lines for word in _WORD.findall(line.text)
    }
    removed = 0
    result = []
    for paragraph in paragraphs:
        repaired = paragraph[:1]
        for line in paragraph[1:]:
            first, rest = _BROKEN_WORD.search(repaired[-1].text), _WORD_START.match(line.text)
            if first and rest and (first.group(1) + rest.group()).lower() in words:
                repaired[-1] = replace(repaired[-1], text=repaired[-1].text[:-1])
                line = replace(line, glued=True)
                removed += 1
            repaired.append(line)
        result.append(repaired)
    return result, removed


def _without_stray_blanks(paragraphs: list[list[Line]]) -> tuple[list[list[Line]], int]:
    """Paragraphs with the lines cut at stray blanks (so that they join without), and their number."""
    texts = [assemble([paragraph])[0].translate(GLYPH_TABLE) for paragraph in paragraphs]
    if not any(_is_prose(text) and _INNER_BLANK.search(text) for text in texts):
        return paragraphs, 0
    together = Counter(a + b for text in texts for a, b in pairwise(text))
    result, removed = [], 0
    for paragraph, text in zip(paragraphs, texts, strict=True):
        pieces = (
            [p for line in paragraph for p in cut(line, _stray_blanks(line.text, together))]
            if _is_prose(text)
            else paragraph
        )
        removed += len(pieces) - len(paragraph)
        result.append(pieces)
    return result, removed


def _is_prose(text: str) -> bool:
    return len(text) >= MIN_PROSE_CHARS and "。" in text


def _stray_blanks(line: str, together: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Spans of the blanks between characters that stand together elsewhere."""
    for found in _INNER_BLANK.finditer(line):
        pair = f"{line[found.start() - 1]}{line[found.end()]}".translate(GLYPH_TABLE)
        if together[pair] >= MIN_TOGETHER:
            yield found.span()


def _to_text_offsets(
    marks: list[int], runs: tuple[tuple[int, int], ...], length: int, *, all_pages: bool
) -> tuple[int, ...]:
    """Text offsets of the first character at or after each raw mark; marks without text go, unless they are
    ``all_pages``: an empty one (a picture) begins where the next one does, which keeps its number."""
    starts = [0]
    at = 0
    for mark in marks[1:]:
        while at + 1 < len(runs) and runs[at + 1][1] <= mark:
            at += 1
        if not runs:
            break
        text_start, raw_start = runs[at]
        following = runs[at + 1][0] if at + 1 < len(runs) else length
        offset = text_start + max(mark - raw_start, 0)
        starts.append(min(offset, following) if mark > raw_start else text_start)
    kept = starts if all_pages else sorted(set(starts))
    return tuple(start for start in kept if start < length or start == 0)
