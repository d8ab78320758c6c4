"""What a question names exactly, a year or a code, and what answers it names another: quoted with its neighbour, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bearing_qa.answer.read import Candidate, Said
from bearing_qa.answer.reasons import reason
from bearing_qa.language.codes import codes_in, holds_code
from bearing_qa.language.dates import calendar_years, years_in
from bearing_qa.language.segment import normalise
from bearing_qa.search.question import Question
from bearing_qa.types import Citation


def with_what_is_named(question: Question, candidate: Candidate, chosen: list[Said]) -> list[Said]:
    """The chosen units with the next ones that name the year or the code of a question, where these name others only:
    …2023年…，增长4.1%；2022年…，下降3.5%。 is quoted whole when 2022 is asked for."""
    readable = candidate.readable
    texts = dict(zip(readable.units, readable.texts, strict=True))
    for names_in in (calendar_years, codes_in):
        asked = names_in(normalise(question.text))
        said = [names_in(normalise(texts[own.span])) for own in chosen if own.span in texts]
        if not asked or not any(said) or any(asked & names for names in said):
            continue
        spans = [own.span for own in chosen]
        chosen = [
            own
            for at, own in enumerate(candidate.said)
            if own.span in spans
            or (
                asked & names_in(normalise(texts.get(own.span, "")))
                and any(n.span in spans for n in candidate.said[max(at - 1, 0) : at + 2])
            )
        ]
    return chosen


def said_of_another(question: Question, candidate: Candidate, citations: Sequence[Citation]) -> str:
    """What tells, in words, that an answer is of another year or another code (a contract's, a device's, a telephone
    number) than the one asked for; empty if nothing does.

    A year is another one where the quoted words name some year, and neither they nor what stands above them name the
    one asked for; a code also where the document has it nowhere.
    """
    document = candidate.readable.parsed.document
    quoted = "\n".join(citation.text for citation in citations)
    above = "\n".join([document.title, document.metadata.get("date", ""), candidate.readable.path])
    above += "\n".join(name for citation in citations for name in citation.section)
    asked, said = calendar_years(normalise(question.text)), calendar_years(normalise(quoted))
    if asked and said and not asked & years_in(normalise(f"{quoted}\n{above}")):
        return reason("other", said=_listed(said, "年"), asked=_listed(asked, "年"))
    codes = codes_in(question.text)
    if codes and not any(holds_code(f"{quoted}\n{above}", code) for code in codes):
        others = codes_in(quoted)
        if others:
            return reason("other", said=_listed(others), asked=_listed(codes))
        if not any(holds_code(document.text, code) for code in codes):
            return reason("code", codes=_listed(codes))
    return ""


def _listed(names: Iterable[str], unit: str = "") -> str:
    return "、".join(f"{name.upper()}{unit}" for name in sorted(names))
