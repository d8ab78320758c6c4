"""An answer with all that the page, a file or a copy needs to show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bearing_qa.answer.library import Library
from bearing_qa.answer.subquestions import follow_up
from bearing_qa.errors import StoreError
from bearing_qa.search.question import parse_question
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, Citation, Parsed


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer, the documents that it cites or lists, and what the question was looked for by.

    ``terms`` are the question's content words and years; ``corpus_size`` counts documents and passages.
    """

    answer: Answer
    documents: Mapping[str, Parsed]
    terms: tuple[str, ...]
    scope: Scope
    corpus_size: tuple[int, int]
    goes_on: bool = False
    """Whether the question was typed as one that goes on from the one before it (2023年呢？)."""

    def document(self, citation: Citation) -> Parsed:
        """The document that a citation is a slice of."""
        return self.documents[citation.doc_id]


def ask_view(
    library: Library, question: str, *, top_k: int, scope: Scope = EVERYTHING, before: str = ""
) -> AnswerView:
    """Asks a question, which may go on from the one ``before`` it.

    Raises QuestionError if it cannot be asked, StoreError without an index.
    """
    index = library.index()
    asked = follow_up(question, before=before)
    answer = library.ask(asked, top_k=top_k, scope=scope, index=index)
    return replace(gather(index, answer, scope=scope), goes_on=asked != question)


def gather(index: Index, answer: Answer, *, scope: Scope = EVERYTHING) -> AnswerView:
    """An answer with its documents, from the version that gave it."""
    doc_ids = {slice_.doc_id for slice_ in (*answer.citations, *answer.passages)}
    documents = {doc_id: parsed_document(index, doc_id) for doc_id in sorted(doc_ids)}
    asked = parse_question(answer.question, segmenter=index.segmenter)
    return AnswerView(
        answer=answer,
        documents=documents,
        terms=(*asked.words, *sorted(asked.years - set(asked.words))),
        scope=scope,
        corpus_size=(len(index.catalogue.entries), index.size),
    )


def parsed_document(index: Index, doc_id: str) -> Parsed:
    """A document of an index version. Raises StoreError if it is not there."""
    parsed = index.catalogue.parsed(doc_id)
    if parsed is None:
        raise StoreError(
            found=f"the document {doc_id} is not in the index",
            expected="a document of the serving version",
            fix="ask again, or choose another",
        )
    return parsed
