"""A web page saved as one file (MIME) → its HTML."""

from __future__ import annotations

from email import message_from_bytes


def html_part(data: bytes) -> bytes:
    """The bytes of the page itself. Raises ValueError if there is none."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                return payload
    raise ValueError("it holds no page")
