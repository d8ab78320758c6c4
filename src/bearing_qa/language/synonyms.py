"""Words that mean the same: a packaged table, the corpus's own ``synonyms.txt``, and abbreviations
that the documents themselves introduce (工业和信息化部（以下简称工信部）).

A table has one group a line, words separated by blanks, ``#`` before a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bearing_qa.errors import DocumentError
from bearing_qa.language.segment import Segmenter, normalise

PACKAGED = Path(__file__).with_name("synonyms.txt")
MAX_WORDS = 12
"""Words of the cut text that one entry may spell: the longest names of offices have ten."""
MAX_NAME_CHARS = 40
"""How far before its abbreviation a full name may begin."""
# （以下简称“工信部”） （简称：工信部） （以下统称市场主体）, after normalising.
_ABBREVIATION = re.compile(
    r"\((?:以下|下)?[简合并统]*称(?:为|作)?[:“\"「『‘《]*([\u3400-\u9fff]{2,10})[”\"」』’》]*(?:,下同)?\)"
)
_NAME_BEFORE = re.compile(r"[\u3400-\u9fff]+$|[《“]([\u3400-\u9fff]+)[》”]$")

Group = tuple[str, ...]


def parse_groups(text: str) -> list[Group]:
    """Groups of a table; lines with fewer than two different words say nothing."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    groups = (tuple(dict.fromkeys(normalise(word) for word in line)) for line in lines)
    return [group for group in groups if len(group) > 1]


def read_groups(path: Path) -> list[Group]:
    """Groups of a table on disk; none if there is no such file.

    Raises DocumentError if it is no UTF-8 text, or no file.
    """
    try:
        return parse_groups(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        what = "is not UTF-8 text"
        if isinstance(error, OSError):
            what = f"cannot be read ({error.strerror or error})"
        raise DocumentError(
            found=f"{path} {what}",
            expected="one group of synonyms a line, words separated by blanks",
            fix="save it as UTF-8, or remove it",
        ) from error


def format_groups(groups: Iterable[Group]) -> str:
    """Groups as ``parse_groups`` reads them."""
    return "".join(f"{' '.join(group)}\n" for group in groups)


class Synonyms:
    """Groups of words that stand for each other. A word may be in several."""

    def __init__(self, groups: Iterable[Group]) -> None:
        others: dict[str, dict[str, None]] = {}
        for group in groups:
            for word in group:
                known = others.setdefault(word, {})
                known.update(dict.fromkeys(other for other in group if other != word))
        self._others = {word: tuple(found) for word, found in others.items()}

    def expand(self, word: str) -> Group:
        """What else a word is called, in the order of the tables; empty if nothing is known."""
        return self._others.get(word, ())

    def spelled_by(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Entries that words side by side spell: (first, stop, entry), longest first, apart.

        Whole words only: 电机 is not found in 发电机组.
        """
        at = 0
        while at < len(words):
            for stop in range(min(len(words), at + MAX_WORDS), at, -1):
                entry = "".join(words[at:stop])
                if entry in self._others:
                    yield at, stop, entry
                    at = stop
                    break
            else:
                at += 1


def mine_abbreviations(texts: Iterable[str], *, segmenter: Segmenter) -> list[Group]:
    """Pairs (full name, abbreviation) that texts introduce, sorted.

    The name is the least run of words before the bracket that holds the abbreviation's characters in
    order and begins with its first; a description (审核工作的机构) is no name. An abbreviation that is a piece of its name says nothing new; one
    that stands for different names (甲方, 项目) is left out.
    """
    names: dict[str, set[str]] = {}
    for text in texts:
        plain = normalise(text) if "称" in text else ""
        for found in _ABBREVIATION.finditer(plain):
            short = found.group(1)
            name = _full_name(plain[: found.start()][-MAX_NAME_CHARS:], short, segmenter)
            if name and short not in name:
                names.setdefault(short, set()).add(name)
    return sorted((*full, short) for short, full in names.items() if len(full) == 1)


def _full_name(before: str, short: str, segmenter: Segmenter) -> str:
    named = _NAME_BEFORE.search(before)
    words = segmenter.words(named.group(1) or named.group()) if named else []
    for first in range(len(words) - 1, -1, -1):
        name = "".join(words[first:])
        if name[0] == short[0] and _holds_in_order(name, short):
            return "" if "的" in name else name
    return ""


def _holds_in_order(name: str, short: str) -> bool:
    rest = iter(name)
    return all(char in rest for char in short)
