"""A language model reads what was found once more: it says which units answer, or that none does, and may put them in words.

It has the reader's own contract: the question and the best passages, cut into numbered units; what it gives back are
numbers. Quotations are inserted by us. Each sentence that it writes has to be entailed by the units that it names
(``entailment``); what is not is dropped and reported. Where nothing is left, or there is no reply that can be used, the
reader's own answer stands.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bearing_qa.answer.candidates import Finding
from bearing_qa.answer.chat import ChatModel
from bearing_qa.answer.citations import citations_of
from bearing_qa.answer.guard import WORKED_OUT
from bearing_qa.answer.model_drafts import Dropped, chosen_draft, named_in, worded_draft
from bearing_qa.answer.model_messages import (
    MAX_STEPS,
    SCHEMAS,
    STEPS_SCHEMA,
    messages,
    steps_messages,
)
from bearing_qa.answer.model_reply import Reply, read_reply, read_steps
from bearing_qa.answer.offered import Offered, offer
from bearing_qa.answer.reasons import NOT_FOUND, reason
from bearing_qa.answer.recognition import what_is_unsure
from bearing_qa.answer.talk import Talk
from bearing_qa.errors import ModelError
from bearing_qa.language.segment import Segmenter
from bearing_qa.store.protocol import Index
from bearing_qa.types import Answer, ModelMode, ModelReading

FEWER_PASSAGES = 6
"""For the second try, where a request was refused: its passages may have been more than the model's context takes."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SecondReader:
    """A model that reads after the reader, and how it is asked."""

    chat: ChatModel
    mode: ModelMode = "sentences"
    has_steps: bool = False
    """Whether it may split a question into several that are looked for one by one."""

    def talk(self) -> Talk:
        """The calls for one question, which share the time limit."""
        return Talk(self.chat)

    def steps(self, question: str, talk: Talk, *, segmenter: Segmenter) -> tuple[str, ...]:
        """The questions that the model splits one into, if it may and does: in words of the question alone, so that it looks
        for nothing of its own."""
        if not self.has_steps:
            return ()
        try:
            said = read_steps(talk.reply(steps_messages(question), schema=STEPS_SCHEMA))
        except ModelError as error:
            self._log(fault=str(error), seconds=talk.seconds)
            return ()
        steps = [step for step in said if named_in(step, question, segmenter)][:MAX_STEPS]
        return tuple(steps) if len(steps) > 1 else ()

    def read(
        self,
        index: Index,
        own: Answer,
        findings: Sequence[Finding],
        talk: Talk,
        *,
        steps: tuple[str, ...] = (),
    ) -> Answer:
        """The answer of the model, as far as it is entailed by what it cites, or its refusal; else the reader's ``own``.
        ``steps`` are the questions that some of the ``findings`` are of."""
        answer = self._read(index, own, findings, talk)
        made = answer.model_reading
        if made is None:
            return answer
        made = replace(made, seconds=talk.seconds, tokens=talk.tokens, steps=steps)
        cost = {"dropped": len(made.dropped), "seconds": made.seconds, "tokens": made.tokens}
        self._log(used=made.is_used, **cost, **({"fault": made.fault} if made.fault else {}))
        return replace(answer, model_reading=made)

    def _read(self, index: Index, own: Answer, findings: Sequence[Finding], talk: Talk) -> Answer:
        if WORKED_OUT in own.text:
            return self._stands(own, "算出来的回答不交给语言模型")
        offered = offer(index, findings)
        if not offered:
            return own
        asked = messages(own.question, offered, mode=self.mode)
        fewer = messages(own.question, offered[:FEWER_PASSAGES], mode=self.mode)
        try:
            said = read_reply(talk.reply(asked, schema=SCHEMAS[self.mode], fewer=fewer))
            if said is None and talk.has_time:
                said = read_reply(talk.reply(fewer))
        except ModelError as error:
            return self._stands(own, str(error))
        if said is None:
            return self._stands(own, "它的回复不是要求的形式")
        return self._answer(index, own, offered, said)

    def _answer(self, index: Index, own: Answer, offered: Sequence[Offered], said: Reply) -> Answer:
        units = {unit.number: unit for passage in offered for unit in passage.units}
        if not said.sentences and not said.units:
            return self._refusal(own, said, len(offered), index.segmenter)
        if said.units and not said.sentences:
            draft, dropped = chosen_draft(said.units, units)
        else:
            draft, dropped = worded_draft(said.sentences, units, offered, index.segmenter)
        if not draft.pieces:
            fault = f"它写的 {len(dropped)} 句话都没有通过与引文的核对"
            return self._stands(own, fault, dropped=dropped)
        citations = citations_of(draft)
        fault = what_is_unsure(draft)
        if fault:
            return self._stands(own, fault, dropped=dropped)
        made = self._made(own, is_used=True, dropped=dropped)
        missing = named_in(said.missing, own.question, index.segmenter)
        return replace(
            own,
            text=draft.text,
            refused=False,
            reason=reason("model_missing", missing=missing) if missing else "",
            citations=citations,
            is_partial=bool(missing),
            model_reading=replace(made, is_worded=bool(said.sentences)),
        )

    def _refusal(self, own: Answer, said: Reply, passages: int, segmenter: Segmenter) -> Answer:
        """What the model read does not answer."""
        missing = named_in(said.missing, own.question, segmenter)
        key = "model_refused_of" if missing else "model_refused"
        why = reason(key, model=self.chat.name, count=str(passages), missing=missing)
        return replace(
            own,
            text=NOT_FOUND,
            refused=True,
            reason=why,
            citations=(),
            is_partial=False,
            model_reading=self._made(own, is_used=True),
        )

    def _stands(self, own: Answer, fault: str, *, dropped: Dropped = ()) -> Answer:
        """The reader's answer as it is, and why."""
        made = self._made(own, is_used=False, dropped=dropped)
        return replace(own, model_reading=replace(made, fault=fault))

    def _made(self, own: Answer, *, is_used: bool, dropped: Dropped = ()) -> ModelReading:
        return ModelReading(self.chat.name, is_used, own.text, dropped)

    def _log(self, **fields: object) -> None:
        """One line a reply: whether it was used, its time and tokens, what failed. Nothing of its words."""
        level = logging.WARNING if "fault" in fields else logging.INFO
        _LOG.log(level, "model", extra={"fields": {"model": self.chat.name, **fields}})
