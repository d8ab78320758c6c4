"""A text → its word pieces, by the part of the packaged vocabulary that most texts can use.

The vocabulary has 250,000 pieces of a hundred languages; loading it takes most of the time and the memory that a first
question costs. A text of Chinese characters, plain Latin letters, digits and signs can only be cut into pieces of
these, so its cut by them alone is the same, piece by piece. A text with any other letter is cut by the whole
vocabulary, which is loaded when the first one comes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WHOLE, PLAIN, PLAIN_IDS = "tokenizer.json", "tokenizer-plain.json", "tokenizer-plain.npy"
"""Files of an unpacked model: both vocabularies, and the ids in the whole one of the pieces of the plain one."""
_SIGNS = frozenset("PSZNC")
"""First letters of the Unicode categories of signs, blanks, digits and controls: of no script."""
_HAN = ("CJK", "BOPOMOFO")
"""How the Unicode names of the characters of Chinese text begin."""


class Pieces(NamedTuple):
    """A text as pieces: ``ids`` in the whole vocabulary, and of each the characters ``[start, end)`` of the text."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Cut(Protocol):
    """What cuts a text into pieces; the tokenizers of Hugging Face's library give more of them than this."""

    @property
    def ids(self) -> list[int]:
        """Ids in the whole vocabulary."""

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Characters of the text."""


class Cutter(Protocol):
    """A tokenizer."""

    def encode(self, text: str, *, add_special_tokens: bool = True) -> Cut:
        """The pieces of a text, with those that begin and end it."""


class WordPieces:
    """The tokenizer of an unpacked model; the same pieces as its whole one. May be used from several threads at once.

    ``limit`` is the most pieces of a text, those that begin and end it counted. Raises OSError or what the tokenizers
    library raises if the files are not there.
    """

    def __init__(self, folder: Path, *, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._plain = self._opened(PLAIN)
        self._ids: Sequence[int] = np.load(folder / PLAIN_IDS).tolist()

    def encode(self, text: str, *, add_special_tokens: bool = True) -> Pieces:
        """The pieces of a text."""
        if not is_plain(text):
            found = self._whole.encode(text, add_special_tokens=add_special_tokens)
            return Pieces(found.ids, found.offsets)
        found = self._plain.encode(text, add_special_tokens=add_special_tokens)
        return Pieces([self._ids[number] for number in found.ids], found.offsets)

    @cached_property
    def _whole(self) -> Tokenizer:
        return self._opened(WHOLE)

    def _opened(self, name: str) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / name))
        tokenizer.enable_truncation(self._limit)
        return tokenizer


def is_plain(text: str) -> bool:
    """Whether a text has no letters but Chinese ones and a to z, once compatible forms (Ａ, ㎡) are spelled out."""
    return text.isascii() or all(map(_is_plain_sign, unicodedata.normalize("NFKC", text)))


@cache
def _is_plain_sign(sign: str) -> bool:
    if sign.isascii() or unicodedata.category(sign)[0] in _SIGNS:
        return True
    return unicodedata.name(sign, "").startswith(_HAN)


def plain_rows(pieces: Sequence[str], scores: Sequence[float], special: Iterable[int]) -> list[int]:
    """The ids of the pieces that a plain text can be cut into, in their order. The piece with the least score stays
    whatever it is: what an unknown character costs is reckoned from it."""
    least = min(range(len(scores)), key=scores.__getitem__)
    kept = {*special, least}
    return [row for row, piece in enumerate(pieces) if row in kept or is_plain(piece)]
