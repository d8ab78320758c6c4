"""The page's words for gradio: what its own parts say is translated in the browser, the rest by request."""

from __future__ import annotations

import gradio as gr

from bearing_qa.output.texts import WORDS, Words, words_for

say = gr.I18n(
    en={key: english for key, (_, english) in WORDS.items()},
    zh={key: chinese for key, (chinese, _) in WORDS.items()},
)
"""``say("ask")`` is a label that the browser shows in its language."""


def words_of(request: gr.Request | None) -> Words:
    """The words for the browser that asks; Chinese for other programs."""
    headers = getattr(request, "headers", None) or {}
    return words_for(str(headers.get("accept-language", "")))
