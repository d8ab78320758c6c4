"""The command that compares two documents clause by clause."""

from __future__ import annotations

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
    from bearing_qa.review.comparison import Compared, Comparison
    from bearing_qa.types import Parsed

COLOURS = {"added": "green", "removed": "red", "moved": "blue", "format": "bright_black"}
"""Of changes that are not in the colour of all others."""


def compare(
    old: Annotated[
        str, typer.Argument(help="旧文件，或资料中的编号 / the older one: a file or an id")
    ],
    new: Annotated[str, typer.Argument(help="新文件，或资料中的编号 / the newer one")],
    as_json: JsonOption = False,
    docx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写出对照表（Word） / a table in Word")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="写出对照表（Excel） / a workbook")
    ] = None,
    index: IndexOption = DEFAULT_INDEX,
    store: StoreOption = None,
) -> None:
    """逐条对照两份文件 / compare two documents clause by clause."""
    from bearing_qa.review.comparison import compare_documents

    with faults():
        for target, suffix in ((docx, ".docx"), (xlsx, ".xlsx")):
            if target is not None:
                check_target(target, suffix, sources=(old, new))
        comparison = compare_documents(read_side(old, index, store), read_side(new, index, store))
        write_files(comparison, docx, xlsx)
    if as_json:
        print_json(comparison.to_json())
    else:
        show(comparison)
    for target in (docx, xlsx):
        if target is not None:
            err.print(f"写出 written: {target}", markup=False)


def write_files(comparison: Comparison, docx: Path | None, xlsx: Path | None) -> None:
    """Writes what was asked for."""
    from bearing_qa.output.comparison_table import write_word, write_workbook

    if docx is not None:
        write_word(comparison, docx)
    if xlsx is not None:
        write_workbook(comparison, xlsx)


def read_side(name: str, index: Path, store: str | None) -> Parsed:
    """A file, or a document of the index by its id.

    Raises DocumentError if there is neither, StoreError if an id is given and there is no index.
    """
    from bearing_qa.cli.stores import place_of
    from bearing_qa.document.ingest import parse_one
    from bearing_qa.errors import DocumentError, StoreError

    if Path(name).exists():
        return parse_one(Path(name))
    try:
        opened = place_of(index, store).open()
        known = opened.catalogue.parsed(name)
    except StoreError:
        if Path(name).suffix:
            return parse_one(Path(name))  # says that there is no such file
        raise
    if known is None:
        raise DocumentError(
            found=f"{name} is neither a file nor a document of {store or index}",
            expected="one of them",
            fix="see the ids: bearing-qa status",
        )
    warn_of_changed_files(opened, [name])
    return known


def show(comparison: Comparison) -> None:
    """How many clauses changed and how, then each that did."""
    from bearing_qa.output.texts import CHINESE

    out.print(summary(comparison), style="bold", markup=False)
    for clause in comparison.clauses:
        if clause.change != "same":
            _show_clause(clause, CHINESE(f"change_{clause.change}"))


def summary(comparison: Comparison) -> str:
    """The counts in words."""
    from bearing_qa.output.comparison_table import summary_of
    from bearing_qa.output.texts import CHINESE

    return summary_of(comparison, words=CHINESE)


def _show_clause(clause: Compared, change: str) -> None:
    from bearing_qa.output.texts import CHINESE

    flags = "、".join(CHINESE(f"flag_{flag}") for flag in clause.flags)
    numbers = (
        " → ".join(n for n in clause.numbers if n)
        if "number" in clause.flags
        else clause.numbers[1]
    )
    first = " ".join((clause.new or clause.old)[0].text.split())[:60]
    parts = [f"[{change}]", numbers, f"（{flags}）" if flags else "", first]
    out.print(
        " ".join(part for part in parts if part),
        style=COLOURS.get(clause.change, "yellow"),
        markup=False,
    )
    for one in clause.differences:
        out.print(f"    {one.old or '（无）'}  →  {one.new or '（无）'}", markup=False)
