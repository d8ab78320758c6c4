"""Text → tokens for the lexical leg: jieba words, characters and character bigrams in one field.

jieba alone breaks domain terms (盾构机主轴承) and meets none of them in a question that breaks them
otherwise; characters alone know no words. Together they are as good as the better one on every
public set (see ARCHITECTURE.md). Words
that jieba's own dictionary lacks are mined from the corpus when the index is built and kept in the
index version, so that questions are cut as the passages were.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

from bearing_qa.cache_folder import cache_folder
from bearing_qa.language.figures import figure_tokens
from bearing_qa.language.numbers import marks_apart
from bearing_qa.language.variants import simplify

_CHINESE = r"\u3400-\u9fff\U00020000-\U0002fa1f"
_BLANK_IN_TEXT = re.compile(rf"(?<=[{_CHINESE}％%])\s+|\s+(?=[{_CHINESE}％%])")
_RUN = re.compile(rf"[{_CHINESE}]+|[a-z0-9]+(?:[.\-][a-z0-9]+)*")
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]+")
KEPT_TEXTS, KEPT_CHARS = 8192, 120
"""Texts whose normal form is kept, the headings, names and short sentences that question after question looks at; and how
long they may be: five megabytes."""
SEAL_BYTES = 32
"""A kept dictionary begins with the SHA-256 of the rest."""


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, lower case, simplified characters, years in figures, no blanks
    beside Chinese characters."""
    return _normalised_before(text) if len(text) <= KEPT_CHARS else _normalised(text)


def _normalised(text: str) -> str:
    folded = unicodedata.normalize("NFKC", marks_apart(text)).lower()
    return simplify(_BLANK_IN_TEXT.sub("", folded))


_normalised_before = lru_cache(KEPT_TEXTS)(_normalised)


class Segmenter:
    """Cuts text into tokens. ``terms`` are words added to jieba's dictionary, in order.

    jieba's dictionary is parsed at a user's first use and kept in the user's cache folder, not in a shared one. How a text is cut
    depends on the terms that are in it, and on no others.
    """

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self.terms = tuple(terms)

    @cached_property
    def _jieba(self) -> Any:
        return _tokenizer(self.terms)

    def words(self, text: str) -> list[str]:
        """Words and numbers of a text in order, without punctuation; long words whole."""
        return self._cut(normalise(text), for_search=False)

    def runs(self, text: str) -> Iterator[list[str]]:
        """The words of each Chinese run of a text, in order."""
        for run in _CHINESE_RUN.findall(normalise(text)):
            yield list(self._jieba.cut(run, HMM=False))

    def tokens(self, text: str) -> list[str]:
        """Tokens for BM25: jieba's search-mode words, numbers, characters and their bigrams, and
        figures however they are written."""
        text = normalise(text)
        return self._cut(text, for_search=True) + characters(text) + figure_tokens(text)

    def _cut(self, text: str, *, for_search: bool) -> list[str]:
        cut = self._jieba.cut_for_search if for_search else self._jieba.cut
        found: list[str] = []
        for run in _RUN.findall(text):
            if _CHINESE_RUN.match(run):
                found.extend(cut(run, HMM=False))
            else:
                found.append(run)
        return found

    def knows(self, word: str) -> bool:
        """Whether a word is in jieba's dictionary or among the terms."""
        return bool(self._jieba.FREQ.get(word))


def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's own words with their counts, and the sum of these; a new copy each time. Parsed once for a user, for that takes
    most of a second."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    plain = jieba.Tokenizer()
    with plain.get_dict_file() as file:
        size = os.fstat(file.fileno()).st_size
        kept = cache_folder() / "words" / f"jieba-{metadata.version('jieba')}-{size}.marshal"
        return _kept_words(kept) or _keep_words(kept, plain.gen_pfdict(file))


def _kept_words(path: Path) -> tuple[dict[str, int], int] | None:
    """What ``_keep_words`` wrote; None if it is not there, is another user's, or not as it was written: marshal would take a
    changed byte for another count, or stop the interpreter."""
    try:
        with path.open("rb") as file:
            is_own = os.fstat(file.fileno()).st_uid in (os.geteuid(), 0)
            kept = file.read() if is_own else b""
    except OSError:
        return None
    seal, words = kept[:SEAL_BYTES], kept[SEAL_BYTES:]
    return marshal.loads(words) if seal == hashlib.sha256(words).digest() else None


def _keep_words(path: Path, words: tuple[dict[str, int], int]) -> tuple[dict[str, int], int]:
    """Writes a parsed dictionary beside the other things that can be made again, if the folder can be written to."""
    written = marshal.dumps(words)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as aside:
            whole = Path(aside) / path.name
            whole.write_bytes(hashlib.sha256(written).digest() + written)
            whole.replace(path)
    return words


@lru_cache(maxsize=4)
def _tokenizer(terms: tuple[str, ...]) -> Any:
    """jieba with further words. Kept, since a build and the reader of its version need the same one."""
    import jieba

    counts, total = _dictionary()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = counts, total
    tokenizer.initialized = True  # without jieba's own cache file in a shared folder
    weights = [tokenizer.suggest_freq(term) for term in terms]
    for term, weight in zip(terms, weights, strict=True):
        tokenizer.add_word(term, weight)
    tokenizer.total = total  # so that how a text is cut depends on the terms that it holds only
    return tokenizer


def characters(text: str) -> list[str]:
    """Characters and character bigrams of each Chinese run, marked so that they are no words."""
    found: list[str] = []
    for run in _CHINESE_RUN.findall(text):
        found += [f"{char}\u2009" for char in run]
        found += [f"{one}{next_}\u2009" for one, next_ in pairwise(run)]
    return found
