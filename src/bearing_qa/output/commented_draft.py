"""A checked draft as a Word file: one comment a finding, and a table of all of them at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from bearing_qa.output import references
from bearing_qa.output.texts import CHINESE, Words
from bearing_qa.output.word_file import clean
from bearing_qa.review.finding import Finding, Review

AUTHOR = "bearing_qa"
HEADS = ("check_number", "check_text", "check_verdict", "check_source")
MAX_CELL_CHARS = 200


def write_commented(
    review: Review, target: Path, *, draft: Path | None = None, words: Words = CHINESE
) -> None:
    """Writes the draft (the Word file ``draft``, else the text of the review) with its findings to ``target``."""
    import docx

    is_word = draft is not None and draft.suffix.lower() == ".docx"
    file = docx.Document(str(draft) if is_word else None)
    if not is_word:
        for line in review.text.split("\n"):
            file.add_paragraph(clean(line))
    for finding, paragraph, start in _placed(list(_paragraphs(file)), review.findings):
        runs = _runs_of(paragraph, start, start + len(finding.text))
        if runs:
            file.add_comment(
                runs, text=clean(comment_of(finding, words)), author=AUTHOR, initials="QA"
            )
    _add_table(file, review, words)
    file.save(str(target))


def comment_of(finding: Finding, words: Words) -> str:
    """A finding in words: verdict, reason, what differs, and the source."""
    lines = [words(f"verdict_{finding.verdict}")]
    if finding.reason:
        lines.append(finding.reason)
    lines += [
        words("check_difference", draft=d or "（无）", source=s or "（无）")
        for d, s in finding.differences
    ]
    if finding.source:
        lines.append(references.plain(finding.source, words=words))
    return "\n".join(lines)


def _paragraphs(file: Any) -> Iterator[Any]:
    """The paragraphs of the body and of the cells of its tables, in order."""
    for block in file.iter_inner_content():
        if hasattr(block, "runs"):
            yield block
        else:
            for row in block.rows:
                for cell in dict.fromkeys(row.cells):
                    yield from cell.paragraphs


def _placed(
    paragraphs: Sequence[Any], findings: Sequence[Finding]
) -> Iterator[tuple[Finding, Any, int]]:
    """Each finding with the paragraph that has its words, and where; findings come in the order of the text."""
    texts = ["".join(run.text for run in paragraph.runs) for paragraph in paragraphs]
    number = at = 0
    for finding in findings:
        wanted = clean(finding.text)
        places = (
            (n, texts[n].find(wanted, at if n == number else 0)) for n in range(number, len(texts))
        )
        found = next(((n, start) for n, start in places if start >= 0), None)
        if found is not None:
            number, at = found
            yield finding, paragraphs[number], at


def _runs_of(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs that hold the characters ``[start, end)`` of a paragraph, cut at both ends."""
    held, at = [], 0
    for run in list(paragraph.runs):
        length = len(run.text)
        low, high = max(start - at, 0), min(end - at, length)
        at += length
        if low >= high:
            continue
        if high < length:
            _cut(run, high)
        held.append(_cut(run, low) if low else run)
    return held


def _cut(run: Any, at: int) -> Any:
    """Cuts a run in two of the same form; the second one."""
    text = run.text
    copy = deepcopy(run._r)
    run._r.addnext(copy)
    other = type(run)(copy, run._parent)
    run.text, other.text = text[:at], text[at:]
    return other


def _add_table(file: Any, review: Review, words: Words) -> None:
    file.add_heading(clean(words("check_heading")), level=2)
    counts = "，".join(f"{words(f'verdict_{v}')} {n}" for v, n in review.counts().items() if n)
    file.add_paragraph(clean(counts or words("check_nothing")))
    table = file.add_table(rows=1, cols=len(HEADS))
    table.style = "Table Grid" if "Table Grid" in [s.name for s in file.styles] else table.style
    for cell, head in zip(table.rows[0].cells, HEADS, strict=True):
        cell.text = words(head)
    for number, finding in enumerate(review.findings, 1):
        source = references.plain(finding.source, words=words) if finding.source else ""
        verdict = words(f"verdict_{finding.verdict}")
        said = f"{verdict}：{finding.reason}" if finding.reason else verdict
        row = table.add_row().cells
        for cell, text in zip(row, (str(number), finding.text, said, source), strict=True):
            cell.text = clean(text)[:MAX_CELL_CHARS]
