"""Peers side by side in one run: same encoder, same passages, same machine; tables in Markdown.

    python -m benchmarks.peers SHARED [--only txtai,langchain] [--sets speech,cmrc2018] [--documents 110]

SHARED is a folder with ``gold/`` and ``data/`` (see ``benchmarks/sets.py``). The product is in every run.
The first run makes an environment for each tool (see ``environments``): minutes and 1.5 GB each. Figures
are appended to ``--results``, a line for each set.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import ROOT, installed, python_of, size_mb
from benchmarks.peers.measuring import Bench, measure
from benchmarks.peers.rows import BARE, ENCODER, OURS, ROWS, TOOLS, Row
from benchmarks.peers.scoring import Scored, lead, means, passages_of, scored
from benchmarks.peers.tables import cost_table, installed_table, quality_table, settings_table
from benchmarks.results import append, result
from benchmarks.sets import parts_of, read_set

from bearing_qa.encoders.default_model import unpacked_folder
from bearing_qa.evaluation.judgements import Judgement

RESULTS = Path(__file__).parents[1] / "figures" / "peers.jsonl"
SETS = ("speech", "cmrc2018", "drcd")


def main() -> None:
    """Measures the named tools on the named sets."""
    options = _options()
    rows = _rows(options)
    sizes = environments([row.tool for row in rows])
    print("\n".join([*installed_table(sizes), "", *settings_table(_words(rows))]), flush=True)
    with tempfile.TemporaryDirectory(dir=options.work) as scratch:
        for name in options.sets.split(","):
            folder = Path(scratch) / name
            corpus, judgements = read_set(
                name, options.shared, folder / "corpus", documents=options.documents
            )
            bench = Bench.lay_out(
                folder, corpus, unpacked_folder(), passages=passages_of(corpus), asked=judgements
            )
            costs, questions = measured(bench, rows, judgements)
            figures = report(name, judgements, costs, questions) | {"installed": sizes}
            settings = {"set": name, "documents": options.documents, "rows": list(costs)}
            append(options.results, result(settings, figures, root=ROOT))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.peers", description=(__doc__ or "").split("\n", maxsplit=1)[0]
    )
    parser.add_argument("shared", type=Path)
    others = [name for name in TOOLS if name not in (OURS, ENCODER)]
    parser.add_argument("--only", default=",".join(others), help="tools beside the product")
    parser.add_argument("--sets", default=",".join(SETS), help="names of sets, parted by commas")
    parser.add_argument("--documents", type=int, default=110, help="of a public set, about")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument(
        "--work", type=Path, help="where the indexes are made; a new folder if none"
    )
    options = parser.parse_args()
    unknown = [name for name in options.only.split(",") if name not in others]
    if unknown:
        parser.error(f"unknown tools: {', '.join(unknown)}; known: {', '.join(others)}")
    return options


def _rows(options: argparse.Namespace) -> list[Row]:
    wanted = (OURS, *options.only.split(","))
    return [*(row for row in ROWS if row.tool in wanted), BARE]


def _words(rows: Sequence[Row]) -> dict[str, str]:
    return {row.name: row.words for row in rows}


def environments(tools: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Versions, count and size of what is installed for each tool."""
    found = {}
    for name in dict.fromkeys(tools):
        python = python_of(name)
        packages = installed(python)
        found[name] = {
            "versions": {package: packages[package] for package in TOOLS[name].packages},
            "packages": len(packages),
            "installed MB": round(size_mb(python), 1),
        }
    return {name: row for name, row in found.items() if name != ENCODER}


def measured(
    bench: Bench, rows: Sequence[Row], judgements: Sequence[Judgement]
) -> tuple[dict[str, dict[str, Any]], dict[str, Scored]]:
    """What each row took, and its figures by question; the first row is the product's."""
    costs: dict[str, dict[str, Any]] = {}
    questions: dict[str, Scored] = {}
    for row in rows:
        costs[row.name], rankings = measure(bench, row)
        if row.tool != ENCODER:
            questions[row.name] = scored(bench.store(rows[0]), judgements, rankings)
        print(f"{bench.folder.name}: {row.name}: {costs[row.name]}", flush=True)
    for cost in costs.values():
        cost["build / encoding"] = round(cost["build s"] / costs[BARE.name]["build s"], 3)
    return costs, questions


def report(
    name: str,
    judgements: Sequence[Judgement],
    costs: dict[str, dict[str, Any]],
    questions: dict[str, Scored],
) -> dict[str, Any]:
    """Prints the tables of a set; its figures."""
    figures: dict[str, Any] = {}
    first = next(iter(questions))
    for part, ids in parts_of(name, judgements).items():
        part_rows: dict[str, dict[str, Any]] = {
            row: {**means(found, ids)} for row, found in questions.items()
        }
        for row, found in questions.items():
            if row != first:
                part_rows[row]["lead"] = lead(questions[first], found, ids)
        figures[part] = part_rows
        print(f"\n{name}, {part}, {sum(item in ids for item in questions[first])} questions\n")
        print("\n".join(quality_table(part_rows)), flush=True)
    print(f"\n{name}, what it takes\n")
    print("\n".join(cost_table(costs)), flush=True)
    return figures | {"costs": costs, "settings": _words(ROWS)}


if __name__ == "__main__":
    main()
