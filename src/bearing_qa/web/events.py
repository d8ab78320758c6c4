"""How the page's events reach the server: work that takes time by the queue, the rest at once."""

from __future__ import annotations

from typing import Any

AT_ONCE: dict[str, Any] = {"api_visibility": "private", "queue": False}
"""Settings of a small event, which no program calls: one request and its reply.

The queue's replies come by a stream that the server ends when nothing is pending; an event that joins
while word of the end is under way is never heard of again. Gradio shows no error of such an event: it says what is wrong in its own place. So only questions, uploads, removals, builds
and evaluations, which have a progress bar or wait for each other, go by the queue.
"""
RELAY = """for (const name of ['open-place', 'open-original', 'ask-again', 'forget', 'restore'])
  element.addEventListener(name, (event) => trigger(name.replace('-', '_'), event.detail));
// 'open_place' 'open_original' 'ask_again' 'forget' 'restore'"""
"""Hands what the scripts tell over to the server; the last line names the events for gr.HTML."""
