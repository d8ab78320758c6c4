"""True sentences, falsified and paraphrased: what an entailment has to tell apart."""

from __future__ import annotations

import re
from itertools import pairwise

from bearing_qa.answer.entailment import fault_of
from bearing_qa.language.segment import Segmenter


def falsified(sentence: str) -> list[str]:
    """A sentence with one figure, year, bound, negation, modality or hedge changed, each way once."""
    ways = [
        re.sub(r"(?<![\d.])\d+", lambda m: str(int(m.group()) + 70_001), sentence, count=1),
        re.sub(r"\d(?=\D*$)", lambda m: f"{m.group()}7", sentence, count=1),
        re.sub(r"(20\d)(\d)(?=\s*年)", lambda m: f"{m[1]}{(int(m[2]) + 5) % 10}", sentence, count=1),
        re.sub(r"(\d)(\s*)亿", r"\1\2万", sentence, count=1),
        re.sub(r"不(?=[得能再超低])|(?<!从)未(?=[受能达])|没有", "", sentence, count=1),
        re.sub(r"(?<=[\u4e00-\u9fff])(达到|实现|依靠|形成|满足)", r"不\1", sentence, count=1),
        re.sub(r"(?<=[\u4e00-\u9fff])(达到|实现|形成|满足)", r"力争\1", sentence, count=1),
        re.sub(r"主要(?=[依选使分用])|基本(?=过)|原则上|力争|预计|正在|约(?= ?\d[\d ]*[万%])", "", sentence, count=1),
        re.sub(r"计划|力争|预计|将(?=[会达突持])", "已", sentence, count=1),
        re.sub(r"增长(?=[^，。]{0,4}\d)", "下降", sentence, count=1),
        re.sub(r"不超过|不低于|以上|超过|不足|突破(?=[^，]*\d)", "", sentence, count=1),
    ]  # fmt: skip
    return [way for way in dict.fromkeys(ways) if way != sentence]


def paraphrased(one: str, other: str) -> list[str]:
    """Honest rewordings: a clause left out, clauses in another order, two sentences joined."""
    clauses = re.split("[，；]", one.rstrip("。；：，"))
    ways = [f"{one.rstrip('。；：，')}，同时，{other}", f"根据文件，{one}"]
    if len(clauses) > 1:
        ways += [
            "，".join(clauses[:-1]),
            "，".join(clauses[1:]),
            "，".join(clauses[1:] + clauses[:1]),
        ]
    return ways


def check_sentences(sentences: list[str], segmenter: Segmenter) -> tuple[int, float]:
    """True sentences stand, false ones do not; how many false ones, and the share of paraphrases kept."""
    tried, kept = 0, []
    for sentence, other in pairwise([*sentences, sentences[0]]):
        spans = [sentence]
        assert not fault_of(sentence, spans=spans, segmenter=segmenter), sentence
        for false in falsified(sentence):
            assert fault_of(false, spans=spans, segmenter=segmenter), false
            tried += 1
        kept += [
            not fault_of(way, spans=[sentence, other], segmenter=segmenter)
            for way in paraphrased(sentence, other)
        ]
        if other not in sentence:
            assert fault_of(other, spans=spans, segmenter=segmenter), other
    return tried, sum(kept) / len(kept)
