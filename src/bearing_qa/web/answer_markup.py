"""An answer or a refusal, its citation cards, its passages, and questions to ask, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bearing_qa.answer.guard import without_marks
from bearing_qa.answer.reasons import NOT_FOUND, in_english
from bearing_qa.errors import BearingQAError
from bearing_qa.output import references
from bearing_qa.output.model_lines import model_lines
from bearing_qa.output.notes import note_words
from bearing_qa.output.texts import Words
from bearing_qa.output.view import AnswerView
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.types import Citation, Parsed, Span
from bearing_qa.web import markup
from bearing_qa.web.answer_actions import render_actions
from bearing_qa.web.cited_row import render_row
from bearing_qa.web.clippings_tab import clip_button

MAX_SHOWN = 8
"""Earlier questions in sight; the others are folded, with a search among them."""
STRENGTHS = ((0.75, "strong"), (0.4, "fair"))
"""Least share of the best passage's score for a word; what is below is "weak"."""


def render_answer(shown: AnswerView, *, words: Words) -> str:
    """The answer with its marks as links to the citation cards, or the refusal; the cards below."""
    if shown.answer.refused:
        return _refusal(shown, words)
    said = _statements(shown, words)
    reason = _reason(shown, words)
    missing = f"<p class='reason'>{markup.text(reason)}。</p>" if reason else ""
    if shown.answer.outcome == "partial":
        missing = f"<p class='outcome'>{words('partial')}</p>{missing}"
    return (
        f'<section class="answer" role="status" aria-label="{words("answer")}">'
        f"{_asked(shown, words)}{said}{missing}{_model(shown, words)}{_notes(shown, words)}"
        f"{render_actions(shown, words=words)}</section>"
        f"{_cards(shown, words)}"
    )


def _reason(shown: AnswerView, words: Words) -> str:
    reason = shown.answer.reason
    return in_english(reason) if words.language == "en" else reason


def render_error(error: BearingQAError, *, words: Words) -> str:
    """Why a question could not be asked and what to do, in place of the answer."""
    found, expected, fix = map(words.side_of, (error.found, error.expected, error.fix))
    lines = (found, expected and words("expected", what=expected), fix)
    said = "".join(f"<p>{markup.text(line)}</p>" for line in lines if line)
    return f'<section class="answer refused error" role="alert">{said}</section>'


def _asked(shown: AnswerView, words: Words) -> str:
    """The question as it was answered, where it goes on from the one before it."""
    if not shown.goes_on:
        return ""
    return f"<p class='asked'>{markup.text(words('goes_on', question=shown.answer.question))}</p>"


def _statements(shown: AnswerView, words: Words) -> str:
    """The answer's words: a paragraph; what several documents say, a list with a line for each statement."""
    said = _with_marks(shown.answer.text, shown, words)
    if len({citation.doc_id for citation in shown.answer.citations}) < 2:
        return f"<p>{said}</p>"
    lines = "".join(f"<li>{line}</li>" for line in said.replace("</a>；", "</a>\n").split("\n"))
    return f'<ul class="statements">{lines}</ul>'


def _with_marks(said: str, shown: AnswerView, words: Words) -> str:
    """An answer's words with its marks as links to the cards."""
    said = markup.text(said)
    for number in range(len(shown.answer.citations), 0, -1):
        said = said.replace(f"[{number}]", _mark(number, words, href=f"#citation-{number}"))
    return said


def _model(shown: AnswerView, words: Words) -> str:
    """What a language model did: whose words these are, what it took, the reader's own answer, and what it wrote in vain."""
    made = shown.answer.model_reading
    if made is None:
        return ""
    lines = "".join(markup.text(line) for line in model_lines(shown.answer, words))
    cost = words("model_cost", seconds=f"{made.seconds:.1f}") if made.seconds else ""
    tokens = words("model_tokens", tokens=made.tokens) if made.tokens is not None else ""
    facts = words.comma.join(part for part in (cost, tokens) if part)
    parts = [f"<p class='phrased'>{lines} {facts}</p>" if lines or facts else ""]
    if made.is_used and made.quoted != NOT_FOUND:
        quoted = markup.text(without_marks(made.quoted))
        parts.append(_folded(words("quoted_answer"), f"<p>{quoted}</p>"))
    if made.dropped:
        items = "".join(
            f"<li>{markup.text(said)}（{markup.text(reason)}）</li>"
            for said, reason in made.dropped
        )
        parts.append(_folded(words("dropped", n=len(made.dropped)), f"<ul>{items}</ul>"))
    return "".join(parts)


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{summary}</summary>{inner}</details>"


def _notes(shown: AnswerView, words: Words) -> str:
    """A line for each thing to know of the documents cited: changed since, repealed, not read whole."""
    return "".join(
        f"<p class='reason note {note.kind}'>{markup.text(note_words(note, words))}</p>"
        for note in shown.answer.notes
    )


def _mark(number: int, words: Words, *, href: str) -> str:
    label = words("citation_n", n=number)
    return (
        f'<a class="mark" href="{href}" data-cite="{number}" aria-label="{label}">'
        f"{markup.sign(number)}</a>"
    )


def _refusal(shown: AnswerView, words: Words) -> str:
    """What was looked for and where, why it is no answer, what to try next."""
    documents, passages = shown.corpus_size
    everything = words("everything", documents=documents, passages=passages)
    rows = [
        ("looked_for", words.comma.join(shown.terms)),
        ("looked_in", _scope(shown.scope, words) or everything),
        ("reason", _reason(shown, words)),
        ("next", words.comma.join(words(key) for key in _advice(shown))),
    ]
    listed = "".join(
        f"<dt>{words(key)}</dt><dd>{markup.text(value)}</dd>" for key, value in rows if value
    )
    said = words("not_found") if shown.answer.text == NOT_FOUND else shown.answer.text
    return (
        f'<section class="answer refused" role="status" aria-label="{words("answer")}">'
        f"{_asked(shown, words)}<p>{markup.text(said)}</p><dl>{listed}</dl>{_model(shown, words)}"
        f"{_notes(shown, words)}"
        f"{render_actions(shown, words=words)}</section>"
    )


def _scope(scope: Scope, words: Words) -> str:
    force = [words("in_force")] if scope.in_force else []
    dates = [scope.first and f"≥ {scope.first}", scope.last and f"≤ {scope.last}"]
    return words.comma.join(
        part
        for part in (
            *scope.documents,
            *scope.issuers,
            *scope.kinds,
            *dates,
            *scope.sections,
            *force,
        )
        if part
    )


def _advice(shown: AnswerView) -> list[str]:
    advice = ["try_nearest"] if shown.answer.passages else []
    if shown.scope != EVERYTHING:
        advice.append("try_scope")
    return [*advice, "try_words", "try_single"]


def _cards(shown: AnswerView, words: Words) -> str:
    cards = "".join(
        _card(number, citation, shown, words)
        for number, citation in enumerate(shown.answer.citations, 1)
    )
    label = words("citations")
    return f'<section class="citations" aria-label="{label}">{cards}</section>' if cards else ""


def _card(number: int, citation: Citation, shown: AnswerView, words: Words) -> str:
    """Where a citation stands, and its passage with the cited words marked."""
    parsed = shown.document(citation)
    around = _around(citation, parsed)
    row = render_row(citation, parsed) if citation.kind in ("row", "table") else ""
    quoted = markup.marked(parsed.document.text, around, cited=(citation.start, citation.end))
    body = row or quoted
    link = escape(markup.deep_link(citation))
    label = words("citation_n", n=number)
    return (
        f'<article class="card" id="citation-{number}" data-cite="{number}" tabindex="-1" '
        f'aria-label="{label}"><header>{_mark(number, words, href=link)} '
        f"{markup.place(citation, parsed, words=words)}</header><blockquote>{body}</blockquote>"
        f'<footer><a class="open" href="{link}" data-cite="{number}">{words("open")}</a>'
        f"{clip_button(citation, words=words)}{_copy_link(link, words)}{_copies(citation, parsed, words)}"
        f"</footer></article>"
    )


def _copies(citation: Citation, parsed: Parsed, words: Words) -> str:
    """Buttons that copy the citation as words, as a reference, as Markdown."""
    forms = {
        "copy_plain": references.plain(citation, words=words),
        "copy_reference": references.reference(citation, parsed.document),
        "copy_markdown": references.markdown(citation, parsed.document),
    }
    return "".join(
        f'<button type="button" data-copy="{escape(form)}" data-done="{words("copied")}">'
        f"{words(key)}</button>"
        for key, form in forms.items()
    )


def _copy_link(link: str, words: Words) -> str:
    return (
        f'<button type="button" data-copy-link="{link}" data-done="{words("copied")}">'
        f"{words('copy_link')}</button>"
    )


def _around(citation: Citation, parsed: Parsed) -> Span:
    """The smallest passage that holds a citation, or the citation itself."""
    holders = [
        (passage.start, passage.end)
        for passage in parsed.passages
        if passage.start <= citation.start and citation.end <= passage.end
    ]
    return min(holders, key=lambda span: span[1] - span[0], default=(citation.start, citation.end))


def render_passages(shown: AnswerView, *, words: Words) -> str:
    """The retrieved passages, best first; open where there is no answer."""
    passages, refused = shown.answer.passages, shown.answer.refused
    if not passages:
        return ""
    best = passages[0].score
    items = "".join(
        _passage(passage, shown, words, strength(passage.score, best=best, is_answered=not refused))
        for passage in passages
    )
    heading = words("nearest" if refused else "passages")
    return (
        f"<details class='found'{' open' if refused else ''}><summary>{heading}"
        f"<span class='count'>{len(passages)}</span></summary>"
        f'<ol class="passages">{items}</ol></details>'
    )


def _passage(passage: Citation, shown: AnswerView, words: Words, grade: str) -> str:
    parsed = shown.document(passage)
    link = escape(markup.deep_link(passage))
    return (
        f'<li><header><span class="strength {grade}">{words(grade)}</span> '
        f"{markup.place(passage, parsed, words=words)}</header>"
        f"<blockquote>{markup.emphasised(passage.text, shown.terms)}</blockquote>"
        f'<footer><a class="open" href="{link}">{words("open")}</a>'
        f"{clip_button(passage, words=words)}{_copy_link(link, words)}</footer></li>"
    )


def strength(score: float, *, best: float, is_answered: bool) -> str:
    """How near a passage is, by its share of the best score: strong, fair or weak.

    Where nothing answers, even the best passage is no more than fair.
    """
    share = score / best if best > 0 else float(score >= best)
    grade = next((word for least, word in STRENGTHS if share >= least), "weak")
    return "fair" if grade == "strong" and not is_answered else grade


def render_suggestions(examples: Sequence[str], earlier: Sequence[str], *, words: Words) -> str:
    """Example questions and earlier ones, the newest first, as buttons that ask them."""
    groups = [
        _chips(words("earlier"), earlier[:MAX_SHOWN], forget=words("forget")),
        _history(earlier, words),
        _chips(words("examples"), examples),
    ]
    return "".join(groups)


def _history(questions: Sequence[str], words: Words) -> str:
    """All earlier questions, folded, with a search; each can be asked again or forgotten."""
    if len(questions) <= MAX_SHOWN:
        return ""
    label, forget = words("history_search"), words("forget_one")
    items = "".join(
        f'<li><button type="button" data-ask="{markup.attribute(question)}">{markup.text(question)}</button> '
        f'<button type="button" class="quiet" data-forget-one="{markup.attribute(question)}" '
        f'aria-label="{escape(forget)}: {markup.attribute(question)}">{forget}</button></li>'
        for question in questions
    )
    return (
        f'<details class="history"><summary>{words("history", n=len(questions))}</summary>'
        f'<input type="search" placeholder="{label}" aria-label="{label}"><ul>{items}</ul></details>'
    )


def render_following(questions: Sequence[str], *, words: Words) -> str:
    """Questions that the corpus answers, as buttons that ask them."""
    return _chips(words("following"), questions)


def _chips(heading: str, questions: Sequence[str], *, forget: str = "") -> str:
    if not questions:
        return ""
    chips = "".join(
        f'<li><button type="button" data-ask="{escape(question)}">{markup.text(question)}</button></li>'
        for question in questions
    )
    clear = (
        f'<button type="button" class="quiet" data-forget="1">{forget}</button>' if forget else ""
    )
    return f'<section class="chips"><h2>{heading}</h2>{clear}<ul>{chips}</ul></section>'
