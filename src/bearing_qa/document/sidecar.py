"""What is known of a document beside its text, in a file next to it: NAME.meta.toml, lines such as ``title = "…"``."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from bearing_qa.document.files import check_beside, is_file, sidecar_of
from bearing_qa.errors import DocumentError

MAX_SIDECAR_BYTES = 16 * 1024
"""A sidecar has some lines; reading TOML takes time that grows with the square of odd ones."""


def read_sidecar(path: Path) -> dict[str, str]:
    """Metadata beside a document, as words; empty if there is none.

    Raises DocumentError if the sidecar is not TOML, too large, or a link that leads out of its folder.
    """
    sidecar = sidecar_of(path)
    check_beside(sidecar)
    if not is_file(sidecar):
        return {}
    if sidecar.stat().st_size > MAX_SIDECAR_BYTES:
        raise DocumentError(
            found=f"{sidecar.name} has {sidecar.stat().st_size:,} bytes",
            expected=f"at most {MAX_SIDECAR_BYTES:,}",
            fix="shorten it",
        )
    try:
        items = tomllib.loads(sidecar.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # a number too long, tables too deep, no TOML
        raise DocumentError(
            found=f"{sidecar.name} is not TOML ({error})",
            expected='lines such as title = "…"',
            fix="fix or remove it",
        ) from error
    return {key: str(value) for key, value in items.items()}


def write_sidecar(path: Path, facts: Mapping[str, str]) -> None:
    """Puts facts into the sidecar of a document; an empty one takes its line out, and others stay with the comments above them.

    Raises DocumentError if the sidecar that is there cannot be read or would become too large, OSError if it cannot be written.
    """
    sidecar = sidecar_of(path)
    known = read_sidecar(path)
    before = sidecar.read_text(encoding="utf-8-sig") if known else ""
    if any(isinstance(value, dict | list) for value in tomllib.loads(before).values()):
        raise DocumentError(
            found=f"{sidecar.name} has tables or lists",
            expected='lines such as title = "…"',
            fix="correct it in the file itself",
        )
    lines = before.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    left = {key: value for key, value in {**known, **facts}.items() if value}
    text = "".join(f"{line}\n" for line in comments)
    text += "".join(f"{_key(key)} = {_value(value)}\n" for key, value in left.items())
    if len(text.encode()) > MAX_SIDECAR_BYTES:
        raise DocumentError(
            found=f"{sidecar.name} would have {len(text.encode()):,} bytes",
            expected=f"at most {MAX_SIDECAR_BYTES:,}",
            fix="shorten what is said of the document",
        )
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".sidecar-", delete=False
    ) as aside:
        aside.write(text)
    Path(aside.name).replace(sidecar)


def _key(key: str) -> str:
    """A key of TOML, quoted where it has to be."""
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else _value(key)


def _value(value: str) -> str:
    """A text of TOML: JSON writes it alike, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
