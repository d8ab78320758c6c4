"""The command that checks a draft against the corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bearing_qa.cli.console import (
    DEFAULT_INDEX,
    IndexOption,
    JsonOption,
    StoreOption,
    check_target,
    err,
    faults,
    out,
    print_json,
    warn_of_changed_files,
)

if TYPE_CHECKING:
    from bearing_qa.review.finding import Review

FAULTS_FOUND = 3
"""Exit status of --strict where the draft is wrong somewhere."""
STANDARD_INPUT = "-"
COLOURS = {"changed": "yellow", "number_differs": "red", "wrong_source": "magenta", "not_found": "red", "superseded": "yellow", "unchecked": "bright_black", "exact": "green", "punctuation": "green"}  # fmt: skip


def check(
    draft: Annotated[
        str, typer.Argument(help="稿件，- 为标准输入 / a draft, - for standard input")
    ],
    as_json: JsonOption = False,
    docx: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="写出带批注的 Word 文件 / the draft with Word comments"),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="有错时退出码为 3 / exit with 3 where the draft is wrong"),
    ] = False,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
) -> None:
    """核对稿件的引文、数字、文件标题和条款 / check a draft's quotations, figures, titles and articles."""
    from bearing_qa.answer.library import Library
    from bearing_qa.cli.stores import place_of
    from bearing_qa.review.check import check_draft

    with faults():
        if docx is not None:
            check_target(docx, ".docx", sources=() if draft == STANDARD_INPUT else (draft,))
        text = read_text(draft)
        library = Library(place_of(index, store))
        review = check_draft(library, text, name=draft)
        if docx is not None:
            from bearing_qa.output.commented_draft import write_commented

            write_commented(review, docx, draft=None if draft == STANDARD_INPUT else Path(draft))
    if as_json:
        print_json(review.to_json())
    else:
        show(review)
    sources = (finding.source for finding in review.findings)
    warn_of_changed_files(library.index(), (source.doc_id for source in sources if source))
    if docx is not None:
        err.print(f"写出 written: {docx}", markup=False)
    if strict and review.has_faults:
        raise typer.Exit(FAULTS_FOUND)


def read_text(draft: str) -> str:
    """The text of a draft. Raises DocumentError if there is none, or too much."""
    from bearing_qa.document.encoding import decode
    from bearing_qa.review.draft import text_of

    if draft == STANDARD_INPUT:
        return decode(sys.stdin.buffer.read(), name="standard input")[0]
    return text_of(Path(draft))


def show(review: Review) -> None:
    """A line a finding, its differences and source below it; then how many of each."""
    from bearing_qa.output.references import plain
    from bearing_qa.output.texts import CHINESE

    for finding in review.findings:
        verdict = CHINESE(f"verdict_{finding.verdict}")
        line = " ".join(finding.text.split())
        out.print(f"[{verdict}] {line}", style=COLOURS[finding.verdict], markup=False)
        if finding.reason:
            out.print(f"    {finding.reason}", markup=False)
        for said, source in finding.differences:
            out.print(f"    稿 {said or '（无）'}  →  原文 {source or '（无）'}", markup=False)
        if finding.source and finding.verdict not in ("exact", "punctuation"):
            out.print(f"    {plain(finding.source)}", style="cyan", markup=False)
    counts = [f"{CHINESE(f'verdict_{v}')} {n}" for v, n in review.counts().items() if n]
    out.print("，".join(counts) or CHINESE("check_nothing"), markup=False)
