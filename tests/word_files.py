"""Word files made of raw XML, part by part, as Word would write them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bearing_qa.document.formats.word.reader import docx_lines
from bearing_qa.types import Unread

_OFFICE = "http://schemas.openxmlformats.org"
NAMESPACES = {
    "w": f"{_OFFICE}/wordprocessingml/2006/main",
    "m": f"{_OFFICE}/officeDocument/2006/math",
    "r": f"{_OFFICE}/officeDocument/2006/relationships",
    "a": f"{_OFFICE}/drawingml/2006/main",
    "c": f"{_OFFICE}/drawingml/2006/chart",
    "pic": f"{_OFFICE}/drawingml/2006/picture",
    "mc": f"{_OFFICE}/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_RELATIONS = f"{_OFFICE}/officeDocument/2006/relationships"
_PACKAGE = f"{_OFFICE}/package/2006/relationships"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(text: str = "", *, properties: str = "", more: str = "") -> str:
    """A paragraph of one run; ``more`` is XML behind it."""
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{more}</w:p>"


def listed(text: str, *, level: int = 0, number: int = 1) -> str:
    """A paragraph with an automatic number."""
    inner = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    return paragraph(text, properties=f"<w:numPr>{inner}</w:numPr>")


def level(form: str, text: str, *, at: int = 0, start: int = 1, more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(abstract: Mapping[int, str], lists: Mapping[int, tuple[int, str]]) -> str:
    """Lists: levels by abstract list; the abstract list and the overrides by list."""
    written = (
        f'<w:abstractNum w:abstractNumId="{n}">{xml}</w:abstractNum>' for n, xml in abstract.items()
    )
    uses = (
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{of}"/>{xml}</w:num>'
        for n, (of, xml) in lists.items()
    )
    return "".join([*written, *uses])


def cell(*blocks: str, properties: str = "") -> str:
    """A cell; a block that is no XML is a paragraph's text."""
    inner = "".join(block if block.startswith("<") else paragraph(block) for block in blocks)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row; a cell that is no XML is a cell's text."""
    inner = "".join(item if item.startswith("<") else cell(item) for item in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def write_word(path: Path, body: str, *, stated_pages: str = "", **parts: str) -> Path:
    """A Word file with a body and other parts (numbering, styles, footnotes, endnotes) of the given XML."""
    roots = {
        "numbering": "numbering",
        "styles": "styles",
        "footnotes": "footnotes",
        "endnotes": "endnotes",
    }
    relations = "".join(
        f'<Relationship Id="{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for kind in parts
    )
    top = f'<Relationship Id="a" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    if stated_pages:
        top += f'<Relationship Id="b" Type="{_RELATIONS}/extended-properties" Target="docProps/app.xml"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}">{top}</Relationships>')
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {_DECLARED}><w:body>{body}</w:body></w:document>"
        )
        if stated_pages:
            stated = f'<Properties xmlns="{_OFFICE}/officeDocument/2006/extended-properties"><Pages>{stated_pages}</Pages></Properties>'
            archive.writestr("docProps/app.xml", stated)
        for kind, xml in parts.items():
            archive.writestr(
                f"word/{kind}.xml", f"<w:{roots[kind]} {_DECLARED}>{xml}</w:{roots[kind]}>"
            )
    return path


def _parts(path: Path, body: str, parts: Mapping[str, str]) -> Iterator[str | Unread]:
    return docx_lines(write_word(path / "a.docx", body, **parts).read_bytes())


def lines_of(path: Path, body: str, **parts: str) -> list[str]:
    """What the reader gives of a body as lines."""
    return [part for part in _parts(path, body, parts) if isinstance(part, str)]


def unread_of(path: Path, body: str, **parts: str) -> list[tuple[str, str]]:
    """Kinds and places of what the reader could not read of a body."""
    return [(p.kind, p.place) for p in _parts(path, body, parts) if isinstance(p, Unread)]
