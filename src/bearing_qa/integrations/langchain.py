"""A LangChain retriever: ``pip install 'bearing-qa[langchain]'``."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from bearing_qa.answer.library import Library
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.types import Citation


class BearingQARetriever(BaseRetriever):
    """The ``top_k`` best passages inside a scope, in the order of ``bearing-qa search``.

    A document's ``page_content`` is the exact slice ``[start:end)`` of the text, its ``metadata`` the
    other fields of a citation in JSON. Raises QuestionError if the scope holds nothing, StoreError if
    there is no index.
    """

    library: Library
    top_k: int = 10
    scope: Scope = EVERYTHING

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.library.search(query, top_k=self.top_k, scope=self.scope)
        return [_document(hit) for hit in hits]


def _document(hit: Citation) -> Document:
    metadata = hit.to_json()
    text = metadata.pop("text")
    return Document(id=f"{hit.doc_id}:{hit.start}-{hit.end}", page_content=text, metadata=metadata)
