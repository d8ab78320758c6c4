"""Decoded text → canonical text: one paragraph, heading or table row a line, faults mended.

The rules, in order; each counts what it changed:

0. *markup*      in Markdown files the ``#`` of headings and comments go;
1. *pages*       page marks are form feeds, or the one-blank indent that some PDF extractors put
                 on the first line of a page (believed only where the whole file speaks for it);
2. *blank*       blanks at both ends of a line and empty lines go;
3. *wrapped*     a line that ended only because the page was full is joined to the next. Two kinds
                 of evidence: the extractor kept a trailing blank at paragraph ends and none where
                 it wrapped; or very many lines reach one and the same width and do not end a
                 sentence. Without such evidence for the whole file nothing is joined;
4. *stray*       a single blank inside running Chinese text goes when the two characters beside it
                 stand together elsewhere in the document, at least MIN_TOGETHER times;
5. *glyph*       characters that broken PDF fonts put for others (where a text shows several, or low
                 quotation marks), and compatibility forms of Chinese characters, one for one;
6. *quote*       low quotation marks that stand for “ and ”, paired inside the paragraph.

Nothing is invented: apart from blanks, every character of the result comes from the raw text in
order, as it is or through ``GLYPHS``/``QUOTES``. The rules are repeated until nothing changes,
so repairing a repaired text changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

# Found for expected: characters that do not occur in modern simplified text, put by extractors
# for the common character with the same glyph slot.
_BROKEN_FONT = {
    "兲": "关",
    "仸": "任",
    "臵": "置",
    "収": "发",
    "迚": "进",
    "丌": "不",
    "乊": "之",
    "劢": "动",
    "刜": "初",
    "绉": "经",
}
# CJK radicals that have no compatibility form in Unicode, for the character they look like.
_RADICALS = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻰",
        "民西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐龙",
        strict=True,
    )
)
_COMPATIBILITY_RANGES = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF))
"""CJK radicals and compatibility ideographs; each has one ordinary character (NFKC)."""

GLYPHS: Mapping[str, str] = (
    _BROKEN_FONT
    | _RADICALS
    | {
        char: normal
        for low, high in _COMPATIBILITY_RANGES
        for char in map(chr, range(low, high + 1))
        if (normal := unicodedata.normalize("NFKC", char)) != char and len(normal) == 1
    }
)
QUOTES: Mapping[str, str] = {"‚": "“”", "‛": "“”"}
"""Low and high-reversed quotation marks and what they may stand for."""

_GLYPH_TABLE = str.maketrans(dict(GLYPHS))
_SURE_GLYPHS = str.maketrans({char: GLYPHS[char] for char in GLYPHS if char not in _BROKEN_FONT})
MIN_BROKEN_GLYPHS = 2
"""Different characters of _BROKEN_FONT that a text has to hold before they are mended."""
BLANKS = " \t\u00a0\u3000\u200b\ufeff"
_SENTENCE_END = re.compile(r"[。！？；：.!?;:][”’‛‚」』）)]*$")
_UNIT = re.compile(
    r"[（〔“《(\[]*(?:[A-Za-z0-9.%]+|.)[）〕”》，。、；：！？)\]]*(?:(?<=[）〕)\]])[A-Za-z0-9.%]+)?"
)
"""What may not be broken over two lines: a word or figure, with the marks that cling to it."""

MIN_TOGETHER = 2
"""So often two characters stand together elsewhere before a blank between them is called stray."""
MIN_PROSE_CHARS = 40
"""Shorter paragraphs may be titles or table lines, whose blanks mean something."""
MIN_LINES_FOR_EVIDENCE = 8
"""Below this many lines nothing is said about how a file was wrapped."""
MIN_FULL_COLUMNS = 40
"""Pages are not narrower than this; shorter lines of one width are a list."""
MIN_WRAPPED_SHARE = 0.2
"""At least this share of the lines has to look wrapped before any is joined."""
MAX_WRAP_COLUMNS = 160
"""Lines wrapped by a page are not wider than this; wider lines are whole paragraphs."""
WRAP_SLACK_COLUMNS = 3
"""A full line may lack one Chinese character and a half (a closing mark may not start a line)."""

_INNER_BLANK = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_STARTS_ITEM = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+[编章节条]"
    r"|[一二三四五六七八九十]+[、是]|[（(][一二三四五六七八九十\d]+[）)]|[①-⑳]"
    r"|\d{1,2}[.．、](?!\d)|其[一二三四五六七八九十]，|附件|\||#"
)
_MARKUP = re.compile(r"^(?:#{1,6}[ \t]+)+|<!--.*?-->", re.MULTILINE)


def _blanked(found: re.Match[str]) -> str:
    """As many blanks as the match has characters: offsets stay what they were."""
    return " " * len(found.group())


@dataclass(frozen=True, slots=True)
class Line:
    """A non-empty line: raw offset, text, what stood around it, and its width in columns."""

    offset: int
    text: str
    indent: int
    trailing_blank: bool
    columns: int


def columns_of(text: str) -> int:
    """Width of a text in columns, low quotation marks as wide as what they stand for."""
    return sum(
        2 if char in QUOTES or unicodedata.east_asian_width(char) in "WFA" else 1 for char in text
    )


@dataclass(frozen=True, slots=True)
class Repaired:
    """The canonical text, its offset map, and where pages start (offsets in the text)."""

    text: str
    runs: tuple[tuple[int, int], ...]
    page_starts: tuple[int, ...]
    counts: Mapping[str, int]


def repair(raw: str, *, markdown: bool = False) -> Repaired:
    """Canonical text of ``raw`` with its offset map. Idempotent; linear in the text.

    An empty or blank text gives an empty result with one page.
    """
    marks = page_starts(raw)
    lines = split_lines(_MARKUP.sub(_blanked, raw) if markdown else raw)
    counts = Counter({"page": len(marks), "line": len(lines)})
    paragraphs = [[line] for line in lines]
    while (joined := _join_wrapped(paragraphs)) != paragraphs:
        counts["wrapped"] += len(paragraphs) - len(joined)
        paragraphs = joined
    paragraphs, removed = _without_stray_blanks(paragraphs)
    counts["stray"] += removed
    text, runs = _assemble(paragraphs)
    glyphs = _glyph_table(text)
    mended = "\n".join(_mend(paragraph, glyphs, counts) for paragraph in text.split("\n"))
    return Repaired(
        text=mended,
        runs=runs,
        page_starts=_to_text_offsets(marks, runs, len(mended)),
        counts={name: count for name, count in sorted(counts.items()) if count},
    )


def split_lines(raw: str) -> list[Line]:
    """Non-empty lines of ``raw`` with their offsets; form feeds end lines too."""
    lines = []
    offset = 0
    for piece in re.split(r"[\n\f]", raw):
        body = piece.strip(BLANKS)
        if body:
            indent = piece.index(body[0])
            trailing = len(piece) > indent + len(body)
            lines.append(Line(offset + indent, body, indent, trailing, columns_of(body)))
        offset += len(piece) + 1
    return lines


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


def _join_wrapped(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Paragraphs with wrapped lines joined to what follows, where the file as a whole wraps."""
    wholes = [_whole(paragraph) for paragraph in paragraphs]
    full = _full_width(wholes)
    by_blank = _wraps_by_blank(wholes, full)
    if not (by_blank or _wraps_by_width(wholes, full)):
        return paragraphs
    result = [list(paragraphs[0])]
    for previous, head, paragraph in zip(wholes, wholes[1:], paragraphs[1:], strict=False):
        starts_anew = bool(_STARTS_ITEM.match(head.text))
        ends = bool(_SENTENCE_END.search(previous.text))
        unfinished = _is_full(previous, head, full) and not ends and not starts_anew
        if by_blank:
            wraps = unfinished or (not previous.trailing_blank and not (ends and starts_anew))
        else:
            wraps = unfinished and head.indent == 0
        if wraps:
            result[-1].extend(paragraph)
        else:
            result.append(list(paragraph))
    return result


def _is_full(line: Line, following: Line, full: int) -> bool:
    """Whether a line could not have held the first unit of the next one."""
    unit = _UNIT.match(following.text)
    needed = columns_of(unit.group()) if unit else 0
    return line.columns >= full - WRAP_SLACK_COLUMNS or line.columns + needed > full


def _whole(paragraph: list[Line]) -> Line:
    """A joined paragraph as the one line that it will be in the canonical text."""
    if len(paragraph) == 1:
        return paragraph[0]
    text = _assemble([paragraph])[0]
    return Line(paragraph[0].offset, text, 0, trailing_blank=False, columns=columns_of(text))


def _full_width(lines: list[Line]) -> int:
    """Columns of a full line: the 90th percentile of the widths."""
    widths = sorted(line.columns for line in lines)
    return widths[int(0.9 * (len(widths) - 1))] if widths else 0


def _wraps_by_blank(lines: list[Line], full: int) -> bool:
    """Whether lines without a trailing blank are the wrapped ones: nearly all of them full."""
    bare = [line for line in lines if not line.trailing_blank]
    if len(lines) < MIN_LINES_FOR_EVIDENCE or full > MAX_WRAP_COLUMNS:
        return False
    if not MIN_WRAPPED_SHARE <= len(bare) / len(lines) <= 1 - MIN_WRAPPED_SHARE / 2:
        return False
    near_full = sum(line.columns >= 0.85 * full for line in bare)
    return near_full >= 0.95 * len(bare)


def _wraps_by_width(lines: list[Line], full: int) -> bool:
    """Whether very many lines reach one width without ending a sentence, and hardly any exceeds.

    Sentences of wrapped prose also end inside full lines; those of a list do not.
    """
    if len(lines) < MIN_LINES_FOR_EVIDENCE or not MIN_FULL_COLUMNS <= full <= MAX_WRAP_COLUMNS:
        return False
    at_full = [line for line in lines if abs(line.columns - full) <= WRAP_SLACK_COLUMNS]
    beyond = sum(line.columns > full + WRAP_SLACK_COLUMNS for line in lines)
    open_ended = sum(not _SENTENCE_END.search(line.text) for line in at_full)
    long = sum(line.columns >= 0.6 * full for line in lines)
    prose = sum("。" in line.text[:-1] for line in at_full)
    return (
        len(at_full) >= max(MIN_LINES_FOR_EVIDENCE, 0.5 * long)
        and beyond <= 0.02 * len(lines)
        and open_ended >= 0.6 * len(at_full)
        and prose >= 0.1 * len(at_full)
    )


def _without_stray_blanks(paragraphs: list[list[Line]]) -> tuple[list[list[Line]], int]:
    """Paragraphs with the lines cut at stray blanks (so that they join without), and their number."""
    texts = [_assemble([paragraph])[0].translate(_GLYPH_TABLE) for paragraph in paragraphs]
    if not any(_is_prose(text) and _INNER_BLANK.search(text) for text in texts):
        return paragraphs, 0
    together = Counter(a + b for text in texts for a, b in pairwise(text))
    result, removed = [], 0
    for paragraph, text in zip(paragraphs, texts, strict=True):
        pieces = (
            [p for line in paragraph for p in _cut(line, together)]
            if _is_prose(text)
            else paragraph
        )
        removed += len(pieces) - len(paragraph)
        result.append(pieces)
    return result, removed


def _is_prose(text: str) -> bool:
    return len(text) >= MIN_PROSE_CHARS and "。" in text


def _cut(line: Line, together: Mapping[str, int]) -> list[Line]:
    """A line in the pieces between its stray blanks."""
    pieces, start = [], 0
    for found in _INNER_BLANK.finditer(line.text):
        pair = f"{line.text[found.start() - 1]}{line.text[found.end()]}".translate(_GLYPH_TABLE)
        if together[pair] >= MIN_TOGETHER:
            pieces.append(
                replace(line, offset=line.offset + start, text=line.text[start : found.start()])
            )
            start = found.end()
    return [*pieces, replace(line, offset=line.offset + start, text=line.text[start:])]


def _assemble(paragraphs: list[list[Line]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Text with one paragraph a line, and the offset map. Latin words keep a blank at a join."""
    parts: list[str] = []
    runs: list[tuple[int, int]] = []
    length = 0
    for paragraph in paragraphs:
        if parts:
            parts.append("\n")
            length += 1
        before = ""
        for line in paragraph:
            if before[-1:].isascii() and before[-1:].isalpha() and line.text[0].isascii():
                parts.append(" ")
                length += 1
            runs.append((length, line.offset))
            parts.append(line.text)
            length += len(line.text)
            before = line.text
    return "".join(parts), tuple(runs)


def _glyph_table(text: str) -> Mapping[int, str]:
    """Glyphs that are mended in a text. A single rare character may be meant; broken fonts break
    several, or come with low quotation marks."""
    broken = sum(char in text for char in _BROKEN_FONT)
    has_evidence = broken >= MIN_BROKEN_GLYPHS or any(mark in text for mark in QUOTES)
    return _GLYPH_TABLE if has_evidence else _SURE_GLYPHS


def _mend(paragraph: str, glyphs: Mapping[int, str], counts: Counter[str]) -> str:
    mended = paragraph.translate(glyphs)
    if mended != paragraph:
        counts["glyph"] += sum(a != b for a, b in zip(mended, paragraph, strict=True))
    if any(mark in mended for mark in QUOTES):
        quoted = _pair_quotes(mended)
        counts["quote"] += sum(a != b for a, b in zip(quoted, mended, strict=True))
        mended = quoted
    return mended


def _pair_quotes(paragraph: str) -> str:
    """``‚…‛`` and its mismatched forms as “…”: a mark closes when one is open, else it opens."""
    chars: list[str] = []
    is_open = False
    for char in paragraph:
        if char == "“":
            is_open = True
        elif char == "”":
            is_open = False
        elif char in QUOTES:
            is_closing = char == "‛" or is_open
            char = "”" if is_closing else "“"
            is_open = not is_closing
        chars.append(char)
    return "".join(chars)


def _to_text_offsets(
    marks: list[int], runs: tuple[tuple[int, int], ...], length: int
) -> tuple[int, ...]:
    """Text offsets of the first character at or after each raw mark; marks without text go."""
    starts = {0}
    at = 0
    for mark in marks[1:]:
        while at + 1 < len(runs) and runs[at + 1][1] <= mark:
            at += 1
        if not runs:
            break
        text_start, raw_start = runs[at]
        following = runs[at + 1][0] if at + 1 < len(runs) else length
        offset = text_start + max(mark - raw_start, 0)
        starts.add(min(offset, following) if mark > raw_start else text_start)
    return tuple(sorted(start for start in starts if start < length or start == 0))
