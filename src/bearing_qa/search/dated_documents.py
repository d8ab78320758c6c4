"""最新的政府工作报告, 2013年的政府工作报告: a document that a question names by its date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bearing_qa.language.dates import YEAR
from bearing_qa.language.segment import normalise
from bearing_qa.search.scope import EVERYTHING, Scope
from bearing_qa.store.protocol import Documents, Entry

_FORMS = (
    r"报告|讲话|致辞|通知|通报|公报|公告|规划|纲要|计划(?!生育)|方案|意见|办法|条例|规定|细则|决定(?!性)|决议|"
    r"法(?![院律规人制定治])|解释|批复|复函|要点"
)
"""What policy texts call themselves; 法院 and 计划生育 are other words."""
_NAMED = re.compile(
    rf"(?:(?:最新|最近)(?:一?[份版期次个部]|发布|公布|印发|出台|修订|修正)*|(?P<year>{YEAR})\s*年)的?"
    rf"(?=(?P<name>[\u4e00-\u9fff]{{0,16}}?(?:{_FORMS})))"
)


def named_by_date(catalogue: Documents, text: str, *, scope: Scope) -> tuple[str, Scope]:
    """A question without 最新的 or 2013年的 before words of a title, and the documents that it names; both as
    they were if it names none, if there is no such title, or if a scope was chosen."""
    asked = _NAMED.search(text)
    if asked is None or scope != EVERYTHING:
        return text, scope
    name = normalise(asked["name"])
    titled = [entry for entry in catalogue.entries if name in normalise(entry.title)]
    kept = _of_year(titled, asked["year"]) if asked["year"] else _newest(titled)
    if not kept:
        return text, scope
    ids = tuple(entry.doc_id for entry in kept)
    return text[: asked.start()] + text[asked.end() :], replace(scope, documents=ids)


def _date(entry: Entry) -> str:
    return entry.metadata.get("date", "")


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of the last date; none if none has one."""
    last = max(map(_date, entries), default="")
    return [entry for entry in entries if last and _date(entry) == last]


def _of_year(entries: Sequence[Entry], year: str) -> list[Entry]:
    """The entries of a year, by date or, without one, by id; none if all are, for then nothing is told apart."""
    kept = [e for e in entries if _date(e).startswith(year) or (not _date(e) and year in e.doc_id)]
    return kept if len(kept) < len(entries) else []
