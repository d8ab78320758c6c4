"""Markdown as converters write it → Markdown that holds its text plainly.

Tables of HTML become rows with bars, figures between dollar signs become figures (``latex``), pictures go and are told,
line breaks in cells are closed up, escaped signs and entities become the signs. Code and comments stay as they are, and so does
a file that has none of this. Headings and emphasis are left to ``repair``.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator

from bearing_qa.document.formats.latex import plain_formula
from bearing_qa.document.formats.lines import BREAK, join_broken
from bearing_qa.document.formats.site.reader import fragment_lines
from bearing_qa.types import Span, Unread

_KEPT = re.compile(
    r"\A---[ \t]*\n(?:.*\n){0,60}?---[ \t]*$|^[ \t]{0,3}(```|~~~).*?^[ \t]{0,3}\1[^\n]*|<!--.*?-->",
    re.MULTILINE | re.DOTALL,
)
"""What is no text to be changed: front matter, code, comments."""
_TABLE_TAG = re.compile(r"<(/?)table\b[^<>]*>", re.IGNORECASE)
_DISPLAY = re.compile(r"\$\$((?:[^$\n]|\n(?!\s*\n)){1,400}?)\$\$")
_CHINESE = r"\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’"
_BLOCK_TAGS = "p|div|center|section|article|figure|figcaption|details|summary|html|body|ul|ol|li|dl|dt|dd|blockquote|hr|br|tr"
_INLINE_TAGS = (
    "span|b|strong|i|em|u|s|del|ins|sub|sup|font|small|big|mark|a|o:p|td|th|thead|tbody|kbd"
)
_INLINE = re.compile(
    r"(?P<code>(`+)(?!`).{1,1000}?(?<!`)\2(?!`))"
    r"|(?P<image>!\[(?P<alt>[^\[\]\n]*)\](?:\(\s*(?P<place><[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
    r"|\[(?P<label>[^\[\]\n]*)\])(?:\{[^{}\n]*\})?)"
    r"|(?P<span>\[(?P<spanned>[^\[\]\n]*)\](?:\{[.#][^{}\n]*\}|\([^()\s]+\s+(?:\"[^\"\n]*\"|'[^'\n]*')\)))"
    r"|(?P<img><img\b[^<>]*?(?:\bsrc\s*=\s*[\"']?(?P<source>[^\"'<>\s]+)[^<>]*)?>)"
    r"|(?P<raised>(?<=\d)<sup>\s*(?P<power>[-−–]?\d{1,3})\s*</sup>)"
    rf"|(?P<block></?(?:{_BLOCK_TAGS})(?:\s[^<>]*)?/?>|</h[1-6]>)"
    rf"|(?P<heading><h(?P<depth>[1-6])(?:\s[^<>]*)?>)"
    rf"|(?P<tag></?(?:{_INLINE_TAGS})(?:\s[^<>]*)?/?>)"
    rf"|(?P<formula>(?:(?<=[{_CHINESE}])[ ])?(?<![\\$A-Za-z])\$(?P<body>(?:[^$\\\n]|\\.){{1,400}}?)\$(?![\d$])(?:[ ](?=[{_CHINESE}]))?)"
    r"|(?P<bracketed>\\\((?P<round>[^\n]{1,400}?)\\\)|\\\[(?P<square>[^\n]{1,400}?)\\\])"
    r"|(?P<escape>\\(?P<sign>[!-/:-@\[-`{-~]))"
    r"|(?P<entity>&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});)",
    re.IGNORECASE,
)
_HINT = re.compile(r"[$\\<&`]|!\[|\]\{|\]\(|\{[#.]|^[ \t]{0,3}(?:>(?:[ \t]|$)|\[)")
_HEADING_ATTRIBUTES = re.compile(r"^(\s{0,3}#{1,6}\s.*?)\s*\{[#.][^{}\n]*\}\s*$")
_REFERENCE = re.compile(
    r"\s{0,3}\[(?!\^)[^\[\]\n]+\]:\s*<?(?:\w+:|[\w./-]+\.\w{2,4}\b)\S*>?(?:\s.*)?"
)
_QUOTED = re.compile(r"\A[ \t]{0,3}(?:>[ \t]+|>$)+(?!\d+(?![\d.]*[.、．)）]))")
_UNDERLINE = re.compile(r"(=|-)\1{2,}[ \t]*")
_NAMELESS = re.compile(r"[\w.\s-]*", re.ASCII)
_NUMBERED_PICTURE = re.compile(r"(?:图|图片|图像|插图|照片|未命名)\s*\d*")
_NO_HEADING = re.compile(r"[#>|`~*+-]|\d+[.)]\s")
"""What begins a line that is something else than a heading."""
_BARS = {"|": "｜", "\xa0": " "}
"""A bar that is no end of a cell is written full-width, as in tables of other formats."""
_COMMAND = re.compile(r"\\[A-Za-z%]|[\^_]")
_RAISED = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
MAX_PLACE_CHARS = 120
"""An address of a picture is told up to this length."""
MAX_UNDERLINED_CHARS = 80
"""A longer line above a line of dashes is a paragraph before a rule."""


def plain_markdown(source: str) -> tuple[str, tuple[Unread, ...]]:
    """``source`` with its text plain, and the pictures in it; the same text where nothing is to be changed.

    Raises ValueError if a table of HTML is nested too deep.
    """
    pictures: list[Unread] = []
    parts: list[str] = []
    reached = 0
    for (start, stop), is_table in _special(source):
        parts.append(_plain_text(source[reached:start], pictures))
        parts.append(_rows(source, (start, stop), pictures) if is_table else source[start:stop])
        reached = stop
    parts.append(_plain_text(source[reached:], pictures))
    return "".join(parts), tuple(pictures)


def _special(source: str) -> Iterator[tuple[Span, bool]]:
    """Spans of what is kept as it is, and of tables of HTML outside it (the second item tells), in order."""
    kept = [found.span() for found in _KEPT.finditer(source)]
    tables = list(_tables(source, kept))
    reached = 0
    for span, is_table in sorted(
        [*((span, False) for span in kept), *((span, True) for span in tables)]
    ):
        if span[0] >= reached:
            yield span, is_table
            reached = span[1]


def _tables(source: str, kept: list[Span]) -> Iterator[Span]:
    """Spans of the outermost tables of HTML; one that is not closed ends at the next empty line."""
    depth, start = 0, 0
    for found in _TABLE_TAG.finditer(source):
        at = bisect_right(kept, (found.start(), len(source))) - 1
        if at >= 0 and found.start() < kept[at][1]:
            continue
        if not found.group(1):
            start = start if depth else found.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, found.end()
    if depth:
        stop = source.find("\n\n", start)
        yield start, stop if stop >= 0 else len(source)


def _rows(source: str, span: Span, pictures: list[Unread]) -> str:
    """A table of HTML as rows with bars, on lines of their own."""
    lines = [_plain_line(line, pictures) for line in fragment_lines(source[slice(*span)])]
    before = "" if source[: span[0]].endswith("\n") or not span[0] else "\n"
    after = "" if source.startswith("\n", span[1]) else "\n"
    return before + "\n".join(lines) + after


def _plain_text(source: str, pictures: list[Unread]) -> str:
    """A stretch of text without tables, code and comments."""
    lines = _with_hashes(_DISPLAY.sub(_display, source).split("\n"))
    return "\n".join(_outer_line(line, pictures) if _HINT.search(line) else line for line in lines)


def _outer_line(line: str, pictures: list[Unread]) -> str:
    """A line without what stands at its ends: the sign of a quotation, a heading's attributes, the sign of a break."""
    if _REFERENCE.fullmatch(line):
        return ""
    line = _HEADING_ATTRIBUTES.sub(r"\1", _QUOTED.sub("", line, count=1))
    if line.endswith("\\") and not line.endswith("\\\\"):
        line = line[:-1]
    return _plain_line(line, pictures)


def _plain_line(line: str, pictures: list[Unread]) -> str:
    is_row = "|" in line.replace("\\|", "")
    return join_broken(_INLINE.sub(lambda found: _plain(found, pictures, is_row=is_row), line))


def _plain(found: re.Match[str], pictures: list[Unread], *, is_row: bool) -> str:
    """What stands in the text for something marked up; ``is_row``: in a row of a table."""
    if found["image"] is not None:
        return _image(found, pictures)
    if found["img"] is not None:
        _tell(found["source"] or "", pictures)
        return ""
    if found["span"] is not None:
        return _plain_line(found["spanned"], pictures)
    if found["raised"] is not None:
        return found["power"].translate(_RAISED)
    if found["block"] is not None:
        return BREAK if is_row else "\n"
    if found["heading"] is not None:
        return "" if is_row else f"\n{'#' * int(found['depth'])} "
    return "" if found["tag"] is not None else _signs(found)


def _signs(found: re.Match[str]) -> str:
    """The signs of a formula, an escaped sign or an entity; what it is as it is written where it is not understood."""
    if found["formula"] is not None:
        return _formula(found["body"], found.group())
    if found["bracketed"] is not None:
        body = found["round"] or found["square"]
        plain = plain_formula(body) if _COMMAND.search(body) else None
        return plain or re.sub(r"\\([\[\]()])", r"\1", found.group())
    if found["escape"] is not None:
        is_hash = found["sign"] == "#" and not found.string[: found.start()].strip()
        return found.group() if is_hash else _BARS.get(found["sign"], found["sign"])
    if found["entity"] is not None:
        sign = html.unescape(found.group())
        return _BARS.get(sign, sign if sign.isprintable() else " ")
    return found.group()


def _formula(body: str, whole: str) -> str:
    """A formula in plain signs. Between dollar signs of prices there is no formula: it ends at no blank."""
    is_loose = body != body.strip() and not re.fullmatch(r"[\d\s.,]+|.*\\.*", body)
    plain = None if is_loose else plain_formula(body)
    return whole if plain is None else plain


def _display(found: re.Match[str]) -> str:
    plain = plain_formula(" ".join(found[1].split()))
    return found.group() if plain is None else plain


def _image(found: re.Match[str], pictures: list[Unread]) -> str:
    """Nothing for a picture, or its words where it has any that are no file's name."""
    _tell(found["place"] or found["label"] or "", pictures)
    alt = found["alt"].strip()
    is_nameless = _NAMELESS.fullmatch(alt) or _NUMBERED_PICTURE.fullmatch(alt)
    return "" if is_nameless else found.group()


def _tell(place: str, pictures: list[Unread]) -> None:
    place = place.strip("<>")
    place = place.partition(",")[0] if place.startswith("data:") else place
    pictures.append(Unread("picture", place[:MAX_PLACE_CHARS]))


def _with_hashes(lines: list[str]) -> list[str]:
    """Lines with hashes before headings that a line of = or - underlines."""
    marks = [at for at, line in enumerate(lines) if at and _UNDERLINE.fullmatch(line)]
    for at in marks:
        head, above = lines[at - 1].strip(), lines[at - 2].strip() if at > 1 else ""
        is_short = 0 < len(head) <= MAX_UNDERLINED_CHARS and head[-1] not in "。；：，"
        if is_short and not above and "|" not in head and not _NO_HEADING.match(head):
            lines[at - 1] = f"{'#' if lines[at][0] == '=' else '##'} {head}"
            lines[at] = ""
    return lines
