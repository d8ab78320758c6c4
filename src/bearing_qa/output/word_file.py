"""A shown answer as a Word file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bearing_qa.output import references
from bearing_qa.output.model_lines import model_lines
from bearing_qa.output.texts import CHINESE
from bearing_qa.output.view import AnswerView
from bearing_qa.types import Citation

FONT = "宋体"
"""What Word shows Chinese text in; it takes another where this one is missing."""
NEAREST = 3
"""Passages that go along with a refusal."""
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not hold."""


def write_word(shown: AnswerView, path: Path) -> None:
    """Writes question, answer, citations with their places and references to ``path``."""
    import docx
    from docx.oxml.ns import qn

    file = docx.Document()
    normal = file.styles["Normal"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    answer = shown.answer
    file.add_heading(clean(answer.question), level=1)
    file.add_paragraph(clean(answer.text))
    if answer.reason:
        file.add_paragraph(clean(f"原因：{answer.reason}。"))
    for line in model_lines(answer, CHINESE):
        file.add_paragraph(clean(line))
    slices = answer.passages[:NEAREST] if answer.refused else answer.citations
    if slices:
        file.add_heading("最接近的段落" if answer.refused else "引用", level=2)
    for number, citation in enumerate(slices, 1):
        _add_citation(file, number, citation, shown)
    file.save(str(path))


def _add_citation(file: Any, number: int, citation: Citation, shown: AnswerView) -> None:
    place = " › ".join(citation.section)
    file.add_paragraph(clean(f"[{number}] {place}"))
    file.add_paragraph(clean(citation.text), style="Quote")
    file.add_paragraph(
        clean(references.noted_reference(citation, shown.document(citation).document))
    )


def clean(text: str) -> str:
    """A text without the characters that XML does not hold."""
    return _UNWRITABLE.sub("", text)
