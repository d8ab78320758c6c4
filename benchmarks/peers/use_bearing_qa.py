"""The product, as ``bearing-qa index`` and ``Library.search`` are. Options ``rerank`` and
``answers``: the passages beside an answer, in the reader's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.handover import TOP_K, Search, Task

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.search.retrieve import Stages
from bearing_qa.types import Citation


def load(task: Task) -> SentenceEncoder:
    """The encoder as questions need it, loaded."""
    encoder = SentenceEncoder()
    encoder.encode_question("预热")
    return encoder


def load_to_build(task: Task) -> SentenceEncoder:
    """The encoder as passages need it too: sentence-transformers is loaded, as it is for every other tool."""
    encoder = load(task)
    encoder.encode_passages(["预热"])
    return encoder


def build(task: Task, loaded: SentenceEncoder) -> None:
    """Reads the corpus, cuts it into passages and indexes them."""
    build_index(Path(task.corpus), Path(task.store), encoder=loaded)


def searcher(task: Task, loaded: SentenceEncoder) -> Search:
    """Passages by their document and span."""
    stages = Stages(rerank=bool(task.options["rerank"]))
    reader = Library(Path(task.store), encoder=loaded, stages=stages)

    def search(question: str) -> list[str]:
        if task.options["answers"]:
            found: Sequence[Citation] = reader.ask(question, top_k=TOP_K).passages
        else:
            found = reader.search(question, top_k=TOP_K)
        return [f"{hit.doc_id}:{hit.start}-{hit.end}" for hit in found]

    return search
