"""Word (.docx) → lines, by python-docx: paragraphs with their automatic numbers, tables, in order."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from bearing_qa.document.formats.lines import fold, table_lines
from bearing_qa.types import Unread

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE_TEXT = """
chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting
taiwaneseCountingThousand ideographDigital chineseLegalSimplified
"""
_CHINESE = frozenset(_CHINESE_TEXT.split())
MAX_DEPTH = 6
"""Deeper outline levels are body text in all but name."""
MAX_SPAN = 200
"""Cells merged over more columns than this are taken as this many."""
MAX_STYLES = 12
"""A style is based on at most this many others; more are a circle."""
_P, _TABLE, _T, _BR = (qn(name) for name in ("w:p", "w:tbl", "w:t", "w:br"))
_BOX, _FOOTNOTE = qn("w:txbxContent"), qn("w:footnoteReference")
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml")))
_SIGNS = {qn("w:tab"): " ", _BR: "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_RUN, _RUN_PROPERTIES, _VANISH = qn("w:r"), qn("w:rPr"), qn("w:vanish")
_SPAN, _VAL = qn("w:gridSpan"), qn("w:val")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PASSED_OVER = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), _BOX, _FALLBACK})


def docx_lines(data: bytes) -> Iterator[str | Unread]:
    """Lines of a Word document in reading order; a heading's depth as hashes, as in Markdown."""
    document = _open(data)
    yield from _Reader(document).lines(document.element.body)


class _Reader:
    """Walks the body: what python-docx passes over (content controls, inserted and tagged text, text
    boxes, footnotes) is text that a reader sees."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbering = _Numbering(document)
        self._footnotes = _footnotes(document)

    def lines(self, container: BaseOxmlElement) -> Iterator[str]:
        """Lines of the paragraphs and tables of a body, a content control or a text box."""
        for child in container:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from table_lines(_cells(Table(child, self._document)))
            elif child.tag in _WRAPPERS:
                yield from self.lines(child)

    def _paragraph(self, element: BaseOxmlElement) -> Iterator[str]:
        paragraph = Paragraph(element, self._document)
        if any(br.get(qn("w:type")) == "page" for br in _own(element, {_BR})):
            yield "\f"
        number = self._numbering.prefix(paragraph)
        depth = _heading_depth(paragraph)
        lines = [line for piece in _text(element).split("\n") if (line := fold(piece))]
        for at, line in enumerate(lines):
            mark = "#" * depth + " " if depth else ""
            yield mark + (fold(number + line) if not at else line)
        for box in _own(element, {_BOX}):
            yield from self.lines(box)
        for mark in _own(element, {_FOOTNOTE}):
            yield from self._footnotes.get(str(mark.get(qn("w:id"))), [])


def _own(element: BaseOxmlElement, tags: Collection[str]) -> Iterator[BaseOxmlElement]:
    """Descendants of some tags in order, without what was deleted, is said twice, or is in a text box."""
    waiting = list(reversed(element))
    while waiting:
        node = waiting.pop()
        if node.tag in tags:
            yield node
        elif node.tag not in _PASSED_OVER and not _is_hidden(node):
            waiting.extend(reversed(node))


def _is_hidden(node: BaseOxmlElement) -> bool:
    """Whether a run is formatted as hidden text."""
    properties = node.find(_RUN_PROPERTIES) if node.tag == _RUN else None
    vanish = properties.find(_VANISH) if properties is not None else None
    return vanish is not None and vanish.get(qn("w:val"), "true") not in ("0", "false")


def _text(paragraph: BaseOxmlElement) -> str:
    return "".join(
        (node.text or "") if node.tag == _T else _SIGNS[node.tag]
        for node in _own(paragraph, {_T, *_SIGNS})
    )


def _number(text: str | None, default: int) -> int:
    """The whole number that an attribute holds, or what stands for one that is none."""
    return int(text) if text and len(text) < 10 and text.isdecimal() else default


def _cells(table: Table) -> list[list[str]]:
    """Texts of the cells by row; a merged cell is in each place that it covers."""
    for span in table._tbl.iter(_SPAN):
        across = _number(span.get(_VAL), 1 if len(span.get(_VAL) or "") < 10 else MAX_SPAN)
        span.set(_VAL, str(min(max(across, 1), MAX_SPAN)))
    return [
        [" ".join(_text(node) for node in cell._tc.iter(_P)) for cell in row.cells]
        for row in table.rows
    ]


def _heading_depth(paragraph: Paragraph) -> int:
    """1 to 6 for a paragraph with an outline level, its own or its style's; else 0."""
    style = paragraph.style
    sources = [paragraph._p.pPr]
    while style is not None and len(sources) < MAX_STYLES:
        sources.append(style.element.pPr)
        style = style.base_style
    for properties in sources:
        level = properties.find(qn("w:outlineLvl")) if properties is not None else None
        if level is not None:
            depth = _number(level.get(_VAL), MAX_DEPTH) + 1
            return depth if depth <= MAX_DEPTH else 0
    return 0


def _footnotes(document: Document) -> dict[str, list[str]]:
    """Lines of each footnote, by its id."""
    relations = document.part.rels.values()
    own = (rel for rel in relations if rel.reltype == RT.FOOTNOTES and not rel.is_external)
    parts = (rel.target_part for rel in own)
    part = next(parts, None)
    if part is None:
        return {}
    root = etree.fromstring(part.blob, _safe_parser())
    return {
        str(note.get(qn("w:id"))): [fold(_text(node)) for node in note.iter(_P) if _text(node)]
        for note in root.iter(qn("w:footnote"))
    }


def _open(data: bytes) -> Document:
    """The document; relations to parts that are not in the file are taken out first."""
    try:
        return docx.Document(io.BytesIO(data))
    except KeyError:
        return docx.Document(io.BytesIO(_without_dangling(data)))


def _without_dangling(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        names = set(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".rels"):
                content = _kept_relations(name, content, names)
            target.writestr(name, content)
    return out.getvalue()


def _kept_relations(name: str, content: bytes, names: set[str]) -> bytes:
    root = etree.fromstring(content, _safe_parser())
    folder = name.replace("_rels/", "").rpartition("/")[0]
    for relation in list(root):
        target = relation.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if relation.get("TargetMode") != "External" and inside not in names:
            root.remove(relation)
    return bytes(etree.tostring(root))


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


class _Numbering:
    """Counters of automatic numbers, as Word shows them before a paragraph."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[tuple[str, int], Mapping[str, str]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for number in root.iter(qn("w:num")):
            ref = number.find(qn("w:abstractNumId"))
            if ref is not None:
                self._abstract[number.get(qn("w:numId"))] = ref.get(qn("w:val"))
            for override in number.iter(qn("w:lvlOverride")):
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    levels = self._restarts.setdefault(str(number.get(qn("w:numId"))), {})
                    level_at = _number(override.get(qn("w:ilvl")), 0)
                    levels[level_at] = _number(start.get(_VAL), 1)
        for abstract in root.iter(qn("w:abstractNum")):
            for level in abstract.iter(qn("w:lvl")):
                values = {
                    child.tag.rpartition("}")[2]: child.get(qn("w:val"), "") for child in level
                }
                key = (abstract.get(qn("w:abstractNumId")), _number(level.get(qn("w:ilvl")), 0))
                self._levels[key] = values

    def prefix(self, paragraph: Paragraph) -> str:
        """The number that Word shows before a paragraph; empty for none and for bullets."""
        number, level = self._place(paragraph)
        abstract = self._abstract.get(number, "")
        values = self._levels.get((abstract, level))
        if values is None:
            return ""
        counts = self._counts[abstract]
        counts.update({at: first - 1 for at, first in self._restarts.pop(number, {}).items()})
        start = _number(values.get("start"), 1)
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        text = values.get("lvlText", "")
        if values.get("numFmt") == "bullet" or not text:
            return ""
        for at in range(9):
            if f"%{at + 1}" in text:
                form = self._levels.get((abstract, at), {}).get("numFmt", "decimal")
                text = text.replace(f"%{at + 1}", _shown(counts.get(at, 1), form))
        return text if text[-1:] in "、.．)）" else f"{text} "

    @staticmethod
    def _place(paragraph: Paragraph) -> tuple[str, int]:
        """Number list and level of a paragraph, its own or its style's."""
        style = paragraph.style
        own = paragraph._p.pPr
        sources = [own, *([style.element.pPr] if style is not None else [])]
        for properties in sources:
            found = properties.find(qn("w:numPr")) if properties is not None else None
            if found is not None:
                number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
                if number is not None:
                    at = _number(level.get(_VAL), 0) if level is not None else 0
                    return str(number.get(qn("w:val"))), at
        return "", 0


def _shown(number: int, form: str) -> str:
    if form in _CHINESE:
        return chinese(number)
    if form == "decimalEnclosedCircle" and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    return str(number)


def chinese(number: int) -> str:
    """A number below a hundred in Chinese numerals: 十二, 二十一; larger ones digit by digit."""
    if number >= 100 or number < 1:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones else "")
