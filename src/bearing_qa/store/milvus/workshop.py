"""A version on disk as the rows and files that a collection has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bearing_qa.document.records import pack
from bearing_qa.store import disk
from bearing_qa.store.headings import headings_above
from bearing_qa.store.milvus.pieces import Row, to_field
from bearing_qa.store.milvus.schema import MAX_VARCHAR
from bearing_qa.store.milvus.state import Listed
from bearing_qa.store.protocol import Vectors
from bearing_qa.types import Parsed


@dataclass(frozen=True, slots=True)
class Workshop:
    """A version on disk with all vectors in memory, to write from."""

    local: disk.Index
    vectors: Vectors
    keys: list[bytes]

    @classmethod
    def of(cls, local: disk.Index) -> Workshop:
        """Over an open version."""
        return cls(local, local.dense.vectors(), local.keys())

    def listed(self, first: int, parsed: Parsed, *, number: int) -> Listed:
        """A document whose rows begin at ``first``, and what it is made of."""
        document, packed = parsed.document, pack(parsed)
        stop = first + len(parsed.passages)
        made_of = hashlib.sha256(packed)
        for row in range(first, stop):
            made_of.update(" ".join(self.local.lexical.tokens_of(row)).encode("utf-8", "replace"))
        made_of.update(b"".join(self.keys[first:stop]))
        return Listed(
            number,
            document.doc_id,
            document.title,
            document.source,
            dict(document.metadata),
            len(parsed.passages),
            len(document.pages),
            hashlib.sha256(packed).hexdigest(),
            made_of.hexdigest(),
        )

    def rows(self, item: Listed, first: int, parsed: Parsed) -> Iterator[Row]:
        """Rows of a document, as the collection has them."""
        text, sections = parsed.document.text, parsed.sections
        above = {p.section: headings_above(text, sections, p.section) for p in parsed.passages}
        for at, passage in enumerate(parsed.passages):
            headings = above[passage.section]
            yield {
                "id": item.first + at,
                "document": item.number,
                "headings": _fitting(headings.words),
                "markers": _fitting(f"|{'|'.join(headings.markers)}|"),
                "context": _whole(passage.context),
                "text": _whole(text[passage.start : passage.end]),
                "tokens": _fitting(to_field(self.local.lexical.tokens_of(first + at))),
                "vector": self.vectors[first + at].tolist(),
            }


def _clean(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _fitting(text: str) -> str:
    """As much of a text as a field holds."""
    return _clean(text)[:MAX_VARCHAR].decode("utf-8", "ignore")


def _whole(text: str) -> str:
    """A text if a field holds it, else nothing: then it is read from its document."""
    clean = _clean(text)
    return clean.decode("utf-8") if len(clean) <= MAX_VARCHAR else ""
