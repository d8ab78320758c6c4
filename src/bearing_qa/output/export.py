"""A shown answer as a file to take away: what it says, what it cites, where that stands."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Literal

from bearing_qa.output import references
from bearing_qa.output.model_lines import model_lines
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.view import AnswerView
from bearing_qa.output.word_file import write_word

Format = Literal["docx", "md"]
MAX_NAME_CHARS = 24
"""Characters of the question in a file's name."""
NEAREST = 3
"""Passages that go along with a refusal."""


def write_answer(shown: AnswerView, suffix: Format, *, within: Path | None = None) -> Path:
    """The answer in a new file in a new folder (``within`` another), named after its question."""
    folder = Path(tempfile.mkdtemp(prefix="bearing-qa-answer-", dir=within))
    path = folder / f"{file_name(shown.answer.question)}.{suffix}"
    if suffix == "docx":
        write_word(shown, path)
    else:
        path.write_text(answer_markdown(shown), encoding="utf-8")
    return path


def file_name(question: str) -> str:
    """Words of a question that may be in a file's name on any system."""
    return re.sub(r"[^\w-]+", "_", question)[:MAX_NAME_CHARS].strip("_") or "answer"


def answer_plain(shown: AnswerView, *, words: Words = CHINESE) -> str:
    """The question, the answer or refusal, and each citation with where it stands, as plain text."""
    answer = shown.answer
    lines = [words("asked_line", question=answer.question), words("said_line", answer=answer.text)]
    lines += [words("reason_line", reason=answer.reason)] if answer.reason else []
    lines += [
        f"[{number}] {references.plain(citation, words=words)}"
        for number, citation in enumerate(answer.citations, 1)
    ]
    return "\n".join(lines)


def answer_markdown(shown: AnswerView) -> str:
    """The answer or refusal in Markdown; text of the documents is never markup there."""
    answer = shown.answer
    blocks = [
        f"# {references.escape_markdown(answer.question)}",
        references.escape_markdown(answer.text),
    ]
    if answer.reason:
        blocks.append(f"原因：{references.escape_markdown(answer.reason)}。")
    for note in model_lines(answer, CHINESE):
        blocks.append(references.escape_markdown(note))
    for number, citation in enumerate(answer.citations, 1):
        quoted = references.markdown(citation, shown.document(citation).document)
        blocks.append(f"\\[{number}\\]\n\n{quoted}")
    if answer.refused and answer.passages:
        blocks.append("## 最接近的段落")
        for passage in answer.passages[:NEAREST]:
            blocks.append(references.markdown(passage, shown.document(passage).document))
    return "\n\n".join(blocks) + "\n"
