"""The part of a corpus that a question is asked of: some documents, issuers, kinds, dates, sections.

A scope becomes the part of the catalogue that lies inside it. What lies outside takes no part in the
ranking and is neither shown nor cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from bearing_qa.errors import QuestionError
from bearing_qa.language.segment import normalise
from bearing_qa.search.cache import kept
from bearing_qa.search.relations import title_words
from bearing_qa.store.headings import headings_above
from bearing_qa.store.protocol import Documents, Entry, Part
from bearing_qa.types import Parsed

MAX_SCOPES = 16
"""Scopes whose rows are kept for an open version; an open page asks of a few."""
MAX_SHOWN = 5
"""Documents named where a scope holds nothing."""
MAX_SHOWN_CHARS = 24

# 2024 · 2024-05 · 2024-05-01, also with 年月日, dots or strokes; a document's date may go on (a time).
_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-./年](?P<month>\d{1,2})(?:[-./月](?P<day>\d{1,2})(?!\d))?)?(?P<rest>.*)",
    re.S,
)


KINDS = (
    *(
        "条例",
        "规定",
        "办法",
        "细则",
        "规则",
        "解释",
        "法",
        "通知",
        "意见",
        "决定",
        "决议",
        "公报",
        "公告",
        "通告",
        "通报",
        "批复",
        "函",
        "纪要",
    ),
    *(
        "规划",
        "计划",
        "纲要",
        "方案",
        "要点",
        "报告",
        "讲话",
        "致辞",
        "标准",
        "规范",
        "指南",
        "章程",
        "准则",
    ),
)
"""What policy documents call themselves at the end of their titles."""
_OPENS, _CLOSES = "（(〔", "）)〕"
_ISSUERS = ("issuer", "author", "speaker")
"""Metadata that name who answers for a document, the first that is there."""
_YEARS_FROM_NOW = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an answer may come from. Of several documents or sections any will do.

    ``documents``: an id, the beginning of one, a pattern with ``*``, a file, or words of a title.
    ``first`` and ``last``: days (2024-05-01) that a document's date lies between.
    ``sections``: words that a heading path holds, or a marker (第三章).
    ``issuers``: words of who issues, writes or speaks; ``kinds``: what titles end with (通知, 条例), words in brackets aside.
    """

    documents: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    sections: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    in_force: bool = False
    """Without older editions, what a sidecar says is replaced, and what is no longer in force by its sidecar's ``expires``."""

    def holds(self, parsed: Parsed, section: int) -> bool:
        """Whether a section of a document in scope is in scope itself."""
        above = headings_above(parsed.document.text, parsed.sections, section)
        return not self.sections or any(map(above.say, self.sections))


EVERYTHING = Scope()
"""The whole corpus."""


def make_scope(
    *,
    documents: Sequence[str] = (),
    first: str = "",
    last: str = "",
    sections: Sequence[str] = (),
    issuers: Sequence[str] = (),
    kinds: Sequence[str] = (),
    in_force: bool = False,
) -> Scope:
    """A scope from what a user gives; dates as a year, a month or a day, ends included.

    Raises QuestionError if a date is none or the range is turned round.
    """
    low = _days(first)[0] if first.strip() else ""
    high = _days(last)[1] if last.strip() else ""
    if low and high and low > high:
        raise QuestionError(
            found=f"起始日期 {first} 晚于截止日期 {last} / the first date, {first}, is after the last, {last}",
            expected="起始在前，截止在后 / the first before the last",
            fix="请对调 / exchange them",
        )
    named, headed, issued, called = (
        tuple(word.strip() for word in words if word.strip())
        for words in (documents, sections, issuers, kinds)
    )
    return Scope(named, low, high, headed, issued, called, in_force)


def _days(text: str) -> tuple[str, str]:
    """First and last day of a year, a month or a day, or of a year named from today: 去年."""
    named = normalise(text.strip())
    if named in _YEARS_FROM_NOW:
        named = str(date.today().year + _YEARS_FROM_NOW[named])
    found = _DATE.fullmatch(named)
    span = _span(found) if found and found["rest"] in ("", "年", "月", "日") else None
    if span is None:
        raise QuestionError(
            found=f"“{text.strip()}”不是日期 / {text.strip()!r} is not a date",
            expected="年、月或日 / a year, a month or a day",
            fix="请写成 2024、2024年5月、2024-05-01 或 去年 / write 2024, 2024-05 or 2024-05-01",
        )
    return span


def _span(found: re.Match[str]) -> tuple[str, str] | None:
    """First and last day of what a date says; every month may have 31 days here."""
    month, day = found["month"] or "", found["day"] or ""
    if not (1 <= int(month or 1) <= 12 and 1 <= int(day or 1) <= 31):
        return None
    months, days = (month or "1", month or "12"), (day or "1", day or "31")
    low, high = (f"{found['year']}-{m:0>2}-{d:0>2}" for m, d in zip(months, days, strict=True))
    return low, high


def part_inside(catalogue: Documents, scope: Scope) -> Part | None:
    """The part of the corpus that a scope is; None for all of it.

    Raises QuestionError if nothing is in it.
    """
    return None if scope == EVERYTHING else _part_inside(catalogue, scope)


@kept(most=MAX_SCOPES)
def _part_inside(catalogue: Documents, scope: Scope) -> Part:
    dated = _documents_inside(catalogue.entries, scope)
    part = catalogue.part([(e.first, e.stop) for e in dated], sections=scope.sections)
    if not len(part.rows):
        raise QuestionError(
            found=f"没有标题含有“{'”或“'.join(scope.sections)}” / no heading holds {' or '.join(map(repr, scope.sections))}",
            expected=f"这 {len(dated)} 个文件的标题中的词：{_shown(dated)} / words of a heading of these {len(dated)} documents: {_shown(dated)}",
            fix="请写标题中的词或编号（第三章） / take words or a marker (第三章) of a heading; bearing-qa outline FILE shows them",
        )
    return part


def _documents_inside(entries: Sequence[Entry], scope: Scope) -> list[Entry]:
    for word in scope.documents:
        if not _named(entries, word):
            raise QuestionError(
                found=f"没有名为“{word}”的文件 / no document is named {word!r}",
                expected=f"{len(entries)} 个文件之一：{_shown(entries)} / one of the {len(entries)} documents: {_shown(entries)}",
                fix="请写文件编号或标题中的词 / name one by its id, a pattern with *, or words of its title",
            )
    named = {e.doc_id for word in scope.documents for e in _named(entries, word)}
    kept = [e for e in entries if not scope.documents or e.doc_id in named]
    kept = _of_issuers(kept, scope.issuers)
    kept = _of_kinds(kept, scope.kinds)
    kept = _in_force(kept, entries) if scope.in_force else kept
    dated = [e for e in kept if _is_between(e, scope)]
    if not dated:
        raise QuestionError(
            found=f"{scope.first or '…'} 至 {scope.last or '…'} 之间没有文件 / no document is dated {scope.first or '…'} to {scope.last or '…'}",
            expected=f"{len(kept)} 个文件的日期：{_shown(kept)} / dates of {len(kept)} documents: {_shown(kept)}",
            fix="请放宽或不填日期 / widen --from and --to, or leave them out",
        )
    return dated


def issuer_of(entry: Entry) -> str:
    """Who issues, writes or speaks, as far as a document's metadata say."""
    return next((entry.metadata[key] for key in _ISSUERS if entry.metadata.get(key)), "")


def kind_of(entry: Entry) -> str:
    """What a document is by its title: 条例, 通知; empty where it ends with no such word."""
    title = _without_asides(normalise(entry.title))
    return next((kind for kind in KINDS if title.endswith(kind)), "")


def _without_asides(title: str) -> str:
    """A title without the brackets at its end, whatever stands in them: 通知（国办发〔2020〕1号）（节选）."""
    depth = 0
    for at in range(len(title) - 1, -1, -1):
        if not depth and title[at] not in _CLOSES and not title[at].isspace():
            return title[: at + 1]
        depth += (title[at] in _CLOSES) - (title[at] in _OPENS)
    return title


def _of_issuers(entries: Sequence[Entry], issuers: Sequence[str]) -> list[Entry]:
    """The entries that one of some issuers issued; all of them for none."""
    wanted = [normalise(word) for word in issuers]
    kept = [e for e in entries if not wanted or any(w in normalise(issuer_of(e)) for w in wanted)]
    if not kept:
        known = sorted({issuer_of(entry) for entry in entries if issuer_of(entry)})
        raise _none_of("发文机关或讲话人", "issuer or speaker", issuers, known)
    return kept


def _of_kinds(entries: Sequence[Entry], kinds: Sequence[str]) -> list[Entry]:
    """The entries of some kinds; all of them for none."""
    titles = {entry.doc_id: _without_asides(normalise(entry.title)) for entry in entries}
    ends = tuple(map(normalise, kinds))
    kept = [entry for entry in entries if not ends or titles[entry.doc_id].endswith(ends)]
    if not kept:
        known = sorted({kind_of(entry) for entry in entries if kind_of(entry)})
        raise _none_of("文种", "kind", kinds, known)
    return kept


def _in_force(kept: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """The entries that no other one of the corpus is a newer edition of or replaces, and that have not expired."""
    newest: dict[str, str] = {}
    for entry in entries:
        title = title_words(entry.title)
        newest[title] = max(newest.get(title, ""), entry.metadata.get("date", ""))
    named = [entry.metadata.get("replaces", "") for entry in entries]
    replaced = {*filter(None, named), *map(title_words, filter(None, named))}
    today = date.today().isoformat()

    def holds(entry: Entry) -> bool:
        title, day = title_words(entry.title), entry.metadata.get("date", "")
        is_newest = not day or day == newest[title]
        is_replaced = bool({entry.doc_id, title} & replaced)
        return is_newest and not is_replaced and entry.metadata.get("expires", "9999") >= today

    found = [entry for entry in kept if holds(entry)]
    if not found:
        raise QuestionError(
            found="这个范围内没有现行的文件 / no document in this scope is in force",
            expected="新近的版本 / newer editions",
            fix="请放宽范围，或不只看现行的 / widen the scope, or leave --in-force out",
        )
    return found


def _none_of(what: str, english: str, asked: Sequence[str], known: Sequence[str]) -> QuestionError:
    shown = "、".join(map(_short, known[:MAX_SHOWN]))
    if not known:
        return QuestionError(
            found=f"这个范围内的文件都没有注明{what} / no document in this scope says its {english}",
            expected="不填这一项 / none asked for",
            fix="请不填，或在资料页更正文件信息 / leave it out, or correct the documents' details on the library page",
        )
    return QuestionError(
        found=f"没有{what}为“{'”或“'.join(asked)}”的文件 / no document has the {english} {' or '.join(asked)}",
        expected=f"其中之一：{shown} / one of: {shown}",
        fix="请改写或不填 / write another, or leave it out",
    )


def _named(entries: Sequence[Entry], word: str) -> list[Entry]:
    """Documents that a word names: by its whole id, else by pattern, beginning, file or title."""
    exact = [entry for entry in entries if entry.doc_id == word]
    return exact or [entry for entry in entries if _is_named(entry, word)]


def _is_named(entry: Entry, word: str) -> bool:
    doc_id, title, folded = normalise(entry.doc_id), normalise(entry.title), normalise(word)
    return (
        folded in doc_id
        or fnmatchcase(doc_id, folded)
        or normalise(entry.source) == folded
        or all(part in title for part in map(normalise, word.split()))
    )


def _is_between(entry: Entry, scope: Scope) -> bool:
    """Whether a document's date, which may be a mere year, touches a scope's range."""
    if not scope.first and not scope.last:
        return True
    found = _DATE.match(normalise(entry.metadata.get("date", "")))
    span = _span(found) if found else None
    return span is not None and span[1] >= scope.first and (not scope.last or span[0] <= scope.last)


def _shown(entries: Sequence[Entry]) -> str:
    """The first documents with their dates, shortened."""
    names = [
        _short(entry.doc_id) + (f" ({date})" if (date := entry.metadata.get("date")) else "")
        for entry in entries[:MAX_SHOWN]
    ]
    return "、".join(names) + (" …" if len(entries) > MAX_SHOWN else "")


def _short(name: str) -> str:
    return name if len(name) <= MAX_SHOWN_CHARS else name[: MAX_SHOWN_CHARS - 1] + "…"
