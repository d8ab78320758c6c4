"""Pieces of HTML that answers and documents share. All text of others goes through escape()."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote, urlencode

from bearing_qa.output import references
from bearing_qa.output.texts import Words
from bearing_qa.types import Citation, Parsed, Span

LINK_QUOTE_CHARS = 40
"""Of a quotation, in a link to it: they stand once in a document, and an address stays short enough to be sent."""
_MARK = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BIDI = {
    ord(sign): f"&lt;U+{ord(sign):04X}&gt;"
    for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}
"""Signs that turn the direction of what follows; shown by name, so that no text reads other than it is."""


def text(words: str) -> str:
    """Text of others as HTML: nothing in it is markup, or turns the direction of reading."""
    return escape(words).translate(_BIDI)


def attribute(words: str) -> str:
    """Text as the value of an attribute, to be copied as it is."""
    return escape(words).translate({sign: f"&#x{sign:X};" for sign in _BIDI})


def lines(words: str) -> str:
    """The same with its line ends kept."""
    return text(words).replace("\n", "<br>")


def sign(number: int) -> str:
    """The sign of a citation: ① … ⑳, then (21)."""
    return _MARK[number - 1] if number <= len(_MARK) else f"({number})"


def deep_link(citation: Citation) -> str:
    """The query that opens the page at a citation, ``?doc=…&start=…&end=…&quote=…``: by its first words it is found again
    where the document has changed since."""
    place = {"doc": citation.doc_id, "start": citation.start, "end": citation.end}
    return "?" + urlencode(place | {"quote": citation.text[:LINK_QUOTE_CHARS]})


def quoted(doc_id: str) -> str:
    """An id as part of an address."""
    return quote(doc_id, safe="")


def place(citation: Citation, parsed: Parsed, *, words: Words) -> str:
    """Where a slice stands: title and heading path, pages, date; whether it is recognised text."""
    steps = "".join(f"<li>{text(step)}</li>" for step in (citation.title, *citation.section))
    facts = [
        references.page_words(citation, words),
        parsed.document.metadata.get("date", ""),
        references.recognised_words(citation, words),
    ]
    return f'<ol class="breadcrumb">{steps}</ol> <span class="facts">{spans(facts)}</span>'


def fault(line: str) -> str:
    """What went wrong, in the place of what was asked for."""
    return f'<p class="fault" role="alert">{text(line)}</p>'


def spans(facts: Sequence[str]) -> str:
    """Short facts, those that are there, one beside the other."""
    return " ".join(f"<span>{text(fact)}</span>" for fact in facts if fact)


def marked(whole: str, around: Span, *, cited: Span) -> str:
    """``whole[around]`` with ``whole[cited]``, which lies in it, in <mark>."""
    (start, end), (first, last) = around, cited
    inside = f"<mark>{lines(whole[first:last])}</mark>"
    return f"{lines(whole[start:first])}{inside}{lines(whole[last:end])}"


def emphasised(words: str, terms: Sequence[str]) -> str:
    """Text with the words of a question in <b>."""
    parts, at = [], 0
    for start, end in _found(words, terms):
        parts += [lines(words[at:start]), f"<b>{lines(words[start:end])}</b>"]
        at = end
    return "".join([*parts, lines(words[at:])])


def _pattern(term: str) -> str:
    """A term, blanks inside passed over; a figure is no part of a longer one."""
    before = r"(?<!\d)(?<!\d[.,])" if term[0].isdigit() else ""
    behind = r"(?![.,]?\d)" if term[-1].isdigit() else ""
    return before + r"\s*".join(map(re.escape, term)) + behind


def _found(words: str, terms: Sequence[str]) -> Iterator[Span]:
    """Where terms of two characters or more stand, the longest first, blanks inside passed over."""
    long = sorted({term for term in terms if len(term) > 1}, key=lambda term: (-len(term), term))
    if not long:
        return
    pattern = "|".join(map(_pattern, long))
    for found in re.finditer(pattern, words, re.IGNORECASE):
        yield found.span()
