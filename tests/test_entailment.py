"""Whether a sentence in other words is entailed by what it cites: true ones are, falsified ones are not."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from bearing_qa.answer.entailment import fault_of
from bearing_qa.answer.library import Library
from bearing_qa.language.segment import Segmenter
from tests.conftest import ROOT, shared


@pytest.mark.parametrize(
    ("said", "source", "stands"),
    [
        ("原则上不再新建炼油项目", "炼油项目原则上不再新建。", True),
        ("不再新建炼油项目", "炼油项目原则上不再新建。", False),
        ("已建成处理站15座", "力争两年内建成处理站15座。", False),
        ("可以延长三年", "经国务院批准的，可以延长三年。", False),
        ("经国务院批准，可以延长三年", "经国务院批准的，可以延长三年。", True),
        ("票价10元", "票价10元，但节假日除外。", False),
        ("国内产品达标", "国内产品未达标，国外产品达标。", False),
        ("国外产品达标", "国内产品未达标，国外产品达标。", True),
        ("出口18.17亿套", "进口18.17亿套，出口53.44亿套。", False),
        ("出口53.44亿套，进口18.17亿套", "进口18.17亿套，出口53.44亿套。", True),
        ("民用飞机主要用国产轴承", "军用飞机主要用国产轴承，民用飞机轴承靠进口。", False),
        ("军用飞机轴承靠进口", "军用飞机主要用国产轴承，民用飞机轴承靠进口。", False),
        ("到2025年达到1.5万亿元", "预计到 2025 年，市场规模将达到 1.5 万亿元。", False),
        ("自2021年1月10日起施行", "本办法自2021年10月1日起施行。", False),
        ("处五千元以上五万元以下罚款", "处五千元以上五万元以下罚款。", True),
        ("处5000元以上50000元以下罚款", "处五千元以上五万元以下罚款。", True),
        ("处五万元以上罚款", "处五千元以上五万元以下罚款。", False),
        ("企业有15000家", "企业有1.5万家。", True),
        ("企业有15000家", "企业约有1.5万家。", False),
        ("收入同比下降2.3%", "收入同比增长 -2.3%。", True),
        ("收入同比增长2.3%", "收入同比增长 -2.3%。", False),
        ("落款为2024年11月24日", "落款为 2024.11.24。", True),
        ("实施三大任务", "实施四大任务", False),
        ("占百分之三", "占 3％", True),
    ],
)
def test_what_entails_a_sentence(
    speech_reader: Library, said: str, source: str, stands: bool
) -> None:
    segmenter = speech_reader.index().segmenter
    assert (fault_of(said, spans=[source], segmenter=segmenter) == "") is stands


# --- true sentences, falsified and paraphrased


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


def cited(reader: Library, path: Path) -> list[str]:
    questions = [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]
    found = [citation.text for q in questions for citation in reader.ask(q).citations]
    return [text for text in dict.fromkeys(found) if len(text) > 8]


def test_falsified_sentences_are_caught_and_honest_ones_stand(speech_reader: Library) -> None:
    index = speech_reader.index()
    parsed = index.catalogue.parsed("speech")
    assert parsed is not None
    text = parsed.document.text
    own = [text[s.start : s.end] for p in parsed.passages if p.kind == "text" for s in p.sentences]
    own = [sentence for sentence in dict.fromkeys(own) if len(sentence) > 8][::2]
    sentences = [*cited(speech_reader, ROOT / "tests" / "data" / "questions.jsonl"), *own]
    tried, kept = check_sentences(list(dict.fromkeys(sentences)), index.segmenter)
    assert tried >= 100
    assert kept >= 0.95


def test_falsified_citations_of_public_questions_are_caught(speech_reader: Library) -> None:
    sentences = cited(speech_reader, shared("gold", "questions.jsonl"))
    tried, kept = check_sentences(sentences, speech_reader.index().segmenter)
    assert tried >= 60
    assert kept >= 0.95
