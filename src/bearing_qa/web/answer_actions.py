"""What can be done with a whole answer: copy it with its citations, copy a link that asks the question again."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from bearing_qa.output.export import answer_markdown, answer_plain
from bearing_qa.output.texts import Words
from bearing_qa.output.view import AnswerView
from bearing_qa.search.scope import Scope
from bearing_qa.web import markup
from bearing_qa.web.clippings_tab import clip_button
from bearing_qa.web.feedback import render_rating


def render_actions(shown: AnswerView, *, words: Words) -> str:
    """The buttons below an answer or a refusal."""
    done = words("copied")
    copies = {
        "copy_answer": answer_plain(shown, words=words),
        "copy_answer_markdown": answer_markdown(shown),
    }
    buttons = (
        ""
        if shown.answer.refused
        else clip_button(*shown.answer.citations, words=words, shown=shown)
    )
    buttons += "".join(
        f'<button type="button" data-copy="{markup.attribute(form)}" data-done="{done}">{words(key)}</button>'
        for key, form in copies.items()
    )
    link = escape(question_link(shown.answer.question, shown.scope))
    buttons += (
        f'<button type="button" data-copy-link="{link}" data-done="{done}">'
        f"{words('copy_question_link')}</button>"
    )
    rating = render_rating(shown.answer, words=words)
    return f'<footer class="actions">{buttons}{rating}</footer>'


def question_link(question: str, scope: Scope) -> str:
    """The query that opens the page and asks a question in a scope: ``?q=…&documents=…&from=…&to=…&section=…&issuer=…&kind=…``."""
    named: list[tuple[str, str]] = [("q", question)]
    named += [("documents", name) for name in scope.documents]
    named += [(key, value) for key, value in (("from", scope.first), ("to", scope.last)) if value]
    for key in ("section", "issuer", "kind"):
        named += [(key, name) for name in getattr(scope, f"{key}s")]
    named += [("in_force", "1")] if scope.in_force else []
    return "?" + urlencode(named)
