"""Text → tokens for the lexical leg: jieba words, characters and character bigrams in one field.

jieba alone breaks domain terms (盾构机主轴承) and meets none of them in a question that breaks them
otherwise; characters alone know no words. Together they are as good as the better one on every
public set (see ARCHITECTURE.md). Words
that jieba's own dictionary lacks are mined from the corpus when the index is built and kept in the
index version, so that questions are cut as the passages were.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import Any

from bearing_qa.index.numerals import figure_tokens
from bearing_qa.index.variants import simplify

_CHINESE = r"\u3400-\u9fff\U00020000-\U0002fa1f"
_BLANK_IN_TEXT = re.compile(rf"(?<=[{_CHINESE}％%])\s+|\s+(?=[{_CHINESE}％%])")
_RUN = re.compile(rf"[{_CHINESE}]+|[a-z0-9]+(?:[.\-][a-z0-9]+)*")
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]+")
_TAGGED = re.compile(r"^(\S{2,}) \d+ (nr|nrt|nrfg|ns|nt|nz|n|vn)\s*$", re.MULTILINE)
"""A line of jieba's dictionary with a name or a noun of two characters or more."""
_NAME_TAGS = frozenset({"nr", "nrt", "nrfg", "ns", "nt", "nz"})
"""jieba's tags of names: people, places, bodies, others."""
_NOUN_TAGS = frozenset({"n", "nz"})
_VERBAL_TAG = "vn"
"""Its tags of nouns, and of verbs that are nouns too (出口)."""
TAGGED_TEXTS = 2048
"""Sentences whose names are kept, half a megabyte: the tagger takes a millisecond for one."""
KEPT_TEXTS, KEPT_CHARS = 8192, 120
"""Texts whose normal form is kept, the headings, names and short sentences that question after question looks at; and how
long they may be: five megabytes."""
MIN_NAME_COUNT = 20
"""Names that jieba's dictionary counted less often are too often no names at all."""


_AREAS = frozenset("省市县区州镇乡")
"""How names of areas that somebody governs end."""
_CITY = "城市"
_NO_NAME = frozenset(
    "的在由对和与及从向到是为被把以于将让给用按经各全本该某每几多哪那这我你他一二两三四五六七八九十百千万年月日第等个新老旧大小上中下城乡外内"
)
"""Characters that stand before 市 or 县 without being of a name."""


_SOME = frozenset(
    {"哪", "哪一", "哪个", "一", "一个", "各", "每", "每个", "某", "某个", "几", "几个"}
)
"""Words before what is no name."""
_GOES_ON = frozenset("有共是会还又再也能可应须需")
"""Characters that stand behind the name of an area."""
_PLACE = "ns"
"""jieba's tag of places."""


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, lower case, simplified characters, years in figures, no blanks
    beside Chinese characters."""
    return _normalised_before(text) if len(text) <= KEPT_CHARS else _normalised(text)


def _normalised(text: str) -> str:
    return simplify(_BLANK_IN_TEXT.sub("", unicodedata.normalize("NFKC", text).lower()))


_normalised_before = lru_cache(KEPT_TEXTS)(_normalised)


class Segmenter:
    """Cuts text into tokens. ``terms`` are words added to jieba's dictionary, in order.

    jieba's dictionary is parsed at the first use in a process; no cache file is written. How a text is cut
    depends on the terms that stand in it, and on no others.
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

    def proper_nouns(self, text: str) -> list[str]:
        """Names of places, people and bodies in a text, by jieba's dictionary."""
        return [
            word
            for word in self.words(text)
            if _is_name(word) and self._jieba.FREQ.get(word, 0) >= MIN_NAME_COUNT
        ]

    def knows(self, word: str) -> bool:
        """Whether a word is in jieba's dictionary or among the terms."""
        return bool(self._jieba.FREQ.get(word))


@lru_cache(maxsize=TAGGED_TEXTS)
def area_names(text: str) -> tuple[str, ...]:
    """Names in a text of areas that somebody governs: 临海市, 云溪县; also of those that jieba hardly knows, or not at all."""
    words = Segmenter().words(text)
    found: list[str] = []
    for at, word in enumerate(words):
        if word in _AREAS or word == _CITY:
            before = _area_before(words, at)
            found += [before + word] if before else []
        elif _is_name(word) and area_stem(word):
            found.append(word)
    return tuple(dict.fromkeys(found))


def area_stem(name: str) -> str:
    """临海 of 临海市; empty if a name is not one of an area, or too short to be told from another word without its end."""
    return name[:-1] if len(name) > 2 and name[-1] in _AREAS else ""


def _area_before(words: Sequence[str], at: int) -> str:
    """The name that 市, 县 or the like ends at a place: a word that is a place's, or two single characters where what
    follows is no third one (青岚市财政, but not 做军市令); empty if it is none."""
    last = "".join(words[max(at - 1, 0) : at])
    if words[at] == _CITY:  # 禾城市, which jieba cuts into 禾 and 城市
        return last if len(last) == 1 and last not in _NO_NAME and _CHINESE_RUN.match(last) else ""
    if len(last) > 1:
        is_some = "".join(words[max(at - 2, 0) : at - 1]) in _SOME  # 哪一大洋区
        return last if _tags().get(last) == _PLACE and not is_some else ""
    pair = [word for word in words[max(at - 2, 0) : at] if len(word) == 1 and word not in _NO_NAME]
    next_ = "".join(words[at + 1 : at + 2])
    ends = len(next_) != 1 or next_ in _NO_NAME or next_ in _GOES_ON
    is_name = len(pair) == 2 and all(map(_CHINESE_RUN.fullmatch, pair)) and ends
    return "".join(pair) if is_name else ""


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's own words with their counts, and the sum of these; parsed once (about a second)."""
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    plain = jieba.Tokenizer()
    counts, total = plain.gen_pfdict(plain.get_dict_file())
    return counts, total


@lru_cache(maxsize=4)
def _tokenizer(terms: tuple[str, ...]) -> Any:
    """jieba with further words. Kept, since a build and the reader of its version need the same one."""
    import jieba

    counts, total = _dictionary()
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = dict(counts) if terms else counts, total
    tokenizer.initialized = True  # without jieba's own cache file in a shared folder
    weights = [tokenizer.suggest_freq(term) for term in terms]
    for term, weight in zip(terms, weights, strict=True):
        tokenizer.add_word(term, weight)
    tokenizer.total = total  # so that how a text is cut depends on the terms that it holds only
    return tokenizer


@cache
def _tags() -> dict[str, str]:
    """Tags of the names and nouns in jieba's dictionary."""
    with _tokenizer(()).get_dict_file() as stream:
        return dict(_TAGGED.findall(stream.read().decode("utf-8")))


def _is_name(word: str) -> bool:
    return _tags().get(word) in _NAME_TAGS


def is_noun(word: str, *, or_verbal: bool = False) -> bool:
    """Whether jieba's dictionary knows a word, or the end of a longer one (粮食产量), as a noun; ``or_verbal`` takes those
    that are verbs too (出口)."""
    known = (_tags().get(part) for part in (word, word[-2:]))
    tag = next((tag for tag in known if tag in _NOUN_TAGS or tag == _VERBAL_TAG), "")
    return bool(tag) and (or_verbal or tag != _VERBAL_TAG)


@lru_cache(maxsize=TAGGED_TEXTS)
def person_names(text: str) -> tuple[str, ...]:
    """What jieba's tagger takes for the names of people in a text of simplified characters."""
    return tuple(word for word, tag in _tagger().cut(text) if tag == "nr")


@cache
def _tagger() -> Any:
    import jieba.posseg

    tagger = jieba.posseg.dt  # with the dictionary that is parsed already
    tagger.tokenizer = _tokenizer(())
    return tagger


def characters(text: str) -> list[str]:
    """Characters and character bigrams of each Chinese run, marked so that they are no words."""
    found: list[str] = []
    for run in _CHINESE_RUN.findall(text):
        found += [f"{char}\u2009" for char in run]
        found += [f"{one}{next_}\u2009" for one, next_ in pairwise(run)]
    return found
