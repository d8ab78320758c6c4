"""Retrievers for other frameworks, with the real frameworks: exact slices, citation fields, scope, errors."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.errors import QuestionError, StoreError
from bearing_qa.search.scope import Scope, make_scope
from tests.conftest import BigramEncoder

QUESTION = "灯塔修缮经费"
FIELDS = {"doc_id", "title", "section", "pages", "kind", "start", "end", "score"}


@pytest.fixture
def reader(tiny_index: Path, encoder: BigramEncoder) -> Library:
    return Library(tiny_index, encoder=encoder)


def _check(reader: Library, found: list[tuple[str, Mapping[str, Any]]], *, top_k: int) -> None:
    """Texts with their metadata are what ``search`` gives, and exact slices of the documents."""
    hits = reader.search(QUESTION, top_k=top_k)
    assert [text for text, _ in found] == [hit.text for hit in hits]
    assert len(found) == top_k
    for (text, metadata), hit in zip(found, hits, strict=True):
        assert metadata.keys() == FIELDS
        assert {**metadata, "text": text} == hit.to_json()
        parsed = reader.index().catalogue.parsed(metadata["doc_id"])
        assert parsed is not None
        exact = parsed.document.text[metadata["start"] : metadata["end"]]
        assert text.encode() == exact.encode()


def _awaited(reply: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives, in a thread that no other test's loop runs in."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, reply).result()


def _scope() -> Scope:
    return make_scope(documents=["办法"], first="", last="", sections=())


def test_langchain_retrieves_exact_slices(reader: Library, tmp_path: Path) -> None:
    pytest.importorskip("langchain_core", reason="langchain-core is not installed")
    from langchain_core.runnables import RunnableLambda

    from bearing_qa.integrations.langchain import BearingQARetriever

    retriever = BearingQARetriever(library=reader, top_k=4)
    found = retriever.invoke(QUESTION)
    _check(reader, [(item.page_content, item.metadata) for item in found], top_k=4)
    assert len({item.id for item in found}) == 4
    assert _awaited(retriever.ainvoke(QUESTION)) == found
    assert (retriever | RunnableLambda(lambda items: items[0].metadata["doc_id"])).invoke(
        QUESTION
    ) == "函-1"
    scoped = BearingQARetriever(library=reader, scope=_scope()).invoke(QUESTION)
    assert {item.metadata["doc_id"] for item in scoped} == {"办法"}
    with pytest.raises(StoreError):
        BearingQARetriever(library=Library(tmp_path / "none")).invoke(QUESTION)


def test_llamaindex_retrieves_exact_slices(reader: Library) -> None:
    pytest.importorskip("llama_index.core", reason="llama-index-core is not installed")
    from llama_index.core.schema import MetadataMode

    from bearing_qa.integrations.llamaindex import BearingQARetriever

    found = BearingQARetriever(reader, top_k=4).retrieve(QUESTION)
    _check(reader, [(item.node.get_content(), item.node.metadata) for item in found], top_k=4)
    assert [round(item.score, 6) for item in found] == [i.node.metadata["score"] for i in found]
    first = found[0].node
    assert (first.ref_doc_id, first.start_char_idx) == ("函-1", first.metadata["start"])
    shown = first.get_content(metadata_mode=MetadataMode.LLM)
    assert "关于灯塔修缮的复函" in shown
    assert "score" not in shown
    assert _awaited(BearingQARetriever(reader, top_k=4).aretrieve(QUESTION)) == found
    scoped = BearingQARetriever(reader, scope=_scope()).retrieve(QUESTION)
    assert {item.node.metadata["doc_id"] for item in scoped} == {"办法"}
    nothing = make_scope(documents=["没有"], first="", last="", sections=())
    with pytest.raises(QuestionError):
        BearingQARetriever(reader, scope=nothing).retrieve(QUESTION)
