"""The page's tab for the library: the documents, files in and out, the rebuild."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.errors import BearingQAError
from bearing_qa.output.texts import Words
from bearing_qa.server.bodies import MAX_FILES
from bearing_qa.store.history import manifests_before
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.places import Folder
from bearing_qa.web.corpus_folder import (
    UPLOAD_SUFFIXES,
    list_items,
    put_files,
    remove_files,
)
from bearing_qa.web.events import AT_ONCE
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.library_markup import (
    render_build,
    render_items,
    render_limits,
    render_outcomes,
    render_rollback,
    render_version,
)
from bearing_qa.web.markup import fault

MAX_CHOICES = 1000
"""Files in the list to remove from."""
_CONFIRM = "(names) => names.length && confirm(names.join('\\n') + '\\n\\n' + document.querySelector('#remove').textContent.trim() + '?') ? [names] : [[]]"
_CONFIRM_BACK = "(version) => [confirm(document.querySelector('#roll-back').textContent.trim() + '?\\n\\n' + version) ? version : '']"
_ONE_WRITER = "library"
"""Uploads, removals, builds and the way back wait for each other."""


def make_library_tab(library: Library, tab: gr.Tab, *, corpus: Path, read_only: bool) -> None:
    """The tab's parts, inside an open gr.Tab, filled when it is opened; a read-only page has none that
    write."""
    version = gr.HTML(elem_id="version", apply_default_css=False)
    table = gr.HTML(elem_id="library", apply_default_css=False)
    if read_only:
        show = _show(library, corpus)
        gr.Markdown(say("read_only"), elem_id="read-only")
        tab.select(show, None, [version, table], **AT_ONCE)
        return
    with gr.Row():
        with gr.Column():
            files = gr.File(
                label=say("upload"),
                file_count="multiple",
                file_types=[f".{s.rpartition('.')[2]}" for s in UPLOAD_SUFFIXES],
                elem_id="upload",
                height=150,
            )
            limits = gr.HTML(elem_id="limits", apply_default_css=False)
            replace = gr.Checkbox(label=say("overwrite"), elem_id="overwrite")
            put = gr.Button(say("put"), elem_id="put")
        with gr.Column():
            names = gr.Dropdown([], label=say("remove_which"), multiselect=True, elem_id="names")
            remove = gr.Button(say("remove"), elem_id="remove")
            build = gr.Button(say("rebuild"), variant="primary", elem_id="rebuild")
            before = gr.Textbox(visible=False)  # the version that the button goes back to
            back = gr.Button(say("roll_back"), elem_id="roll-back", visible=False)
    report = gr.HTML(elem_id="report", apply_default_css=False)
    shown: list[gr.components.Component] = [version, table, limits, names, before, back]
    show_all = _show(library, corpus, choices=True)
    tab.select(show_all, names, shown, **AT_ONCE)
    events = (
        put.click(_put(corpus), [files, replace], [report, files], **_writing()),
        remove.click(_remove(corpus), names, report, js=_CONFIRM, **_writing()),
        build.click(_rebuild(library, corpus), None, report, **_writing()),
        back.click(_roll_back(library), before, report, js=_CONFIRM_BACK, **_writing()),
    )
    for event in events:
        event.then(show_all, names, shown, **AT_ONCE)


def _writing() -> dict[str, Any]:
    return {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": _ONE_WRITER}


def _show(
    library: Library, corpus: Path, *, choices: bool = False
) -> Callable[..., tuple[Any, ...]]:
    def show(chosen: list[str] | None = None, request: gr.Request | None = None) -> tuple[Any, ...]:
        words = words_of(request)
        try:
            index = library.index()
            items = list_items(index, corpus)
        except BearingQAError as error:
            return (fault(str(error)), *[gr.skip()] * (5 if choices else 1))
        before = _before(library)
        head = render_version(index.manifest, index.version, before=before, words=words)
        names = sorted({item.file for item in items if item.state != "removed"})
        table = render_items(items, words=words)
        if not choices:
            return head, table
        kept = [name for name in chosen or () if name in names]
        dropdown = gr.Dropdown(names[:MAX_CHOICES], value=kept)
        target = before[0][0] if before else ""
        limits = render_limits(words=words)
        return head, table, limits, dropdown, target, gr.Button(visible=bool(target))

    return show


def _before(library: Library) -> list[tuple[str, Manifest]]:
    """Versions before the serving one; a store of another kind names none."""
    return manifests_before(library.place.path) if isinstance(library.place, Folder) else []


def _put(corpus: Path) -> Callable[..., tuple[str, None]]:
    def put(files: list[str] | None, replace: bool, request: gr.Request) -> tuple[str, None]:
        words = words_of(request)
        if not files:
            limits = {"files": MAX_FILES, "megabytes": DEFAULT_LIMITS.megabytes}
            raise gr.Error(words("no_files", **limits), print_exception=False)
        try:
            outcomes = put_files(corpus, [Path(file) for file in files], replace=replace)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return render_outcomes(outcomes, words=words), None

    return put


def _remove(corpus: Path) -> Callable[..., str]:
    def remove(names: list[str], request: gr.Request) -> str:
        try:
            return render_outcomes(remove_files(corpus, names), words=words_of(request))
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return remove


def _rebuild(library: Library, corpus: Path) -> Callable[..., str]:
    def rebuild(request: gr.Request, progress: gr.Progress = gr.Progress()) -> str:
        words = words_of(request)
        try:
            return _built(library, corpus, words, progress)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return rebuild


def _roll_back(library: Library) -> Callable[..., Any]:
    def roll_back(version: str, request: gr.Request) -> Any:
        if not version:
            return gr.skip()
        words = words_of(request)
        if [name for name, _ in _before(library)][:1] != [version]:
            raise gr.Error(words("version_changed"), print_exception=False)
        try:
            return render_rollback(library.place.roll_back(), words=words)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return roll_back


def _built(library: Library, corpus: Path, words: Words, progress: gr.Progress) -> str:
    def show(stage: str, done: int, total: int) -> None:
        progress((done, max(total, 1)), desc=words(f"stage_{stage}"))

    index = library.index()
    changed = [item for item in list_items(index, corpus) if item.state != "current"]
    assert isinstance(library.place, Folder), "a page over a store is read-only"
    report = build_index(corpus, library.place.path, encoder=library.encoder(index), progress=show)
    return render_build(report, changed, words=words)
