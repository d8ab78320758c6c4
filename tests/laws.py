"""What holds of every answer, for the tests that ask many questions."""

from __future__ import annotations

from bearing_qa.answer.guard import unsupported_numbers
from bearing_qa.answer.library import Library
from bearing_qa.types import Answer


def check_laws(reader: Library, answer: Answer) -> None:
    """Laws 1, 7 and 8 for one answer."""
    for slice_ in (*answer.citations, *answer.passages):
        parsed = reader.index().catalogue.parsed(slice_.doc_id)
        assert parsed is not None
        assert slice_.text == parsed.document.text[slice_.start : slice_.end] != ""
        assert slice_.pages == parsed.document.pages_of(slice_.start, slice_.end)
    assert answer.refused == (not answer.citations)
    assert bool(answer.reason) == (answer.outcome != "answered")
    assert "没有提到" not in answer.reason  # of a word that may be in a shown passage
    if not answer.refused:
        assert not unsupported_numbers(answer.text, spans=[c.text for c in answer.citations])
        for number in range(1, len(answer.citations) + 1):
            assert f"[{number}]" in answer.text
