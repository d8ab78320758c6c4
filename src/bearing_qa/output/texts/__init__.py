"""Every word that the page shows, in Chinese and English. The corpus's own words stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bearing_qa.output.texts import (
    ask,
    check,
    clippings,
    compare,
    digest,
    document,
    evaluate,
    library,
    notes,
    page,
    server,
)

Language = Literal["zh", "en"]

MODULES = (page, check, compare, digest, ask, clippings, document, evaluate, library, notes, server)
"""One module a view of the page."""

WORDS: Mapping[str, tuple[str, str]] = {
    key: words for module in MODULES for key, words in module.WORDS.items()
}
"""Key → Chinese, English; ``{name}`` is filled in. A key stands in one module (a test counts them)."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: ``words("page", first=7)``."""

    language: Language = "zh"

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, values filled in."""
        return WORDS[key][self.language == "en"].format(**values)

    def side_of(self, text: str) -> str:
        """This language's part of words that are written 中文 / English; other words as they are."""
        chinese, slash, english = text.partition(" / ")
        return (english if self.language == "en" else chinese) if slash else text

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return ", " if self.language == "en" else "、"


CHINESE, ENGLISH = Words("zh"), Words("en")


def words_for(accept_language: str) -> Words:
    """The words for a browser by its ``Accept-Language``: Chinese if it says so or says nothing."""
    first = accept_language.partition(",")[0].strip().lower()
    return Words("zh" if not first or first.startswith(("zh", "*")) else "en")
