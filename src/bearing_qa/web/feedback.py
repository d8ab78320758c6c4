"""Whether an answer was of use: kept in the browser, as lines of a question file for evaluation."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from bearing_qa.output.texts import Words
from bearing_qa.types import Answer
from bearing_qa.web import markup

RATINGS = ("useful", "useless")


def render_rating(answer: Answer, *, words: Words) -> str:
    """Two buttons below an answer; the script keeps the one that is pressed, and asks why where it was of no use."""
    line = markup.attribute(json.dumps(judged(answer), ensure_ascii=False))
    buttons = "".join(
        f'<button type="button" data-rate="{key}" aria-pressed="false">{words(key)}</button>'
        for key in RATINGS
    )
    why = words("useless_why")
    return (
        f'<span class="rating" role="group" aria-label="{words("rating")}" data-line="{line}">{buttons}'
        f'<input type="text" maxlength="300" hidden aria-label="{why}" placeholder="{why}"></span>'
    )


def judged(answer: Answer) -> dict[str, Any]:
    """A line of a question file if the answer is right: its question with what it cites, or that nothing answers it."""
    if answer.refused:
        return {"question": answer.question, "unanswerable": True}
    quotes = [{"doc_id": one.doc_id, "quote": one.text} for one in answer.citations]
    return {"question": answer.question, "evidence": quotes}


def render_rated(*, words: Words) -> str:
    """How many answers were rated, and buttons that take them away as a question file or forget them; the script fills it."""
    counted = escape(words("rated", useful="{useful}", useless="{useless}"))
    return (
        f'<p class="rated" hidden data-counted="{counted}" data-name="{words("rated_name")}">'
        f'<span></span> <button type="button" data-rated="save">{words("rated_save")}</button> '
        f'<button type="button" data-rated="forget">{words("rated_forget")}</button></p>'
    )
