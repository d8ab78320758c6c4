"""Word footnotes, which python-docx does not write: their part with its separators, settings, styles and marks in the text."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from bearing_qa.output.word_file import clean

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
PART_NAME = "/word/footnotes.xml"
TEXT_STYLE, MARK_STYLE = "FootnoteText", "FootnoteReference"
SEPARATOR, CONTINUED = -1, 0
"""Ids of the line above footnotes, and of that above what goes on from the page before; footnotes count from one."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES = (
    f'<w:style xmlns:w="{_W}" w:type="paragraph" w:styleId="{TEXT_STYLE}"><w:name w:val="footnote text"/><w:basedOn w:val="Normal"/>'
    '<w:uiPriority w:val="99"/><w:unhideWhenUsed/><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    '</w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>',
    f'<w:style xmlns:w="{_W}" w:type="character" w:styleId="{MARK_STYLE}"><w:name w:val="footnote reference"/>'
    '<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="99"/><w:unhideWhenUsed/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
)
_SETTINGS = f'<w:footnotePr xmlns:w="{_W}"><w:footnote w:id="{SEPARATOR}"/><w:footnote w:id="{CONTINUED}"/></w:footnotePr>'
_BEHIND_SETTINGS = (
    "endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats",
    "doNotAutoCompressPictures", "forceUpgrade", "captions", "readModeInkLockDown", "smartTagType", "schemaLibrary", "shapeDefaults",
    "doNotEmbedSmartTags", "decimalSymbol", "listSeparator",
)  # fmt: skip
"""What comes behind the footnotes' element in settings.xml; Word takes no other order."""


class Footnotes:
    """Footnotes of one python-docx document: ``add`` each where it belongs, then ``attach`` them once, before it is saved."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._notes: list[str] = []

    def add(self, paragraph: Any, text: str) -> int:
        """Puts a footnote behind a paragraph's last word; its number, from one."""
        from docx.oxml import parse_xml

        self._notes.append(text)
        number = len(self._notes)
        paragraph._p.append(
            parse_xml(
                f'<w:r xmlns:w="{_W}"><w:rPr><w:rStyle w:val="{MARK_STYLE}"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'
            )
        )
        return number

    def attach(self) -> None:
        """Adds the part, its settings and its styles to the document; nothing where there are no footnotes."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import parse_xml

        if not self._notes:
            return
        document = self._file.part
        part = Part(PackURI(PART_NAME), CONTENT_TYPE, self._xml().encode(), document.package)
        document.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        styles = self._file.styles.element
        known = {style.styleId for style in styles.style_lst}
        for style_id, xml in zip((TEXT_STYLE, MARK_STYLE), _STYLES, strict=True):
            if style_id not in known:
                styles.append(parse_xml(xml))
        _insert(self._file.settings.element, parse_xml(_SETTINGS))

    def _xml(self) -> str:
        notes = "".join(_note(number, text) for number, text in enumerate(self._notes, 1))
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<w:footnotes xmlns:w="{_W}">{_line("separator", SEPARATOR, "separator")}'
            f"{_line('continuationSeparator', CONTINUED, 'continuationSeparator')}{notes}</w:footnotes>"
        )


def _line(kind: str, number: int, element: str) -> str:
    """The line above footnotes."""
    return (
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:r><w:{element}/></w:r></w:p></w:footnote>"
    )


def _note(number: int, text: str) -> str:
    words = escape(clean(" ".join(text.split())))
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{TEXT_STYLE}"/></w:pPr><w:r><w:rPr><w:rStyle w:val="{MARK_STYLE}"/>'
        f'</w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {words}</w:t></w:r></w:p></w:footnote>'
    )


def _insert(settings: Any, element: Any) -> None:
    """Puts the footnotes' element into the settings, where the schema has it; in the place of one that is there."""
    for old in settings.findall(f"{{{_W}}}footnotePr"):
        settings.remove(old)
    for at, child in enumerate(settings):
        if child.tag.rpartition("}")[2] in _BEHIND_SETTINGS:
            settings.insert(at, element)
            return
    settings.append(element)
