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
    InForceOption,
    IssuerOption,
    JsonOption,
    KindOption,
    SectionOption,
    StoreOption,
    ToOption,
    check_target,
    err,
    faults,
    out,
    print_json,
    scope_of,
    warn_of_changed_files,
)

if TYPE_CHECKING:
    from bearing_qa.answer.library import Library
    from bearing_qa.review.theme import Collection
    from bearing_qa.review.theme_tables import Tables
    from bearing_qa.types import Citation, Document


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
    table: Annotated[
        bool,
        typer.Option("--table", help="数字和期限列成表 / figures and deadlines as tables"),
    ] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="写出数字和期限表（Excel） / both tables in a workbook"),
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
    issuer: IssuerOption = None,
    kind: KindOption = None,
    in_force: InForceOption = False,
) -> None:
    """专题汇编：资料中关于一个主题的全部原文 / all that the documents say on a theme."""
    from bearing_qa.answer.library import Library
    from bearing_qa.cli.stores import place_of
    from bearing_qa.review.theme import collect

    with faults():
        for target, suffix in ((docx, ".docx"), (md, ".md"), (xlsx, ".xlsx")):
            if target is not None:
                check_target(target, suffix)
        library = Library(place_of(index, store))
        scope = scope_of(
            document, first, last, section, issuers=issuer, kinds=kind, in_force=in_force
        )
        found = collect(library, theme, scope=scope, depth=depth.value)
        write_files(found, library, docx, md)
        tables = tables_for(found, library, xlsx) if table or xlsx else None
    if as_json:
        more = {"tables": tables.to_json()} if tables and table else {}
        print_json(found.to_json() | more)
    elif tables and table:
        show_tables(tables)
    else:
        show(found)
    warn_of_changed_files(library.index(), (one.doc_id for one in found.documents))
    for target in (docx, md, xlsx):
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


def tables_for(found: Collection, library: Library, xlsx: Path | None) -> Tables:
    """The tables of what was collected; writes them where a workbook is asked for."""
    from bearing_qa.output.figure_tables import write_workbook
    from bearing_qa.output.view import parsed_document
    from bearing_qa.review.theme_tables import tables_of

    index = library.index()
    tables = tables_of(found, parsed_of=lambda doc_id: parsed_document(index, doc_id))
    if xlsx is not None:
        write_workbook(tables, xlsx)
    return tables


def show_tables(tables: Tables) -> None:
    """Each indicator and year with its values and where they stand, then the deadlines in order of date."""
    from bearing_qa.output.figure_tables import value_of, year_of
    from bearing_qa.output.texts import CHINESE

    if not tables.figures and not tables.deadlines:
        out.print(CHINESE("tables_none"), markup=False)
        return
    out.print(CHINESE("figures_note"), style="bright_black", markup=False)
    for row in tables.figures:
        head = f"{row.indicator} | {year_of(row, words=CHINESE)}"
        differs = f" | {CHINESE('figure_differ')}" if row.differs else ""
        out.print(f"{head}{differs}", style="bold", markup=False)
        for value in row.values:
            _show_source(value_of(value, words=CHINESE), value.citation)
    if tables.deadlines:
        out.print(CHINESE("deadlines_sheet"), style="bold", markup=False)
    for due in tables.deadlines:
        _show_source(
            f"{due.deadline.date or CHINESE('deadline_period')} | {due.text}", due.citation
        )


def _show_source(words: str, citation: Citation) -> None:
    place = " › ".join([citation.title, *citation.section])
    out.print(f"  {words}", markup=False)
    out.print(f"      {place}：{' '.join(citation.text.split())}", style="cyan", markup=False)


def show(found: Collection) -> None:
    """Documents with what they say, then how much there is."""
    from bearing_qa.output.collection_file import heading_of

    for one in found.documents:
        out.print(heading_of(one.title, one.date), style="bold", markup=False)
        for item in one.items:
            facts = [fact for fact in (item.place_words, item.recognition_words) if fact]
            where = f"（{'，'.join(facts)}）" if facts else ""
            place = " › ".join(item.section)
            out.print(f"  {place}{where}", style="cyan", markup=False)
            out.print("\n".join(f"    {line}" for line in item.text.split("\n")), markup=False)
    count = sum(len(one.items) for one in found.documents)
    said = f"{len(found.documents)} 份文件，{count} 处 / {count} places in {len(found.documents)} documents"
    out.print(said if count else "资料中没有关于这个主题的话 / nothing on this theme", markup=False)
