"""A manifest's checksum, and its signature for those who give a key (HMAC-SHA256).

The manifest holds the SHA-256 of every other file, so that what holds for it holds for the version.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bearing_qa.errors import StoreError

KEY_VARIABLE = "BEARING_QA_SIGN_KEY"
"""Environment variable that names the key's file; when it is set, only signed versions are opened."""
MIN_KEY_BYTES = 16
"""A shorter key can be guessed."""
CHECKSUM, SIGNATURE = "checksum", "signature"


def read_key() -> bytes | None:
    """The key, None if none is named. Raises StoreError if its file cannot be read or is too short."""
    name = os.environ.get(KEY_VARIABLE, "")
    if not name:
        return None
    try:
        key = Path(name).read_bytes().strip()
    except OSError as error:
        raise _bad_key(f"the key {name} cannot be read ({error.strerror or error})") from error
    if len(key) < MIN_KEY_BYTES:
        raise _bad_key(f"the key {name} has {len(key)} bytes")
    return key


def _bad_key(found: str) -> StoreError:
    return StoreError(
        found=found,
        expected=f"a file of {MIN_KEY_BYTES} bytes or more",
        fix="make one: openssl rand -hex 32 > FILE",
    )


def digest(data: bytes) -> str:
    """SHA-256 of some bytes, keyed if a key is named."""
    key = read_key()
    made = hashlib.sha256(data) if key is None else hmac.new(key, data, hashlib.sha256)
    return made.hexdigest()


def seal(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with its checksum and, if a key is named, its signature."""
    key, body = read_key(), _body(manifest)
    sealed = _without_seal(manifest) | {CHECKSUM: hashlib.sha256(body).hexdigest()}
    if key is not None:
        sealed[SIGNATURE] = hmac.new(key, body, hashlib.sha256).hexdigest()
    return sealed


def seal_fault(manifest: Mapping[str, Any]) -> str:
    """What is wrong with a manifest's checksum or signature, empty if nothing is.

    Raises StoreError if the key cannot be read.
    """
    key, body = read_key(), _body(manifest)
    if manifest.get(CHECKSUM) != hashlib.sha256(body).hexdigest():
        return "its manifest is damaged (its checksum differs)"
    if key is None:
        return ""
    found = manifest.get(SIGNATURE)
    if not isinstance(found, str):
        return "it is not signed"
    expected = hmac.new(key, body, hashlib.sha256).hexdigest()
    is_right = hmac.compare_digest(found.encode("utf-8", "replace"), expected.encode())
    return "" if is_right else "its signature is not by this key"


def _without_seal(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in (CHECKSUM, SIGNATURE)}


def _body(manifest: Mapping[str, Any]) -> bytes:
    text = json.dumps(_without_seal(manifest), ensure_ascii=True, sort_keys=True)
    return text.encode("ascii")
