"""The calls of a language model for one question: they share one time limit, and their time and tokens are counted."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic
from typing import Any

from bearing_qa.answer.chat import ChatModel, Messages


class Talk:
    """What is said with a model for one question, from its making on."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._started = monotonic()
        self.tokens: int | None = None
        """Of all its calls, where the server counts them."""

    @property
    def seconds(self) -> float:
        """Since it began."""
        return monotonic() - self._started

    @property
    def has_time(self) -> bool:
        """Whether the limit leaves time for another call."""
        return self.seconds < self._chat.seconds

    def reply(
        self,
        messages: Messages,
        *,
        schema: Mapping[str, Any] | None = None,
        fewer: Messages | None = None,
    ) -> str:
        """The model's words. Raises what ``ChatModel.reply`` raises."""
        end = self._started + self._chat.seconds
        reply = self._chat.reply(messages, schema=schema, fewer=fewer, end=end)
        if reply.tokens is not None:
            self.tokens = (self.tokens or 0) + reply.tokens
        return reply.words
