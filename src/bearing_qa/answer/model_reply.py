"""What a language model wrote → the sentences and units that it names, however well it kept to the form.

Asked for is ``{"answerable": …, "missing": …, "sentences": [{"text": …, "units": ["S3"]}]}``. Models put thoughts before it and
fences around it, stop in the middle, or write plain sentences with marks; what can be understood is taken. Nothing here
says that any of it is true.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_SENTENCES = 40
"""Sentences that are looked at; what is shown of them is far less."""
MAX_SENTENCE_CHARS = 400
MAX_OBJECTS = 400
"""Braces at which an object is looked for."""
_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
"""What reasoning models say before they answer."""
_UNENDED = re.compile(r"<think>.*", re.DOTALL)
"""A thought that was cut off: nothing in it is a reply."""
_ID = re.compile(r"[Ss]?\s*(\d{1,4})")
_MARK = re.compile(r"[\[［【]\s*[Ss]?\d{1,4}(?:\s*[,，、]\s*[Ss]?\d{1,4})*\s*[\]］】]")
"""[S1], 【1】, [S1, S2]."""
_SENTENCE = re.compile(rf"[^。！？!?\n]+[。！？!?]*[”」』）)]*(?:\s*{_MARK.pattern})*[。]?")
_BULLET = re.compile(r"^\s*(?:[-*•·#>]+\s+|\d{1,2}[.、)）]\s*(?!\d))+")
_MARKUP = re.compile(r"\*\*|__|`")
_EDGES = " 　。！？!?；;，,、：:"
_NO = (False, "false", "no", "否")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the model without marks, and the numbers of the units that it names."""

    words: str
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What was understood of a reply. Without sentences and units it is a refusal."""

    sentences: tuple[Sentence, ...] = ()
    units: tuple[int, ...] = ()
    """The units that it names without words, where it was asked for these alone."""
    missing: str = ""
    """What it says is not answered."""


def read_reply(words: str) -> Reply | None:
    """A reply as it was meant; None where nothing of it can be understood."""
    plain = _UNENDED.sub("", _THOUGHT.sub("", words))
    pieces = []
    for found in _objects(plain):
        if found.keys() & {"answerable", "sentences", "units"} and "text" not in found:
            return _read(found)
        if "text" in found:
            pieces.append(found)
    if pieces:  # the reply stops in the middle
        return Reply(tuple(_sentences(pieces)))
    prose = tuple(_prose(plain))
    return Reply(prose) if any(sentence.units for sentence in prose) else None


def read_steps(words: str) -> tuple[str, ...]:
    """The questions that a reply splits one into, once each; none where it does not."""
    for found in _objects(_UNENDED.sub("", _THOUGHT.sub("", words))):
        if isinstance(found.get("questions"), list):
            return tuple(dict.fromkeys(filter(None, map(_clean, found["questions"]))))
    return ()


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text, outermost first; of one that does not end the objects in it."""
    decoder, at = json.JSONDecoder(), -1
    for _ in range(MAX_OBJECTS):
        at = text.find("{", at + 1)
        if at < 0:
            return
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        yield found
        at = end - 1


def _read(found: dict[str, Any]) -> Reply | None:
    missing = _clean(found.get("missing"))
    answerable = found.get("answerable", True)
    if (answerable.lower() if isinstance(answerable, str) else answerable) in _NO:
        return Reply(missing=missing)
    sentences, units = found.get("sentences"), found.get("units")
    if isinstance(sentences, list):
        return Reply(tuple(_sentences(sentences)), missing=missing)
    return Reply(units=_ids(units), missing=missing) if isinstance(units, list) else None


def _sentences(items: list[Any]) -> Iterator[Sentence]:
    for item in items[:MAX_SENTENCES]:
        if isinstance(item, dict):
            text = item["text"] if isinstance(item.get("text"), str) else ""
            named = (*_ids(item.get("units")), *_ids(_MARK.findall(text)))
            yield Sentence(_clean(text), tuple(dict.fromkeys(named)))
        elif isinstance(item, str):
            yield from _prose(item)


def _prose(text: str) -> Iterator[Sentence]:
    """Plain sentences with marks, once each, without markup, in order."""
    lines = [_BULLET.sub("", line) for line in _MARKUP.sub("", text).splitlines()]  # 1. is no end
    found = dict.fromkeys(
        Sentence(_clean(sentence.group()), _ids(_MARK.findall(sentence.group())))
        for line in lines
        for sentence in _SENTENCE.finditer(line)
    )
    yield from [one for one in found if one.words or one.units][:MAX_SENTENCES]


def _ids(units: object) -> tuple[int, ...]:
    """The numbers of units, as a list of names or numbers or in one text, once each."""
    items = units if isinstance(units, list) else [units]
    known = [
        str(item) for item in items if isinstance(item, str | int) and not isinstance(item, bool)
    ]
    return tuple(dict.fromkeys(int(number) for item in known for number in _ID.findall(item)))


def _clean(text: object) -> str:
    """A sentence without marks, markup, control characters and end."""
    if not isinstance(text, str):
        return ""
    plain = _BULLET.sub("", _MARKUP.sub("", _MARK.sub("", text)))
    shown = "".join(sign for sign in plain if _is_shown(sign))
    return shown.strip(_EDGES)[:MAX_SENTENCE_CHARS]


def _is_shown(sign: str) -> bool:
    """Whether a character is no control or format character (bidirectional marks, say)."""
    return not unicodedata.category(sign).startswith("C")
