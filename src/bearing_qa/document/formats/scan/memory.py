"""Recognised pages that are kept by what their pictures show: a build that was stopped does not recognise them again."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from PIL import Image

from bearing_qa.cache_folder import cache_folder
from bearing_qa.document.formats.scan import engine
from bearing_qa.document.formats.scan.engine import Found, Recognised

FOLDER = "recognised"
"""Of the cache folder: a small file a page."""


def recognised(picture: Image.Image) -> Recognised:
    """The lines of a picture in RGB: as they were kept, else recognised now and kept, where there is a place to keep them."""
    path = _place(picture)
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _of(path.read_text(encoding="utf-8"))
    found = engine.recognise(picture)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_text(_text(found), encoding="utf-8")
        aside.replace(path)
    return found


def _place(picture: Image.Image) -> Path:
    """The file of a picture: by its pixels, its size, and the engine."""
    key = hashlib.sha256(f"{engine.name()} {picture.size} {picture.mode}".encode())
    key.update(picture.tobytes())
    digest = key.hexdigest()
    return cache_folder() / FOLDER / digest[:2] / f"{digest}.json"


def _text(found: Recognised) -> str:
    lines = [(line.corners, line.text, line.confidence) for line in found.lines]
    return json.dumps({"turn": found.turn, "lines": lines}, ensure_ascii=False)


def _of(text: str) -> Recognised:
    """What was kept. Raises ValueError, KeyError or TypeError if it is something else."""
    kept = json.loads(text)
    lines = (
        Found(tuple((float(x), float(y)) for x, y in corners), str(words), float(confidence))
        for corners, words, confidence in kept["lines"]
    )
    return Recognised(int(kept["turn"]), tuple(lines))
