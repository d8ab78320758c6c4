"""Options that name a language model → the second reader; what is wrong with them is one line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bearing_qa.answer.chat import ChatModel
from bearing_qa.errors import ModelError

if TYPE_CHECKING:
    from bearing_qa.answer.second_reader import SecondReader
    from bearing_qa.types import ModelMode

MAX_KEY_CHARS = 4096
_PATH = "/chat/completions"


def make_second_reader(
    url: str | None,
    model: str | None,
    *,
    key_file: Path | None,
    seconds: float,
    mode: ModelMode = "sentences",
    has_steps: bool = False,
) -> SecondReader | None:
    """The second reader that options name, none if they name none.

    ``url`` is what clients call the base URL (https://host/v1), or the whole address. Raises ModelError if
    something is missing or cannot be used.
    """
    if not url and not model and key_file is None:
        return None
    if not url or not model:
        raise ModelError(
            found=f"{'--llm-model' if model else '--llm-url'} alone"
            if url or model
            else "a key alone",
            expected="an address and a model's name",
            fix="give both: --llm-url http://127.0.0.1:8000/v1 --llm-model NAME",
        )
    from bearing_qa.answer.second_reader import SecondReader

    return SecondReader(
        ChatModel(model, _address(url), _read_key(key_file), seconds), mode, has_steps
    )


def _address(url: str) -> str:
    """The whole address of a base URL. The address is shown in messages, so it must hold no password."""
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
        is_plain = url.isascii() and url.isprintable() and " " not in url and not parts.fragment
    except ValueError:
        is_usable = is_plain = False
    if not is_usable or not is_plain or "@" in parts.netloc:
        shown = "an address with a user or a password in it" if "@" in url else f"{url!r}"
        raise ModelError(
            found=f"{shown} as --llm-url",
            expected="http:// or https:// with a host, such as http://127.0.0.1:8000/v1",
            fix="fix the address; a key goes into a file: --llm-key-file FILE",
        )
    path = parts.path.rstrip("/")
    return parts._replace(path=path if path.endswith(_PATH) else path + _PATH).geturl()


def _read_key(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise ModelError(
            found=f"{path} cannot be read ({reason})",
            expected="a file with the key",
            fix="name another: --llm-key-file",
        ) from error
    if (
        not key
        or len(key) > MAX_KEY_CHARS
        or not key.isascii()
        or not key.isprintable()
        or " " in key
    ):
        raise ModelError(
            found=f"{path} holds no key", expected="one line, the key alone", fix="fix the file"
        )
    return key
