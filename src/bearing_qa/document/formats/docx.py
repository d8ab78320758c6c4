"""Word (.docx) → lines, by python-docx: paragraphs with their automatic numbers, tables, in order."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from bearing_qa.document.formats.lines import fold, table_lines

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE_TEXT = """
chineseCounting chineseCountingThousand japaneseCounting taiwaneseCounting
taiwaneseCountingThousand ideographDigital chineseLegalSimplified
"""
_CHINESE = frozenset(_CHINESE_TEXT.split())


def docx_lines(data: bytes) -> Iterator[str]:
    """Lines of a Word document in reading order."""
    document = _open(data)
    numbering = _Numbering(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from table_lines([[cell.text for cell in row.cells] for row in block.rows])
            continue
        text = fold(numbering.prefix(block) + block.text.replace("\n", " "))
        if _breaks_page(block):
            yield "\f"
        if text:
            yield text


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
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(content, parser)
    folder = name.replace("_rels/", "").rpartition("/")[0]
    for relation in list(root):
        target = relation.get("Target", "")
        inside = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        if relation.get("TargetMode") != "External" and inside not in names:
            root.remove(relation)
    return bytes(etree.tostring(root))


def _breaks_page(paragraph: Paragraph) -> bool:
    return any(br.get(qn("w:type")) == "page" for br in paragraph._p.iter(qn("w:br")))


class _Numbering:
    """Counters of automatic numbers, as Word shows them before a paragraph."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[tuple[str, int], Mapping[str, str]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for number in root.iter(qn("w:num")):
            ref = number.find(qn("w:abstractNumId"))
            if ref is not None:
                self._abstract[number.get(qn("w:numId"))] = ref.get(qn("w:val"))
        for abstract in root.iter(qn("w:abstractNum")):
            for level in abstract.iter(qn("w:lvl")):
                values = {
                    child.tag.rpartition("}")[2]: child.get(qn("w:val"), "") for child in level
                }
                key = (abstract.get(qn("w:abstractNumId")), int(level.get(qn("w:ilvl"), "0")))
                self._levels[key] = values

    def prefix(self, paragraph: Paragraph) -> str:
        """The number that Word shows before a paragraph; empty for none and for bullets."""
        number, level = self._place(paragraph)
        abstract = self._abstract.get(number, "")
        values = self._levels.get((abstract, level))
        if values is None:
            return ""
        counts = self._counts[abstract]
        start = int(values.get("start") or 1)
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
                    at = int(level.get(qn("w:val"))) if level is not None else 0
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
