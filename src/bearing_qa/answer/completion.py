"""What an OpenAI-compatible server sends → the words of the model and its tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def read_completion(content: bytes) -> tuple[str, int | None]:
    """Words and tokens of a response: of a chat completion, or of the events of one that streams though it was not asked to.

    No words where it is neither; None for tokens where the server does not count them.
    """
    is_stream = content.lstrip().startswith(b"data:")
    parts = _events(content) if is_stream else [content]
    completions = [one for one in map(_parsed, parts) if one is not None]
    counts = [count for count in map(_tokens, completions) if count is not None]
    return "".join(map(_said, completions)), counts[-1] if counts else None


def _events(content: bytes) -> list[bytes]:
    """The data of server-sent events."""
    lines = (line.strip() for line in content.splitlines())
    return [line.removeprefix(b"data:").strip() for line in lines if line.startswith(b"data:")]


def _parsed(content: bytes) -> dict[str, Any] | None:
    """A JSON object, None for anything else."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _said(completion: Mapping[str, Any]) -> str:
    """What the first choice of a completion, or of a piece of one, says; nothing where it has another form."""
    try:
        choice = completion["choices"][0]
        content = (choice.get("message") or choice.get("delta") or {}).get("content")
        if isinstance(content, list):  # parts of a message, the texts among them
            content = "".join(part["text"] for part in content if part.get("type") == "text")
    except (LookupError, TypeError, AttributeError):
        return ""
    return content if isinstance(content, str) else ""


def _tokens(completion: Mapping[str, Any]) -> int | None:
    """Tokens of request and reply together, where the server counts them."""
    usage = completion.get("usage")
    count = usage.get("total_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) and count >= 0 else None
