"""A cited row, or the heads, of a table on its card: a table of its own, without which its figures say nothing."""

from __future__ import annotations

from bearing_qa.document.digests import caption_of
from bearing_qa.types import Citation, Parsed
from bearing_qa.web import markup


def render_row(citation: Citation, parsed: Parsed) -> str:
    """What is cited of a table, under its caption and heads; empty where the citation is of no table."""
    table = next((t for t in parsed.tables if t.start <= citation.start < t.end), None)
    if table is None:
        return ""
    row = next((r for r in table.rows if r.start <= citation.start < r.end), None)
    caption = caption_of(parsed, table)
    named = f"<caption>{markup.lines(caption)}</caption>" if caption else ""
    heads = "".join(
        f'<th scope="col">{_marked(head, is_cited=row is None)}</th>' for head in table.header
    )
    cells = "".join(f"<td>{_marked(cell, is_cited=True)}</td>" for cell in row.cells) if row else ""
    return (
        f'<div class="wide"><table class="cells">{named}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{f'<tr>{cells}</tr>' if cells else ''}</tbody></table></div>"
    )


def _marked(words: str, *, is_cited: bool) -> str:
    said = markup.text(words)
    return f"<mark>{said}</mark>" if is_cited and said else said
