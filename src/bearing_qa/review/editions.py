"""Documents of one title: which edition is in force.

Since when one is, its sidecar says (``effective``), else its text (自2024年9月1日起施行), else its date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bearing_qa.language.dates import DAY, iso_date
from bearing_qa.review.comparable import comparable
from bearing_qa.search.cache import kept
from bearing_qa.store.protocol import Documents, Entry

_IN_FORCE = re.compile(rf"自\s*{DAY}\s*起(?:施行|实施|执行|生效)")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
"""What a title has in brackets: （2022年修订）, （试行）."""
_COUNTRY = "中华人民共和国"
MIN_SHORT_TITLE_CHARS = 2
MIN_BEGINNING_CHARS = 8


@dataclass(frozen=True, slots=True)
class Edition:
    """A document as an edition, and since when it is in force, ISO; empty if that is not known."""

    doc_id: str
    title: str
    since: str


def title_key(title: str) -> str:
    """A title as editions are known by: without brackets and the country's name."""
    return comparable(_ASIDE.sub("", title)).text.removeprefix(_COUNTRY)


def edition_of(entry: Entry, text: str) -> Edition:
    """A document's edition by its text and metadata."""
    metadata = entry.metadata
    found = _IN_FORCE.search(text)
    since = metadata.get("effective") or (iso_date(found) if found else "")
    return Edition(entry.doc_id, entry.title, since or metadata.get("date", ""))


@kept(most=1)
def _editions_by_key(catalogue: Documents, _: str) -> dict[str, list[Edition]]:
    """The editions of each title, the newest last: read once for an open version, since every text is looked at."""
    groups: dict[str, list[Edition]] = {}
    for entry in catalogue.entries:
        text, _sections = catalogue.outline(entry.doc_id)
        groups.setdefault(title_key(entry.title), []).append(edition_of(entry, text))
    for own in groups.values():
        own.sort(key=lambda edition: (edition.since, edition.doc_id))
    return groups


class Editions:
    """The editions of a corpus."""

    def __init__(self, catalogue: Documents) -> None:
        self._catalogue = catalogue

    @property
    def _by_key(self) -> dict[str, list[Edition]]:
        return _editions_by_key(self._catalogue, "")

    @cached_property
    def _key_of(self) -> dict[str, str]:
        return {edition.doc_id: key for key, own in self._by_key.items() for edition in own}

    def named(self, title: str) -> list[Edition]:
        """The editions of a title as a draft writes it, the newest last; of a short one (《条例》) none."""
        key = title_key(title)
        if key in self._by_key:
            return self._by_key[key]
        if len(key) <= MIN_SHORT_TITLE_CHARS:
            return []
        like = [known for known in self._by_key if known.endswith(key) or key.endswith(known)]
        if (
            not like and len(key) >= MIN_BEGINNING_CHARS
        ):  # a title without what stands behind its dash
            like = [known for known in self._by_key if known.startswith(key)]
        return self._by_key[like[0]] if len(like) == 1 else []

    def since(self, doc_id: str) -> str:
        """Since when a document is in force, ISO; empty if that is not known."""
        own = self._by_key[self._key_of[doc_id]]
        return next(edition.since for edition in own if edition.doc_id == doc_id)

    def newer(self, doc_id: str) -> Iterator[Edition]:
        """The editions in force after a document's own, the newest first."""
        own = self._by_key[self._key_of[doc_id]]
        at = next(number for number, edition in enumerate(own) if edition.doc_id == doc_id)
        yield from (e for e in reversed(own[at + 1 :]) if e.since > own[at].since)

    def keys(self) -> list[str]:
        """The titles of all documents, as editions are known by."""
        return list(self._by_key)

    def of_key(self, key: str) -> list[Edition]:
        """The editions of a title, the newest last."""
        return self._by_key.get(key, [])
