"""A language model reads what was found once more: it says which units answer, or that none does, and may put them in words.

It has the reader's own contract: the question and the best passages, cut into numbered units; what it gives back are
numbers. Quotations are inserted by us. Each sentence that it writes has to be entailed by the units that it names
(``entailment``); what is not is dropped and reported. Where nothing is left, or there is no reply that can be used, the
reader's own answer stands.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bearing_qa.answer.candidates import Finding
from bearing_qa.answer.chat import ChatModel, ChatReply
from bearing_qa.answer.citations import citations_of
from bearing_qa.answer.documents import label_of
from bearing_qa.answer.draft import Draft
from bearing_qa.answer.entailment import content_words, fault_of
from bearing_qa.answer.guard import WORKED_OUT
from bearing_qa.answer.model_messages import SCHEMAS, messages
from bearing_qa.answer.model_reply import Reply, Sentence, read_reply
from bearing_qa.answer.offered import Offered, Unit, offer
from bearing_qa.answer.reasons import NOT_FOUND, reason
from bearing_qa.answer.recognition import what_is_unsure
from bearing_qa.errors import ModelError
from bearing_qa.language.segment import Segmenter
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, ModelMode, ModelReading

FEWER_PASSAGES = 6
"""For the second try, where a request was refused: its passages may have been more than the model's context takes."""
MAX_SENTENCES, MAX_UNITS = 8, 12
"""More is no short answer."""
MAX_DROPPED = 20
"""Dropped sentences that are reported."""
MAX_SHOWN_CHARS = 200
"""Of a dropped sentence."""
_LOG = logging.getLogger(__name__)

Dropped = tuple[tuple[str, str], ...]
"""Sentences that are not shown, each with the reason."""


@dataclass(frozen=True, slots=True)
class SecondReader:
    """A model that reads after the reader, and how it is asked."""

    chat: ChatModel
    mode: ModelMode = "sentences"

    def read(self, index: Index, own: Answer, findings: Sequence[Finding]) -> Answer:
        """The answer of the model, as far as it is entailed by what it cites, or its refusal; else the reader's ``own``."""
        if WORKED_OUT in own.text:
            return self._stands(own, "算出来的回答不交给语言模型")
        offered = offer(index, findings)
        if not offered:
            return own
        try:
            reply = self.chat.reply(
                messages(own.question, offered, mode=self.mode),
                schema=SCHEMAS[self.mode],
                fewer=messages(own.question, offered[:FEWER_PASSAGES], mode=self.mode),
            )
        except ModelError as error:
            self._log(fault=str(error))
            return self._stands(own, str(error))
        answer = self._answer(index, own, offered, reply)
        made = answer.model_reading
        if made is not None:
            self._log(
                used=made.is_used,
                dropped=len(made.dropped),
                seconds=made.seconds,
                tokens=made.tokens,
            )
        return answer

    def _answer(
        self, index: Index, own: Answer, offered: Sequence[Offered], reply: ChatReply
    ) -> Answer:
        said = read_reply(reply.words)
        if said is None:
            return self._stands(own, "它的回复不是要求的形式", reply=reply)
        units = {unit.number: unit for passage in offered for unit in passage.units}
        if not said.sentences and not said.units:
            return self._refusal(own, said, len(offered), reply, index.segmenter)
        if said.units and not said.sentences:
            draft, dropped = _chosen(said.units, units)
        else:
            draft, dropped = _worded(said.sentences, units, offered, index.segmenter)
        if not draft.pieces:
            fault = f"它写的 {len(dropped)} 句话都没有通过与引文的核对"
            return self._stands(own, fault, dropped=dropped, reply=reply)
        citations = citations_of(draft)
        fault = what_is_unsure(draft)
        if fault:
            return self._stands(own, fault, dropped=dropped, reply=reply)
        made = self._made(own, reply, is_used=True, dropped=dropped)
        missing = _named(said.missing, own.question, index.segmenter)
        return replace(
            own,
            text=draft.text,
            refused=False,
            reason=reason("model_missing", missing=missing) if missing else "",
            citations=citations,
            is_partial=bool(missing),
            model_reading=replace(made, is_worded=bool(said.sentences)),
        )

    def _refusal(
        self, own: Answer, said: Reply, passages: int, reply: ChatReply, segmenter: Segmenter
    ) -> Answer:
        """What the model read does not answer."""
        missing = _named(said.missing, own.question, segmenter)
        key = "model_refused_of" if missing else "model_refused"
        why = reason(key, model=self.chat.name, count=str(passages), missing=missing)
        return replace(
            own,
            text=NOT_FOUND,
            refused=True,
            reason=why,
            citations=(),
            is_partial=False,
            model_reading=self._made(own, reply, is_used=True),
        )

    def _stands(
        self, own: Answer, fault: str, *, dropped: Dropped = (), reply: ChatReply | None = None
    ) -> Answer:
        """The reader's answer as it is, and why."""
        return replace(
            own, model_reading=self._made(own, reply, is_used=False, dropped=dropped, fault=fault)
        )

    def _made(
        self,
        own: Answer,
        reply: ChatReply | None,
        *,
        is_used: bool,
        dropped: Dropped = (),
        fault: str = "",
    ) -> ModelReading:
        seconds, tokens = (reply.seconds, reply.tokens) if reply else (0.0, None)
        return ModelReading(
            self.chat.name, is_used, own.text, dropped, fault=fault, seconds=seconds, tokens=tokens
        )

    def _log(self, **fields: object) -> None:
        """One line a reply: whether it was used, its time and tokens, what failed. Nothing of its words."""
        level = logging.WARNING if "fault" in fields else logging.INFO
        _LOG.log(level, "model", extra={"fields": {"model": self.chat.name, **fields}})


def _chosen(numbers: Sequence[int], units: Mapping[int, Unit]) -> tuple[Draft, Dropped]:
    """The units that a model names, in their own words, in its order."""
    draft = Draft()
    unknown = [number for number in numbers if number not in units]
    for number in [number for number in numbers if number in units][:MAX_UNITS]:
        draft.add(units[number].words, *units[number].slices)
    return draft, tuple((f"S{number}", _unknown([number])) for number in unknown[:MAX_DROPPED])


def _worded(
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
    return _draft_of(kept), tuple(dropped[:MAX_DROPPED])


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


def _draft_of(kept: Sequence[tuple[Sentence, list[Unit]]]) -> Draft:
    draft, before = Draft(joint="。"), ""
    is_mixed = len({cited[0].doc_id for _, cited in kept}) > 1
    for sentence, cited in kept:
        slices = [slice_ for unit in cited for slice_ in unit.slices]
        words = sentence.words
        label, span = label_of(cited[0].slices[0][0])
        if is_mixed and label and cited[0].doc_id != before:
            words, slices = f"{label}：{words}", [span, *slices]
        draft.add(words, *slices)
        before = cited[0].doc_id
    return draft


def _named(missing: str, question: str, segmenter: Segmenter) -> str:
    """What a model says is not answered, if these are words of the question: it may tell nothing of its own."""
    words = content_words(missing, segmenter=segmenter)
    return missing if words and all(word in question for word in words) else ""
