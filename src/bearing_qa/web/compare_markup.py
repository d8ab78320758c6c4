"""Two documents compared, as HTML: counts on top, then old and new side by side, a row a clause."""

from __future__ import annotations

from collections.abc import Sequence

from bearing_qa.output.comparison_table import marked_parts, summary_of
from bearing_qa.output.texts import Words
from bearing_qa.review.comparison import Change, Compared, Comparison
from bearing_qa.types import Citation
from bearing_qa.web import markup

SIGNS: dict[Change, str] = {
    "same": "=", "format": "≈", "changed": "≠", "moved": "↕", "split": "÷", "merged": "⊕", "added": "+", "removed": "−",
}  # fmt: skip
"""A sign beside the colour of each change."""


def render_comparison(comparison: Comparison, *, words: Words) -> str:
    """The comparison; clauses that are the same are folded away behind a box that is ticked."""
    is_equal = all(clause.change == "same" for clause in comparison.clauses)
    rows = "".join(_row(clause, words) for clause in comparison.clauses)
    said = words("compare_equal") if is_equal else summary_of(comparison, words=words)
    ticked = "" if is_equal else " checked"
    return (
        f'<section class="comparison" role="status"><p class="summary">{markup.text(said)}</p>'
        f'<label><input type="checkbox" class="only-changed"{ticked}> {words("compare_only_changed")}</label>'
        f'<div class="clauses"><div class="heads" aria-hidden="true"><span></span>'
        f"<b>{markup.text(comparison.old.document.title)}</b><b>{markup.text(comparison.new.document.title)}</b></div>"
        f"{rows}</div></section>"
    )


def _row(clause: Compared, words: Words) -> str:
    flags = "".join(f"<li>{words(f'flag_{flag}')}</li>" for flag in clause.flags)
    said = f"{SIGNS[clause.change]} {words(f'change_{clause.change}')}"
    old = _side(clause.old, [d.old_span for d in clause.differences], "del", words("compare_old"))
    new = _side(clause.new, [d.new_span for d in clause.differences], "ins", words("compare_new"))
    return (
        f'<article class="c-{clause.change}"><header><span>{said}</span>'
        f"{f'<ul>{flags}</ul>' if flags else ''}</header>{old}{new}</article>"
    )


def _side(
    citations: Sequence[Citation], spans: Sequence[tuple[int, int]], tag: str, label: str
) -> str:
    paragraphs = []
    for citation in citations:
        parts = marked_parts(citation, spans)
        said = (f"<{tag}>{markup.lines(t)}</{tag}>" if m else markup.lines(t) for t, m in parts)
        paragraphs.append(f"<p>{''.join(said)}</p>")
    return f'<div class="{tag}" aria-label="{label}">{"".join(paragraphs)}</div>'
