"""A LlamaIndex retriever: ``pip install 'bearing-qa[llamaindex]'``."""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from bearing_qa.answer.library import Library
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.types import Citation

_FOR_PROGRAMS = ["doc_id", "kind", "start", "end", "score"]
"""Metadata that a language model is not shown; title, section and pages it is."""


class BearingQARetriever(BaseRetriever):
    """The ``top_k`` best passages inside a scope, in the order of ``bearing-qa search``.

    A node's ``text`` is the exact slice ``[start:end)`` of the document's text, its ``metadata`` the other
    fields of a citation in JSON. Raises QuestionError if the scope holds nothing, StoreError if
    there is no index.
    """

    def __init__(self, library: Library, *, top_k: int = 10, scope: Scope = EVERYTHING) -> None:
        self._library, self._top_k, self._scope = library, top_k, scope
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._library.search(query_bundle.query_str, top_k=self._top_k, scope=self._scope)
        return [NodeWithScore(node=_node(hit), score=hit.score) for hit in hits]


def _node(hit: Citation) -> TextNode:
    metadata = hit.to_json()
    text = metadata.pop("text")
    return TextNode(
        id_=f"{hit.doc_id}:{hit.start}-{hit.end}",
        text=text,
        metadata=metadata,
        excluded_embed_metadata_keys=_FOR_PROGRAMS,
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.doc_id)},
    )
