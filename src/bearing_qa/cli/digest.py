"""The command that collects what the corpus says on a theme."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bearing_qa.cli.console import (
    DEFAULT_INDEX,
    DocumentOption,
    FromOption,
    IndexOption,
    JsonOption,
    SectionOption,
    StoreOption,
    ToOption,
    check_target,
    err,
    faults,
    out,
    print_json,
    scope_of,
)

if TYPE_CHECKING:
    from bearing_qa.answer.library import Library
    from bearing_qa.review.theme import Collection
    from bearing_qa.types import Document


class Depth(StrEnum):
    """How much is collected around what is on the theme."""

    sentence = "sentence"
    paragraph = "paragraph"


def digest(
    theme: Annotated[str, typer.Argument(help="主题 / a theme")],
    as_json: JsonOption = False,
    docx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写出 Word 文件 / a Word file")
    ] = None,
    md: Annotated[
        Path | None, typer.Option("--md", metavar="FILE", help="写出 Markdown 文件 / Markdown")
    ] = None,
    depth: Annotated[
        Depth, typer.Option(help="逐句或整段 / sentences or whole paragraphs")
    ] = Depth.sentence,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
    document: DocumentOption = None,
    first: FromOption = "",
    last: ToOption = "",
    section: SectionOption = None,
) -> None:
    """专题汇编：资料中关于一个主题的全部原文 / all that the documents say on a theme."""
    from bearing_qa.answer.library import Library
    from bearing_qa.cli.stores import place_of
    from bearing_qa.review.theme import collect

    with faults():
        for target, suffix in ((docx, ".docx"), (md, ".md")):
            if target is not None:
                check_target(target, suffix)
        library = Library(place_of(index, store))
        scope = scope_of(document, first, last, section)
        found = collect(library, theme, scope=scope, depth=depth.value)
        write_files(found, library, docx, md)
    if as_json:
        print_json(found.to_json())
    else:
        show(found)
    for target in (docx, md):
        if target is not None:
            err.print(f"写出 written: {target}", markup=False)


def write_files(found: Collection, library: Library, docx: Path | None, md: Path | None) -> None:
    """Writes what was asked for."""
    from bearing_qa.output.collection_file import markdown, write_word
    from bearing_qa.output.view import parsed_document

    index = library.index()

    def document_of(doc_id: str) -> Document:
        return parsed_document(index, doc_id).document

    if docx is not None:
        write_word(found, docx, document_of=document_of)
    if md is not None:
        md.write_text(markdown(found, document_of=document_of), encoding="utf-8")


def show(found: Collection) -> None:
    """Documents with what they say, then how much there is."""
    from bearing_qa.output.collection_file import heading_of

    for one in found.documents:
        out.print(heading_of(one.title, one.date), style="bold", markup=False)
        for item in one.items:
            where = f"（{item.place_words}）" if item.place_words else ""
            place = " › ".join(item.section)
            out.print(f"  {place}{where}", style="cyan", markup=False)
            out.print("\n".join(f"    {line}" for line in item.text.split("\n")), markup=False)
    count = sum(len(one.items) for one in found.documents)
    said = f"{len(found.documents)} 份文件，{count} 处 / {count} places in {len(found.documents)} documents"
    out.print(said if count else "资料中没有关于这个主题的话 / nothing on this theme", markup=False)
