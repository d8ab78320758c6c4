"""What every act of the library ends with: the index brought up to date, and a report of what became of each file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.errors import BearingQAError
from bearing_qa.output.texts import Words
from bearing_qa.store.places import Folder
from bearing_qa.web.corpus_folder import Outcome, list_items
from bearing_qa.web.library_markup import render_build, render_outcomes
from bearing_qa.web.markup import fault

_ONE_WRITER = "library"
"""Uploads, removals, builds and the way back wait for each other."""
_CHANGES = ("put_added", "put_replaced", "put_removed", "put_restored")


def writing() -> dict[str, Any]:
    """Settings of an event that writes: one at a time, by the queue, for no program."""
    return {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": _ONE_WRITER}


def index_and_report(
    library: Library,
    corpus: Path,
    outcomes: Sequence[Outcome],
    words: Words,
    progress: gr.Progress,
) -> str:
    """Indexes the folder as it is now and says what became of each file; where no file changed, nothing is built.

    The files stay as they are if the index cannot be built; why stands behind them.
    """
    if outcomes and not any(outcome.done in _CHANGES for outcome in outcomes):
        return render_outcomes(outcomes, words=words)
    try:
        built = _build(library, corpus, outcomes, words, progress)
        items = list_items(library.index(), corpus)
    except BearingQAError as error:
        return render_outcomes(outcomes, words=words) + fault(str(error))
    told = render_outcomes(outcomes, items=items, words=words) if outcomes else ""
    return told + built


def _build(
    library: Library,
    corpus: Path,
    outcomes: Sequence[Outcome],
    words: Words,
    progress: gr.Progress,
) -> str:
    def show(stage: str, done: int, total: int) -> None:
        progress((done, max(total, 1)), desc=words(f"stage_{stage}"))

    index = library.index()
    changed = [item for item in list_items(index, corpus) if item.state != "current"]
    assert isinstance(library.place, Folder), "a page over a store is read-only"
    report = build_index(corpus, library.place.path, encoder=library.encoder(index), progress=show)
    told = [outcome.name for outcome in outcomes]
    return render_build(report, () if told else changed, told=told, words=words)
