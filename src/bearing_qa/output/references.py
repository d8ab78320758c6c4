"""A citation as it is written elsewhere: GB/T 7714-2015 reference, plain words, Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.types import Citation, Document

_KINDS = (
    (re.compile(r"^(?:GB|JB|HB|QC|TB|YB|DB\d*|ISO)(?:/T)?[\s\d—-]|(?:标准|规范|规程)$"), "S"),
    (re.compile(r"(?:报告|白皮书|蓝皮书|公报|统计)$"), "R"),
)
"""Type marks by title, the first that fits: standards, reports. All else is [Z], other documents."""
OTHER_KIND = "Z"
_ROLE = re.compile(r"\s*[（(][^（）()]*[）)]\s*$")
"""What a person is, behind the name: 周宇（理事长）."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|!~&])")
_LINE_MARKUP = re.compile(r"^([ \t]*\d*)([-+=.)])(?=[\s=-]|$)", re.MULTILINE)
"""What makes a line an item of a list, or underlines a heading."""
_AUTHORS = ("issuer", "author", "speaker")
"""Metadata that name who answers for a document, the first that is there."""


def issuer(metadata: Mapping[str, str]) -> str:
    """Who issues, writes or speaks, as far as the metadata say."""
    return next((metadata[key] for key in _AUTHORS if metadata.get(key)), "")


def reference(citation: Citation, document: Document) -> str:
    """The citation as a GB/T 7714-2015 reference; parts that are not known are left out.

    主要责任者. 题名: 文献编号[文献类型标识]. 日期: 页码. Cells of a spreadsheet stand for pages.
    """
    author = _ROLE.sub("", issuer(document.metadata))
    number = document.metadata.get("number", "")
    named = f"{document.title}: {number}" if number else document.title
    date, pages = document.metadata.get("date", ""), _pages(citation)
    when = ": ".join(part for part in (date, pages) if part)
    parts = [author, f"{named}[{_kind(document.title)}]", when]
    return ". ".join(part for part in parts if part) + "."


def _kind(title: str) -> str:
    return next((mark for pattern, mark in _KINDS if pattern.search(title)), OTHER_KIND)


def _pages(citation: Citation) -> str:
    first, last = citation.pages
    if not citation.is_paged:
        return citation.cell
    return str(first) if first == last else f"{first}-{last}"


def page_words(citation: Citation, words: Words) -> str:
    """The pages in words, or the cells of a spreadsheet; nothing for a text without page marks, whose page is not known."""
    first, last = citation.pages
    if not citation.is_paged:
        return citation.cell
    return words("page" if first == last else "pages", first=first, last=last)


def recognised_words(citation: Citation, words: Words) -> str:
    """That a citation is text recognised from a picture, and how surely, in words; nothing for text of the file."""
    if citation.recognition is None:
        return ""
    return words("recognised", sure=f"{citation.recognition:.2f}")


def plain(citation: Citation, *, words: Words = CHINESE) -> str:
    """文件名·章节·页·原句, on one line."""
    section = " › ".join(citation.section)
    said = " ".join(citation.text.split("\n"))
    parts = [citation.title, section, page_words(citation, words), f"“{said}”"]
    parts.append(recognised_words(citation, words))
    return "·".join(part for part in parts if part)


def markdown(citation: Citation, document: Document) -> str:
    """The citation as a Markdown quotation with its reference; nothing in it is markup."""
    quoted = "\n".join(f"> {escape_markdown(line)}" for line in citation.text.split("\n"))
    place = " › ".join(citation.section)
    source = noted_reference(citation, document)
    return f"{quoted}\n>\n> {escape_markdown(f'{place}——{source}' if place else source)}"


def noted_reference(citation: Citation, document: Document, *, words: Words = CHINESE) -> str:
    """The reference of a citation, behind it that the words were recognised from a picture, where they were."""
    note = recognised_words(citation, words)
    source = reference(citation, document)
    return f"{source} [{note}]" if note else source


def escape_markdown(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return _LINE_MARKUP.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))
