"""A checked draft as HTML: the draft with its findings marked, and the findings beside it."""

from __future__ import annotations

from bearing_qa.output import references
from bearing_qa.output.texts import Words
from bearing_qa.review.finding import Finding, Review, Verdict
from bearing_qa.web import markup

SIGNS: dict[Verdict, str] = {
    "exact": "✓", "punctuation": "✓", "changed": "≠", "number_differs": "#", "wrong_source": "⇄",
    "superseded": "↺", "not_found": "✗", "unchecked": "?",
}  # fmt: skip
"""A sign beside the colour of each verdict."""


def render_review(review: Review, *, words: Words) -> str:
    """Counts on top; the draft on the left, its findings on the right, each leading to the other."""
    counts = "".join(
        f'<li class="v-{verdict}">{SIGNS[verdict]} {words(f"verdict_{verdict}")} {count}</li>'
        for verdict, count in review.counts().items()
        if count
    )
    if not counts:
        return f"<p>{words('check_nothing')}</p>"
    items = "".join(_item(at, finding, words) for at, finding in enumerate(review.findings, 1))
    return (
        f'<section class="review" role="status"><ul class="counts">{counts}</ul>'
        f'<div class="sides"><div class="draft" tabindex="0" role="region" aria-label="{words("check_draft")}">'
        f'{_draft(review, words)}</div><ol class="findings" tabindex="0">{items}</ol></div></section>'
    )


def _draft(review: Review, words: Words) -> str:
    """The draft's text; of findings that overlap the first is marked."""
    parts, at = [], 0
    for number, finding in enumerate(review.findings, 1):
        if finding.start < at:
            continue
        title = f"{words(f'verdict_{finding.verdict}')} {finding.reason}".strip()
        parts += [
            markup.lines(review.text[at : finding.start]),
            f'<a id="draft-{number}" class="v-{finding.verdict}" href="#finding-{number}" title="{markup.text(title)}">'
            f"{markup.lines(finding.text)}<sup>{SIGNS[finding.verdict]}</sup></a>",
        ]
        at = finding.end
    return "".join([*parts, markup.lines(review.text[at:])])


def _item(number: int, finding: Finding, words: Words) -> str:
    verdict = words(f"verdict_{finding.verdict}")
    differences = "".join(
        f"<li><del>{markup.text(draft) or '∅'}</del> → <ins>{markup.text(source) or '∅'}</ins></li>"
        for draft, source in finding.differences
    )
    reason = f"<p>{markup.text(finding.reason)}</p>" if finding.reason else ""
    return (
        f'<li id="finding-{number}" value="{number}"><header><span class="v-{finding.verdict}">'
        f'{SIGNS[finding.verdict]} {verdict}</span> <a href="#draft-{number}">{markup.text(finding.text)}</a></header>'
        f"{reason}{f'<ul>{differences}</ul>' if differences else ''}{_source(finding, words)}</li>"
    )


def _source(finding: Finding, words: Words) -> str:
    """The source's words with a link that opens them in their document."""
    source = finding.source
    if source is None:
        return ""
    facts = filter(None, (source.cell, references.recognised_words(source, words)))
    place = " › ".join([source.title, *source.section, *facts])
    return (
        f"<blockquote>{markup.lines(source.text)}</blockquote>"
        f'<a class="place" href="{markup.text(markup.deep_link(source))}" target="_blank">{markup.text(place)}</a>'
    )
