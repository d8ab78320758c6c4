"""The page's tab for the library: the documents, files in and out, what is in the bin, the index brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from bearing_qa.answer.library import Library
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.errors import BearingQAError
from bearing_qa.server.bodies import MAX_FILES
from bearing_qa.store.history import manifests_before
from bearing_qa.store.manifest import Manifest
from bearing_qa.store.places import Folder
from bearing_qa.web.bin import Bin
from bearing_qa.web.corpus_folder import (
    UPLOAD_SUFFIXES,
    list_items,
    put_files,
    remove_files,
    restore_entry,
    restore_version,
)
from bearing_qa.web.corrections import correctable, make_corrections
from bearing_qa.web.events import AT_ONCE, RELAY
from bearing_qa.web.indexing import index_and_report, writing
from bearing_qa.web.labels import say, words_of
from bearing_qa.web.library_markup import (
    render_bin,
    render_items,
    render_limits,
    render_rollback,
    render_version,
)
from bearing_qa.web.markup import fault

MAX_CHOICES = 1000
"""Files in the list to remove from."""
_CONFIRM = "(names) => names.length && window.bearingQA.asks('#remove', names.join('\\n')) ? [names] : [[]]"
_CONFIRM_BACK = "(version) => [window.bearingQA.asks('#roll-back') ? version : '']"
_CONFIRM_EMPTY = "() => [window.bearingQA.asks('#empty-bin') ? 'yes' : '']"
_LOCAL = "() => window.bearingQA.localTimes()"
"""Writes moments in the browser's own time."""


def make_library_tab(library: Library, tab: gr.Tab, *, corpus: Path, read_only: bool) -> None:
    """The tab's parts, inside an open gr.Tab, filled when it is opened; a read-only page has none that
    write. The table stands last, so that nothing below it moves when it grows."""
    version = gr.HTML(elem_id="version", apply_default_css=False)
    if read_only:
        gr.Markdown(say("read_only"), elem_id="read-only")
        table = gr.HTML(elem_id="library", apply_default_css=False)
        show = _show(library, corpus)
        tab.select(show, None, [version, table], **AT_ONCE).then(None, js=_LOCAL)
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
            put = gr.Button(say("put"), variant="primary", elem_id="put")
        with gr.Column():
            names = gr.Dropdown([], label=say("remove_which"), multiselect=True, elem_id="names")
            remove = gr.Button(say("remove"), elem_id="remove")
            build = gr.Button(say("rebuild"), elem_id="rebuild")
            before = gr.Textbox(visible=False)  # the version that the button goes back to
            back = gr.Button(say("roll_back"), elem_id="roll-back", visible=False)
    report = gr.HTML(elem_id="report", js_on_load=RELAY, apply_default_css=False, min_height=64)
    with gr.Accordion(say("correct"), open=False, elem_id="corrections"):
        corrected, correction = make_corrections(library, corpus, report)
    with gr.Accordion(say("bin"), open=False, elem_id="bin"):
        binned = gr.HTML(elem_id="binned", js_on_load=RELAY, apply_default_css=False)
        empty = gr.Button(say("empty_bin"), elem_id="empty-bin")
    table = gr.HTML(elem_id="library", apply_default_css=False)
    shown: list[gr.components.Component] = [
        version, table, limits, names, before, back, binned, corrected,
    ]  # fmt: skip
    show_all = _show(library, corpus, choices=True)
    tab.select(show_all, [names, corrected], shown, **AT_ONCE).then(None, js=_LOCAL)
    restore = _restore(library, corpus)
    sure = gr.Textbox(visible=False)
    events = (
        put.click(_put(library, corpus), [files, replace], [report, files], **writing()),
        remove.click(_remove(library, corpus), names, report, js=_CONFIRM, **writing()),
        build.click(_rebuild(library, corpus), None, report, **writing()),
        back.click(_roll_back(library, corpus), before, report, js=_CONFIRM_BACK, **writing()),
        report.restore(restore, None, report, **writing()),
        binned.restore(restore, None, report, **writing()),
        empty.click(_empty(library), sure, report, js=_CONFIRM_EMPTY, **writing()),
        correction,
    )
    for event in events:
        event.then(show_all, [names, corrected], shown, **AT_ONCE).then(None, js=_LOCAL)


def bin_of(library: Library) -> Bin:
    """The bin of a library's index."""
    assert isinstance(library.place, Folder), "a page over a store is read-only"
    return Bin(library.place.path)


def _show(
    library: Library, corpus: Path, *, choices: bool = False
) -> Callable[..., tuple[Any, ...]]:
    def show(
        chosen: list[str] | None = None,
        corrected: str | None = None,
        request: gr.Request | None = None,
    ) -> tuple[Any, ...]:
        words = words_of(request)
        try:
            index = library.index()
            items = list_items(index, corpus)
        except BearingQAError as error:
            return (fault(str(error)), *[gr.skip()] * (7 if choices else 1))
        before = _before(library)
        head = render_version(index.manifest, before=before, words=words)
        names = sorted({item.file for item in items if item.state != "removed"})
        table = render_items(items, words=words)
        if not choices:
            return head, table
        kept = [name for name in chosen or () if name in names]
        dropdown = gr.Dropdown(names[:MAX_CHOICES], value=kept)
        target = before[0][0] if before else ""
        limits = render_limits(words=words)
        back = gr.Button(visible=bool(target))
        documents = correctable(items)[:MAX_CHOICES]
        is_known = not corrected or any(value == corrected for _, value in documents)
        to_correct = gr.Dropdown(documents) if is_known else gr.Dropdown(documents, value=None)
        listed = render_bin(bin_of(library).entries(), words=words)
        return (
            head, table, limits, dropdown, target, back, listed,
            to_correct,
        )  # fmt: skip

    return show


def _before(library: Library) -> Sequence[tuple[str, Manifest]]:
    """Versions before the serving one; a store of another kind names none."""
    return manifests_before(library.place.path) if isinstance(library.place, Folder) else []


def _put(library: Library, corpus: Path) -> Callable[..., tuple[str, None]]:
    def put(
        files: list[str] | None,
        replace: bool,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),
    ) -> tuple[str, None]:
        words = words_of(request)
        if not files:
            limits = {"files": MAX_FILES, "megabytes": DEFAULT_LIMITS.megabytes}
            raise gr.Error(words("no_files", **limits), print_exception=False)
        try:
            paths = [Path(file) for file in files]
            outcomes = put_files(corpus, paths, replace=replace, bin_=bin_of(library))
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return index_and_report(library, corpus, outcomes, words, progress), None

    return put


def _remove(library: Library, corpus: Path) -> Callable[..., Any]:
    def remove(names: list[str], request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:
        if not names:
            return gr.skip()
        try:
            outcomes = remove_files(corpus, names, bin_=bin_of(library))
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return index_and_report(library, corpus, outcomes, words_of(request), progress)

    return remove


def _restore(library: Library, corpus: Path) -> Callable[..., str]:
    def restore(
        event: gr.EventData, request: gr.Request, progress: gr.Progress = gr.Progress()
    ) -> str:
        try:
            outcomes = restore_entry(corpus, str(event.entry), bin_=bin_of(library))
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return index_and_report(library, corpus, outcomes, words_of(request), progress)

    return restore


def _rebuild(library: Library, corpus: Path) -> Callable[..., str]:
    def rebuild(request: gr.Request, progress: gr.Progress = gr.Progress()) -> str:
        return index_and_report(library, corpus, (), words_of(request), progress)

    return rebuild


def _roll_back(library: Library, corpus: Path) -> Callable[..., Any]:
    def roll_back(version: str, request: gr.Request) -> Any:
        if not version:
            return gr.skip()
        words = words_of(request)
        if [name for name, _ in _before(library)][:1] != [version]:
            raise gr.Error(words("version_changed"), print_exception=False)
        try:
            back = library.place.roll_back()
            recorded = library.place.manifest()["sources"]
            outcomes = restore_version(corpus, recorded, bin_=bin_of(library))
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error
        return render_rollback(back, outcomes, words=words)

    return roll_back


def _empty(library: Library) -> Callable[..., Any]:
    def empty(sure: str, request: gr.Request) -> Any:
        if not sure:
            return gr.skip()
        return f"<p role='status'>{words_of(request)('bin_emptied', n=bin_of(library).empty())}</p>"

    return empty
