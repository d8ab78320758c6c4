"""A language model's reply → the draft of an answer: the units that it names, or its sentences as far as these entail them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bearing_qa.answer.compose import taking_back
from bearing_qa.answer.documents import label_of
from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.entailment import content_words, fault_of
from bearing_qa.answer.model_reply import Sentence
from bearing_qa.answer.offered import Offered, Unit
from bearing_qa.language.segment import Segmenter

MAX_SENTENCES, MAX_UNITS = 8, 12
"""More is no short answer."""
MAX_DROPPED = 20
"""Dropped sentences that are reported."""
MAX_SHOWN_CHARS = 200
"""Of a dropped sentence."""

Dropped = tuple[tuple[str, str], ...]
"""Sentences that are not shown, each with the reason."""


def chosen_draft(numbers: Sequence[int], units: Mapping[int, Unit]) -> tuple[Draft, Dropped]:
    """The units that a model names, in their own words, in its order; and the numbers that are not used."""
    known = [number for number in numbers if number in units]
    unused = [(f"S{n}", _unknown([n])) for n in numbers if n not in units]
    unused += [(f"S{n}", f"超出 {MAX_UNITS} 处") for n in known[MAX_UNITS:]]
    said = [(units[number].words, [units[number]]) for number in known[:MAX_UNITS]]
    return _joined(said, joint="；"), tuple(unused[:MAX_DROPPED])


def worded_draft(
    sentences: Sequence[Sentence],
    units: Mapping[int, Unit],
    offered: Sequence[Offered],
    segmenter: Segmenter,
) -> tuple[Draft, Dropped]:
    """The sentences that what they name entails, each under its document's label where several documents are cited; and
    the others with the reasons."""
    around = {
        unit.number: f"{passage.title}\n{passage.path}"
        for passage in offered
        for unit in passage.units
    }
    kept: list[tuple[Sentence, list[Unit]]] = []
    dropped: list[tuple[str, str]] = []
    for sentence in sentences:
        fault = _fault(sentence, units, around, segmenter)
        if not fault and len(kept) == MAX_SENTENCES:
            fault = f"超出 {MAX_SENTENCES} 句"
        if fault:
            dropped.append((sentence.words[:MAX_SHOWN_CHARS], fault))
        else:
            kept.append((sentence, [units[number] for number in sentence.units]))
    said = [(sentence.words, cited) for sentence, cited in kept]
    return _joined(said, joint="。"), tuple(dropped[:MAX_DROPPED])


def _fault(
    sentence: Sentence,
    units: Mapping[int, Unit],
    around: Mapping[int, str],
    segmenter: Segmenter,
) -> str:
    """Why a sentence is not shown, in words; empty if it is."""
    if not sentence.units:
        return "没有注明出处"
    unknown = [number for number in sentence.units if number not in units]
    if unknown:
        return _unknown(unknown)
    cited = [units[number] for number in sentence.units]
    if len({unit.doc_id for unit in cited}) > 1:
        return "把几份文件的话合成了一句"
    return fault_of(
        sentence.words,
        spans=[unit.words for unit in cited],
        around="\n".join(dict.fromkeys(around[unit.number] for unit in cited)),
        segmenter=segmenter,
    )


def _unknown(numbers: Sequence[int]) -> str:
    return f"没有编号为{'、'.join(f'S{number}' for number in numbers)}的原文"


def _joined(said: Sequence[tuple[str, list[Unit]]], *, joint: str) -> Draft:
    """Words with the units that they stand on, each document under its label where there are several; behind them the
    sentences that take them back (law 10), as the document has them."""
    draft, before = Draft(joint=joint), ""
    is_mixed = len({cited[0].doc_id for _, cited in said}) > 1
    cited_at = {_place(unit.slices[0]) for _, cited in said for unit in cited}
    for words, cited in said:
        slices = [slice_ for unit in cited for slice_ in unit.slices]
        label, span = label_of(cited[0].slices[0][0])
        if is_mixed and label and cited[0].doc_id != before:
            words, slices = f"{label}：{words}", [span, *slices]
        draft.add(words, *slices)
        before = cited[0].doc_id
        for exception in [one for unit in cited for one in _exceptions(unit)]:
            if _place(exception) not in cited_at:
                cited_at.add(_place(exception))
                draft.add(exception[0].document.text[exception[2] : exception[3]], exception)
    return draft


def _exceptions(unit: Unit) -> Iterator[CitedSlice]:
    """The sentences right behind a unit of running text that begin by taking it back."""
    parsed, kind, _, end, score = unit.slices[0]
    for first, last in taking_back(parsed, end) if kind == "text" else ():
        yield parsed, kind, first, last, score


def _place(cited: CitedSlice) -> tuple[str, int]:
    return cited[0].document.doc_id, cited[2]


def named_in(missing: str, question: str, segmenter: Segmenter) -> str:
    """What a model says is not answered, if these are words of the question: it may tell nothing of its own."""
    words = content_words(missing, segmenter=segmenter)
    return missing if words and all(word in question for word in words) else ""
