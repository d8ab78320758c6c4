"""Quoted phrases and document numbers come first, and nothing else changes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.language.document_numbers import Number, fold, holds_number
from bearing_qa.language.segment import Segmenter, normalise
from bearing_qa.search.exact_match import exact_first
from bearing_qa.search.question import parse_question
from bearing_qa.search.quotations import read_quoted
from bearing_qa.search.scope import make_scope
from bearing_qa.types import Hit
from tests.conftest import BigramEncoder

NUMBERED = {
    "a/轴承.txt": (
        "关于轴承产业发展的指导意见\n工信部联规〔2021〕5号\n各省、自治区、直辖市：\n"
        "一、总体要求\n坚持创新驱动，加快轴承产业发展。\n二、保障措施\n"
        "加大资金支持力度，落实国发〔2015〕28号文件要求。\n2021年8月15日\n"
    ),
    "a/制造.txt": (
        "关于制造业发展的通知\n国发〔2015〕28号\n各省、自治区、直辖市：\n"
        "一、总体要求\n坚持创新驱动，打造具有国际竞争力的制造业。\n二、保障措施\n"
        "加大资金支持力度，健全组织实施机制。\n2015年5月8日\n"
    ),
    "b/环境.txt": (
        "优化营商环境条例\n（2019年10月8日国务院第66次常务会议通过\n"
        "2019年10月22日 中华人民共和国国务院令第722号公布）\n"
        "第一条 为了持续优化营商环境，加大资金支持力度，制定本条例。\n"
        "第二条 本条例所称营商环境，是指市场主体所涉及的体制机制性因素和条件。\n"
    ),
    "b/地方.txt": "苏州工作方案\n苏政发〔2021〕5号\n加大资金支持力度，加快轴承产业发展，坚持创新驱动。\n",
    "b/旁注.txt": "工作纪要\n会议认为，要加大资金支持力度，坚持“创新 驱动”，做到两个“坚持”。\n",
}


@pytest.fixture
def reader(tmp_path: Path, encoder: BigramEncoder) -> Library:
    for name, text in NUMBERED.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs" / "b" / "旁注.meta.toml").write_text(
        'number = "会纪〔2020〕第 7 号"\n', encoding="utf-8"
    )
    build_index(tmp_path / "docs", tmp_path / "ix", encoder=encoder)
    return Library(tmp_path / "ix", encoder=encoder)


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("什么是“控型 制造”？", ("控型制造",)),
        ('"轴承钢"和「主轴承，」、『齿轮』呢？', ("轴承钢", "主轴承", "齿轮")),
        ("《中国制造》讲“十四五”和“十四五”", ("十四五",)),
        ("“国”字号的《意见》", ()),
        ("“[试行]”的“「双随机」监管”", ("(试行)", '"双随机"监管')),
        ("没有引号的问题", ()),
    ],
)
def test_what_is_quoted(question: str, phrases: tuple[str, ...]) -> None:
    assert read_quoted(question).phrases == phrases


@pytest.mark.parametrize(
    "written",
    [
        "工信部联规〔2021〕5号",
        "工信部联规[2021]5号",
        "工信部联规（2021）5 号",
        "工信部联规【２０２１】第５号",
        "工信部联规 〔 2021 〕 5 号",
        "“工信部联规〈2021〉5号”",
        "根据工信部联规〔2021〕5号",
    ],
)
def test_a_number_is_the_same_however_it_is_written(reader: Library, written: str) -> None:
    assert len(read_quoted(written).numbers) == 1
    hits = reader.search(f"{written}对资金支持力度怎么要求？", top_k=100)
    own = [hit.doc_id for hit in hits].count("a/轴承")
    assert [hit.doc_id for hit in hits[:own]] == ["a/轴承"] * own


@pytest.mark.parametrize(
    ("question", "text", "holds"),
    [
        ("国发〔2021〕5号", "国办发〔2021〕5号", False),
        ("浙政发〔2021〕5号", "苏政发〔2021〕5号", False),
        ("国发〔2021〕5号", "国发〔2021〕15号", False),
        ("请问一下国发〔2021〕5号", "（国发〔2021〕5号）", True),
        ("请问国发〔2021〕5号", "现将国发〔2021〕5号印发", True),
        ("令第722号", "中华人民共和国国务院令第722号", True),
        ("国务院令第 722 号", "国家安全局令第722号", False),
        ("主席令第七十三号", "中华人民共和国主席令第七十三号", True),
    ],
)
def test_codes_agree_to_the_beginning_of_one(question: str, text: str, holds: bool) -> None:
    (number,) = read_quoted(question).numbers
    assert holds_number(fold(text), number) is holds


@pytest.mark.parametrize(
    ("question", "first", "then"),
    [
        ("国发[2015]28号怎么说资金支持力度？", "a/制造", "a/轴承"),
        ("国务院令第 722 号怎么说资金支持力度？", "b/环境", ""),
        ("令第722号怎么说资金支持力度？", "b/环境", ""),
        ("会纪〔2020〕7号怎么说资金支持力度？", "b/旁注", ""),
        ("苏政发〔2021〕5号怎么说资金支持力度？", "b/地方", ""),
    ],
)
def test_the_document_that_bears_the_number_then_one_that_cites_it(
    reader: Library, question: str, first: str, then: str
) -> None:
    hits = reader.search(question, top_k=100)
    own = [hit.doc_id for hit in hits].count(first)
    assert {hit.doc_id for hit in hits[:own]} == {first}
    assert not then or hits[own].doc_id == then
    answer = reader.ask(question, top_k=100)
    own_first = [passage.doc_id == first for passage in answer.passages]
    assert own_first == sorted(own_first, reverse=True)
    inside = make_scope(documents=["b/地方"])
    assert {hit.doc_id for hit in reader.search(question, scope=inside)} == {"b/地方"}


def test_passages_that_hold_a_phrase_come_first_and_none_is_lost(
    speech_reader: Library,
) -> None:
    index = speech_reader.index()
    parsed = index.catalogue.parsed("speech")
    assert parsed is not None
    texts = {
        (p.start, p.end): fold(f"{p.context}\n{parsed.document.text[p.start : p.end]}")
        for p in parsed.passages
    }
    chance = random.Random(7)
    for _ in range(25):
        start = chance.randrange(len(parsed.document.text) - 12)
        phrase = " ".join(parsed.document.text[start : start + chance.randint(3, 12)].split())
        question = f"轴承怎么说“{phrase.translate(str.maketrans('', '', '“”'))}”？"
        found = read_quoted(question).phrases
        hits = [(p.start, p.end) for p, _ in speech_reader.rank(question, top_k=index.size)]
        holds = [bool(found) and found[0] in texts[span] for span in hits]
        assert holds == sorted(holds, reverse=True), question
        assert sorted(hits) == sorted(texts)
        few = [(p.start, p.end) for p, _ in speech_reader.rank(question, top_k=3)]
        assert few == hits[:3]
        scores = [score for _, score in speech_reader.rank(question, top_k=index.size)]
        assert scores == sorted(scores, reverse=True)


def test_what_no_passage_holds_changes_nothing(reader: Library) -> None:
    index = reader.index()
    hits = [Hit(row, float(-at)) for at, row in enumerate(reversed(range(index.size)))]
    assert exact_first(index, "轴承产业怎么“弯道超车”？", hits) == hits


def test_a_phrase_keeps_its_asking_words() -> None:
    segmenter = Segmenter()
    quoted = parse_question("讲话怎么说“如何管理”？", segmenter=segmenter)
    assert "如何" in quoted.words
    assert "如何" not in parse_question("如何管理？", segmenter=segmenter).words
    asked = parse_question("他问“轴承产量是多少？”", segmenter=segmenter)
    assert "多少" not in asked.words


def test_rows_of_tokens_are_those_that_have_them_all(reader: Library) -> None:
    index = reader.index()
    texts = {
        row: normalise(c + "\n" + t) for row, _, c, t in index.catalogue.texts(range(index.size))
    }
    rows = index.lexical.rows_with(["2015", "28"])
    assert rows.tolist() == [row for row, text in texts.items() if "〔2015〕28号" in text]
    assert index.lexical.rows_with(["2015", "没有的词"]).tolist() == []
    assert Number("", "令", "722").code_is_known is False
