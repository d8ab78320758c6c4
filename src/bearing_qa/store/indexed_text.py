"""What passages are encoded as: in one script, as questions are."""

from __future__ import annotations

import hashlib

from bearing_qa.language.variants import simplify
from bearing_qa.types import Passage

KEY_BYTES = 16
"""Length of a text's key: two texts of one key are not to be expected in any corpus."""


def text_key(text: str) -> bytes:
    """What a text's vector is kept under: the beginning of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


def indexed_text(document_text: str, passage: Passage) -> str:
    """What a passage is indexed by: its context (title, heading path, column heads) and its text."""
    return simplify(f"{passage.context}\n{document_text[passage.start : passage.end]}")
