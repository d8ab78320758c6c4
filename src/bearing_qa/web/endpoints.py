"""Named endpoints for other programs: the JSON that the command line promises, over HTTP and MCP."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio.events import api

from bearing_qa.answer.library import Library
from bearing_qa.build.status import index_status
from bearing_qa.errors import BearingQAError, QuestionError, StoreError
from bearing_qa.output.batch import answer_json
from bearing_qa.output.view import parsed_document
from bearing_qa.review.check import check_draft
from bearing_qa.review.comparison import compare_documents
from bearing_qa.review.theme import DEPTHS, collect
from bearing_qa.review.theme_tables import tables_of
from bearing_qa.search.scope import Scope, make_scope
from bearing_qa.server.request_log import log_question

MAX_TOP_K = 1000
"""Passages that one call may ask for, as at the command line."""
MAX_NAMES, MAX_NAME_CHARS = 1000, 500
"""Documents that one call may name; characters of a name, a date, a heading."""
MAX_CHARS = 100_000
"""Characters of a document's text in one reply; ``start`` asks for what follows."""
P = ParamSpec("P")
R = TypeVar("R")


def _plain_errors(function: Callable[P, R]) -> Callable[P, R]:
    """An error of ours reaches the caller as its one line."""

    @wraps(function)
    def call(*values: P.args, **named: P.kwargs) -> R:
        try:
            return function(*values, **named)
        except BearingQAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return call


class Endpoints:
    """The functions of a library that other programs call. None of them writes."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @_plain_errors
    def ask_json(
        self,
        question: str,
        top_k: int = 5,
        documents: list[str] = [],  # noqa: B006  (gradio shows it as the default; never changed)
        first: str = "",
        last: str = "",
        section: str = "",
        issuers: list[str] = [],  # noqa: B006
        kinds: list[str] = [],  # noqa: B006
        in_force: bool = False,
    ) -> dict[str, Any]:
        """Answer a question from Chinese policy documents with exact quotations, or refuse with a reason.

        Args:
            question: the question, in Chinese or English
            top_k: number of passages to return beside the answer
            documents: keep to these documents: ids, patterns with *, or words of titles
            first: keep to documents dated from this year, month or day (2024-05-01)
            last: keep to documents dated up to this year, month or day
            section: keep to sections whose heading holds these words, or a marker such as 第三章
            issuers: keep to documents of these issuers, by words of their names
            kinds: keep to documents of these kinds: 办法, 通知, 意见 …
            in_force: leave out older editions and what is no longer in force
        """
        scope = _scope(documents, first, last, section, issuers, kinds, in_force)
        item = {"id": None, "question": _words(question, "question")}
        log_question(question)
        return answer_json(self._library, item, top_k=_count(top_k), scope=scope)

    @_plain_errors
    def search(
        self,
        text: str,
        top_k: int = 10,
        documents: list[str] = [],  # noqa: B006
        first: str = "",
        last: str = "",
        section: str = "",
        issuers: list[str] = [],  # noqa: B006
        kinds: list[str] = [],  # noqa: B006
        in_force: bool = False,
    ) -> list[dict[str, Any]]:
        """Find the passages of Chinese policy documents that are nearest to a text, best first.

        Args:
            text: what to look for
            top_k: number of passages
            documents: keep to these documents: ids, patterns with *, or words of titles
            first: keep to documents dated from this year, month or day (2024-05-01)
            last: keep to documents dated up to this year, month or day
            section: keep to sections whose heading holds these words, or a marker such as 第三章
            issuers: keep to documents of these issuers, by words of their names
            kinds: keep to documents of these kinds: 办法, 通知, 意见 …
            in_force: leave out older editions and what is no longer in force
        """
        scope = _scope(documents, first, last, section, issuers, kinds, in_force)
        log_question(_words(text, "text"))
        hits = self._library.search(text, top_k=_count(top_k), scope=scope)
        return [hit.to_json() for hit in hits]

    @_plain_errors
    def check(self, draft: str) -> dict[str, Any]:
        """Check the quotations, figures, titles, document numbers and articles of a draft against the documents.

        Args:
            draft: the draft's text; start and end of a finding count in it
        """
        return check_draft(self._library, _words(draft, "draft")).to_json()

    @_plain_errors
    def compare(self, old: str, new: str) -> dict[str, Any]:
        """Compare two documents clause by clause: what is the same, changed, moved, added or removed, and how.

        Args:
            old: the id of the older document
            new: the id of the newer document
        """
        index = self._library.index()
        sides = (
            parsed_document(index, _name(doc, side)) for doc, side in ((old, "old"), (new, "new"))
        )
        return compare_documents(*sides).to_json()

    @_plain_errors
    def digest(
        self,
        theme: str,
        depth: str = "sentence",
        documents: list[str] = [],  # noqa: B006
        first: str = "",
        last: str = "",
        section: str = "",
        table: bool = False,
        issuers: list[str] = [],  # noqa: B006
        kinds: list[str] = [],  # noqa: B006
        in_force: bool = False,
    ) -> dict[str, Any]:
        """Collect all that the documents say on a theme, by document, the newest first, as exact quotations.

        Args:
            theme: the theme, such as 养老服务
            depth: sentence or paragraph
            documents: keep to these documents: ids, patterns with *, or words of titles
            first: keep to documents dated from this year, month or day (2024-05-01)
            last: keep to documents dated up to this year, month or day
            section: keep to sections whose heading holds these words, or a marker such as 第三章
            table: give its figures and deadlines as tables too
            issuers: keep to documents of these issuers, by words of their names
            kinds: keep to documents of these kinds: 办法, 通知, 意见 …
            in_force: leave out older editions and what is no longer in force
        """
        scope = _scope(documents, first, last, section, issuers, kinds, in_force)
        known = next((name for name in DEPTHS if name == depth), None)
        if known is None:
            raise _unusable("depth", depth, " or ".join(DEPTHS))
        index = self._library.index()
        found = collect(self._library, _words(theme, "theme"), scope=scope, depth=known)
        if not table:
            return found.to_json()
        tables = tables_of(found, parsed_of=lambda doc_id: parsed_document(index, doc_id))
        return found.to_json() | {"tables": tables.to_json()}

    @_plain_errors
    def documents(self) -> list[dict[str, Any]]:
        """List the documents: id, title, source file, metadata, number of pages and passages."""
        return _documents(self._library)

    @_plain_errors
    def text(self, doc_id: str, start: int = 0, end: int = -1) -> dict[str, Any]:
        """Read the text of a document that start and end of a citation count in.

        Args:
            doc_id: the document's id
            start: first character
            end: where to stop; -1 reads to the end, at most 100000 characters at once
        """
        whole = parsed_document(self._library.index(), _name(doc_id, "doc_id")).document.text
        start = min(max(_offset(start, "start"), 0), len(whole))
        wanted = _offset(end, "end")
        stop = min(len(whole) if wanted < 0 else max(wanted, start), start + MAX_CHARS, len(whole))
        return {
            "doc_id": doc_id,
            "start": start,
            "end": stop,
            "length": len(whole),
            "text": whole[start:stop],
        }

    @_plain_errors
    def status(self) -> dict[str, Any]:
        """Tell the index version, its age, counts, encoder, and which source files have changed since."""
        return index_status(self._library.place)


def make_api(library: Library) -> None:
    """The endpoints, inside an open gr.Blocks."""
    own = Endpoints(library)
    functions: tuple[Callable[..., Any], ...] = (
        own.ask_json, own.search, own.check, own.compare, own.digest, own.documents, own.text, own.status,
    )  # fmt: skip
    for function in functions:
        api(function, api_name=function.__name__, queue=False)


def speak_json(page: gr.Blocks) -> None:
    """Makes a launched page's MCP tools reply in JSON; by themselves they reply in Python's own notation."""
    from mcp.types import TextContent

    def contents(data: Sequence[Any], _: str) -> list[TextContent]:
        return [
            TextContent(type="text", text=json.dumps(value, ensure_ascii=False)) for value in data
        ]

    page.mcp_server_obj.postprocess_output_data = contents  # type: ignore[union-attr, method-assign]


def check_mcp() -> None:
    """Raises StoreError if the package that MCP needs is missing."""
    if find_spec("mcp") is None:
        raise StoreError(
            found="the package mcp is not installed",
            expected="it, for --mcp",
            fix="install it: pip install 'bearing-qa[mcp]'",
        )


def _scope(
    documents: Sequence[str],
    first: str,
    last: str,
    section: str,
    issuers: Sequence[str],
    kinds: Sequence[str],
    in_force: object,
) -> Scope:
    return make_scope(
        documents=_names(documents, "documents"),
        first=_name(first or "", "first"),
        last=_name(last or "", "last"),
        sections=[_name(section, "section")] if section else [],
        issuers=_names(issuers, "issuers"),
        kinds=_names(kinds, "kinds"),
        in_force=bool(in_force),
    )


def _names(values: object, name: str) -> list[str]:
    if not isinstance(values, list | tuple):
        raise _unusable(name, values, "a list of names")
    if len(values) > MAX_NAMES:
        raise _unusable(name, f"{len(values)} names", f"at most {MAX_NAMES}")
    return [_name(value, name) for value in values]


def _words(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _unusable(name, value, "words")
    return value


def _name(value: object, name: str) -> str:
    """What names or dates something: never long."""
    words = _words(value, name)
    if len(words) > MAX_NAME_CHARS:
        raise _unusable(name, words, f"at most {MAX_NAME_CHARS} characters")
    return words


def _count(value: object) -> int:
    if not isinstance(value, int | float) or not 1 <= value <= MAX_TOP_K:
        raise _unusable("top_k", value, f"a number from 1 to {MAX_TOP_K}")
    return int(value)


def _offset(value: object, name: str) -> int:
    if not isinstance(value, int):
        raise _unusable(name, value, "a number of characters")
    return value


def _unusable(name: str, value: object, expected: str) -> QuestionError:
    return QuestionError(
        found=f"{name} is {str(value)[:40]!r}", expected=expected, fix="see docs/api.md"
    )


def _documents(library: Library) -> list[dict[str, Any]]:
    catalogue = library.index().catalogue
    pages = catalogue.page_counts()
    return [
        {
            "doc_id": entry.doc_id,
            "title": entry.title,
            "source": entry.source,
            "metadata": dict(entry.metadata),
            "pages": pages[entry.doc_id],
            "passages": entry.stop - entry.first,
        }
        for entry in catalogue.entries
    ]
