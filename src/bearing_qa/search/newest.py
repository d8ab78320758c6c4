"""最新的政府工作报告 names the newest of the documents with such a title."""

from __future__ import annotations

import re
from dataclasses import replace

from bearing_qa.index.catalogue import Catalogue
from bearing_qa.index.segment import normalise
from bearing_qa.search.scope import EVERYTHING, Scope

_FORMS = (
    r"报告|讲话|致辞|通知|通报|公报|公告|规划|纲要|计划|方案|意见|办法|条例|规定|细则|决定|决议|"
    r"法|解释|批复|复函|要点"
)
"""What policy texts call themselves."""
_NEWEST = re.compile(
    r"(?:最新|最近)(?:一?[份版期次个部]|发布|公布|印发|出台|修订|修正)*的?"
    rf"(?=(?P<name>[\u4e00-\u9fff]{{0,16}}?(?:{_FORMS})))"
)


def newest(catalogue: Catalogue, text: str, *, scope: Scope) -> tuple[str, Scope]:
    """A question without 最新的, and the newest of the documents whose title has the words behind it; both as
    they were if it asks for none, if no such title is there, or if a scope was chosen."""
    asked = _NEWEST.search(text)
    if asked is None or scope != EVERYTHING:
        return text, scope
    name = normalise(asked["name"])
    dated = [
        (entry.metadata.get("date", ""), entry.doc_id)
        for entry in catalogue.entries
        if name in normalise(entry.title) and entry.metadata.get("date")
    ]
    if not dated:
        return text, scope
    last = max(date for date, _ in dated)
    ids = tuple(doc_id for date, doc_id in dated if date == last)
    return text[: asked.start()] + text[asked.end() :], replace(scope, documents=ids)
