"""Answers are quotable: exact slices, figures that stand in them, and honest refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bearing_qa.index.build import build_index
from bearing_qa.search.answer import quote
from bearing_qa.search.candidates import find_candidates
from bearing_qa.search.draft import Draft, Span
from bearing_qa.search.guard import unsupported_numbers, without_marks
from bearing_qa.search.question import parse_question
from bearing_qa.search.reader import Reader
from bearing_qa.search.refusal import reason_to_refuse
from bearing_qa.types import Answer, Hit
from tests.conftest import ROOT, BigramEncoder, shared


def check_laws(reader: Reader, answer: Answer) -> None:
    """Laws 1, 7 and 8 for one answer."""
    for slice_ in (*answer.citations, *answer.passages):
        parsed = reader.index().catalogue.parsed(slice_.doc_id)
        assert parsed is not None
        assert slice_.text == parsed.document.text[slice_.start : slice_.end] != ""
        assert slice_.pages == parsed.document.pages_of(slice_.start, slice_.end)
    assert answer.refused == (not answer.citations) == bool(answer.reason)
    if not answer.refused:
        assert not unsupported_numbers(answer.text, spans=[c.text for c in answer.citations])
        for number in range(1, len(answer.citations) + 1):
            assert f"[{number}]" in answer.text


@pytest.mark.parametrize(
    ("question", "words", "cited"),
    [
        ("公园门票价格不得超过多少元？", "20元", "不得超过20元"),
        ("2022年的产量是多少？", "33.0 万吨", "2022 33.0 4.8%"),
        ("存在的问题有哪三个？", "苗种依赖外购", "二是苗种依赖外购"),
        ("修缮北港灯塔所需经费是多少？", "320万元", "所需经费320万元"),
        ("发现问题要在多少小时内处理？", "24小时", "在24小时内处理"),
    ],
)
def test_short_answers_from_a_tiny_corpus(
    tiny_index: Path, encoder: BigramEncoder, question: str, words: str, cited: str
) -> None:
    reader = Reader(tiny_index, encoder=encoder)
    answer = reader.ask(question)
    check_laws(reader, answer)
    assert words in answer.text, answer
    assert any(cited in citation.text for citation in answer.citations)


@pytest.mark.parametrize(
    "question", ["2019年的产量是多少？", "哪家公司修缮灯塔？", "太阳系有几颗行星？"]
)
def test_what_a_tiny_corpus_does_not_say_is_refused(
    tiny_index: Path, encoder: BigramEncoder, question: str
) -> None:
    reader = Reader(tiny_index, encoder=encoder)
    answer = reader.ask(question)
    check_laws(reader, answer)
    assert answer.refused, answer.text


def test_a_blank_cell_is_never_filled(speech_reader: Reader) -> None:
    answer = speech_reader.ask("2024年1—9月的主营业务收入是多少亿元？")
    check_laws(speech_reader, answer)
    assert "2180" not in answer.text


@pytest.mark.parametrize(
    ("question", "words", "pages"),
    [
        ("2023年轴承行业的主营业务收入是多少？", ["2180 亿元"], (1, 1)),
        ("国产航空轴承的寿命和国外差多少？", ["800 小时", "3000-5000 小时"], (7, 7)),
        ("讲话第二大部分谈的是什么主题？", ["高端装备自主可控"], (6, 6)),
        ("新型工业化有哪六个关键特征？", ["人机协同", "创新驱动"], (9, 9)),
    ],
)
def test_answers_from_the_speech(
    speech_reader: Reader, question: str, words: list[str], pages: tuple[int, int]
) -> None:
    answer = speech_reader.ask(question)
    check_laws(speech_reader, answer)
    assert all(word in answer.text for word in words), answer.text
    assert answer.citations[0].pages == pages


@pytest.mark.parametrize(
    "question",
    [
        "谁提出了新质生产力？",
        "2020年的轴承产量是多少？",
        "直径8米的盾构机主轴承是哪家公司造的？",
        "个人所得税的起征点是多少？",
        "How do I cook rice?",
    ],
)
def test_what_the_speech_does_not_say_is_refused_with_a_reason(
    speech_reader: Reader, question: str
) -> None:
    answer = speech_reader.ask(question)
    check_laws(speech_reader, answer)
    assert answer.refused, answer.text
    assert len(answer.passages) == 5


def test_laws_hold_on_every_judged_question(speech_reader: Reader) -> None:
    for path in (ROOT / "tests" / "data" / "questions.jsonl", shared("gold", "questions.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            check_laws(speech_reader, speech_reader.ask(json.loads(line)["question"]))


def test_answers_of_the_outline_pass_the_guard_too(speech_reader: Reader) -> None:
    """A figure that no citation bears refuses an answer however it was found."""
    parsed = speech_reader.index().catalogue.parsed("speech")
    assert parsed is not None
    question = parse_question("第二部分讲什么？", segmenter=speech_reader.index().segmenter)
    index, vector = speech_reader.index(), np.zeros(384, np.float32)
    candidates = find_candidates(index, question, vector=vector, hits=[Hit(0, 1.0)])
    heading = parsed.sections[1]
    span: Span = (parsed, "heading", heading.start, heading.head_end, 1.0)
    citation = quote(
        parsed, start=heading.start, end=heading.head_end, kind="heading", section=1, score=1.0
    )
    for words, is_refused in ((citation.text, False), (f"{citation.text}，共99项", True)):
        draft = Draft(is_structural=True)
        draft.add(words, span)
        assert bool(reason_to_refuse(question, candidates, 1.0, draft, [citation])) == is_refused


def test_the_guard_sees_changed_figures() -> None:
    spans = ["主营业务收入 ２，１８０ 亿元，增长 3%", "2035 年"]
    assert not unsupported_numbers("收入2180亿元[1]，到2035年[2]", spans=spans)
    assert unsupported_numbers("收入2181亿元，增长 8%", spans=spans) == {"2181", "8"}
    assert unsupported_numbers("收入218亿元", spans=spans) == {"218"}
    assert without_marks("甲[1][12]。") == "甲。"


LAW = (
    "渔业管理条例\n第一章 总则\n第一条 为了加强渔业管理，制定本条例。\n第二章 许可\n"
    "第二条 有下列情形之一的，应当申请捕捞许可：\n（一）在江河捕捞的；\n（二）在近海捕捞的。\n"
    "第三条 有下列情形之一的，不得申请捕捞许可：\n（一）许可被吊销未满三年的；\n（二）船舶未经检验的。\n"
    "第三章 附则\n第四条 本条例自2020年3月1日起施行。\n2019年12月5日\n"
)
TRADE = (
    "贸易情况通报\n2022年，全市水产品进口额12亿元。2022年，全市水产品出口额47亿元，见注释[2]，共 9 个品种[3]。\n"
    "企业分为两类：国有企业和民营企业。\n2023年，水产品进口额15亿元。\n"
)


@pytest.fixture
def wider_reader(tmp_path: Path) -> Reader:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "条例.txt").write_text(LAW, encoding="utf-8")
    (corpus / "通报.txt").write_text(TRADE, encoding="utf-8")
    build_index(corpus, tmp_path / "index", encoder=BigramEncoder())
    return Reader(tmp_path / "index", encoder=BigramEncoder())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("2022年全市水产品出口额是多少？", "出口额47亿元"),
        ("企业分为哪两类？", "国有企业和民营企业"),
        ("渔业管理条例第四条规定了什么？", "自2020年3月1日起施行"),
        ("渔业管理条例分几章？", "许可[2]"),
        ("应当申请捕捞许可的情形有哪些？", "在江河捕捞的[1]；在近海捕捞的[2]"),
        ("不得申请捕捞许可的情形有哪些？", "船舶未经检验的"),
    ],
)
def test_look_alikes_are_told_apart(wider_reader: Reader, question: str, words: str) -> None:
    answer = wider_reader.ask(question)
    check_laws(wider_reader, answer)
    assert words in answer.text, answer


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("2021年全市水产品出口额是多少？", "2021"),
        ("德国水产品出口额是多少？", "德国"),
        ("水产品协会的秘书长是谁？", "什么人"),
    ],
)
def test_what_is_asked_of_another_year_place_or_office_is_refused(
    wider_reader: Reader, question: str, reason: str
) -> None:
    answer = wider_reader.ask(question)
    check_laws(wider_reader, answer)
    assert answer.refused, answer.text
    assert reason in answer.reason


def test_brackets_of_the_text_are_no_marks(wider_reader: Reader) -> None:
    answer = wider_reader.ask("2022年全市水产品出口额是多少？")
    assert "注释［2］" in answer.text
    assert "注释[2]" in answer.citations[0].text
    assert len(answer.citations) == 1


def test_a_blank_cell_is_named(speech_reader: Reader) -> None:
    answer = speech_reader.ask("2024年1—9月的主营业务收入是多少亿元？")
    assert answer.refused
    assert "空白" in answer.reason


def test_a_series_is_given_whole(speech_reader: Reader) -> None:
    answer = speech_reader.ask("2021—2023年轴承产量分别是多少？")
    assert all(words in answer.text for words in ("233 亿套", "212 亿套", "202 亿套"))
