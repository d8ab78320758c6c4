"""Questions in other words than the documents': synonyms, spellings, languages, slips."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.build.status import index_status
from bearing_qa.errors import DocumentError
from bearing_qa.language.english import English, forms
from bearing_qa.language.figures import figure_tokens
from bearing_qa.language.numbers import spellings, value_of
from bearing_qa.language.segment import Segmenter, normalise
from bearing_qa.language.spelling import Spelling
from bearing_qa.language.synonyms import (
    PACKAGED,
    Synonyms,
    mine_abbreviations,
    parse_groups,
    read_groups,
)
from bearing_qa.search.understand import understand
from bearing_qa.store import versions
from bearing_qa.store.lexical import LexicalIndex
from bearing_qa.store.places import Folder
from tests.conftest import BigramEncoder

SEGMENTER = Segmenter()


def test_a_table_of_synonyms_has_groups_and_remarks() -> None:
    groups = parse_groups("# 车辆\n高铁 高速铁路 # 速度\n\n单独\nＡＩ 人工智能 ai\n")
    assert groups == [("高铁", "高速铁路"), ("ai", "人工智能")]
    synonyms = Synonyms([*groups, ("高铁", "动车")])
    assert synonyms.expand("高铁") == ("高速铁路", "动车")
    assert synonyms.expand("动车") == ("高铁",)
    assert synonyms.expand("公路") == ()


def test_the_packaged_table_is_sound() -> None:
    lines = PACKAGED.read_text(encoding="utf-8").splitlines()
    groups = read_groups(PACKAGED)
    assert len(groups) > 120
    assert len(groups) == sum(bool(line.partition("#")[0].strip()) for line in lines)


def test_synonyms_are_found_as_whole_words_only() -> None:
    synonyms = Synonyms([("电机", "马达"), ("国家发展和改革委员会", "发改委")])
    found = [entry for *_, entry in synonyms.spelled_by(SEGMENTER.words("国家发展和改革委员会"))]
    assert found == ["国家发展和改革委员会"]
    assert not list(synonyms.spelled_by(["发电机组", "发", "电机组"]))


def test_abbreviations_that_documents_introduce_are_mined() -> None:
    texts = [
        "会同工业和信息化部（以下简称“工信部”）和河湾市渔业协会(简称：河渔协)办理。",
        "北港渡口管理办公室（以下统称渡管办，下同）负责。张三（以下简称甲方），李四（以下简称甲方）。",
        "城市公园管理办法（以下简称办法）。南港救助中心（以下简称救助中心）。",
        "审核工作的部门或者机构（以下简称审核机构）。",
    ]
    assert mine_abbreviations(texts, segmenter=SEGMENTER) == [
        ("工业和信息化部", "工信部"),
        ("河湾市渔业协会", "河渔协"),
        ("渡口管理办公室", "渡管办"),
    ]


def test_further_tokens_weigh_what_they_are_given() -> None:
    index = LexicalIndex.build([["甲", "乙"], ["乙"], ["丙", "甲", "甲"]])
    both = index.scores(["甲"]) + 0.25 * index.scores(["乙"])
    assert index.scores(["甲"], added=[("乙", 0.25)]) == pytest.approx(both, abs=1e-6)
    assert index.scores(["无"], added=[("没有", 0.5)]).tolist() == [0.0, 0.0, 0.0]


def test_another_word_for_it_finds(tiny_index: Path, encoder: BigramEncoder) -> None:
    reader = Library(tiny_index, encoder=encoder)
    question = understand(reader.index(), "公园对老人收不收钱？")
    assert dict(question.meanings())["老人"] == ("老年人",)
    assert "老年人免费入园" in reader.search("老人", top_k=1)[0].text


def test_the_corpus_has_its_own_synonyms(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    index = tmp_path / "index"
    build_index(tiny_corpus, index, encoder=encoder)
    (tiny_corpus / "synonyms.txt").write_text("渡头 码头\n导航塔 灯塔\n", encoding="utf-8")
    assert index_status(Folder(index))["stale"]["added"] == ["synonyms.txt"]
    report = build_index(tiny_corpus, index, encoder=encoder)
    assert not report.is_unchanged
    assert report.encoded == 0
    reader = Library(index, encoder=encoder)
    assert "synonyms" not in reader.index().catalogue.doc_ids()
    (first,) = reader.search("修缮北港导航塔所需经费是多少？", top_k=1)
    assert "320万元" in first.text
    (tiny_corpus / "synonyms.txt").write_text("渡头 码头\n", encoding="utf-8")
    assert index_status(Folder(index))["stale"]["changed"] == ["synonyms.txt"]


def test_synonyms_that_cannot_be_read_are_named(
    tiny_corpus: Path, tmp_path: Path, encoder: BigramEncoder
) -> None:
    (tiny_corpus / "synonyms.txt").write_bytes("高铁 高速铁路".encode("utf-16"))
    with pytest.raises(DocumentError, match=r"synonyms\.txt is not UTF-8"):
        build_index(tiny_corpus, tmp_path / "index", encoder=encoder)
    assert versions.current_version(tmp_path / "index") is None


@pytest.mark.parametrize(
    ("spellings_of_one", "token"),
    [
        (("三百五十公里", "350公里", "350千米", "350 km"), "#350公里"),
        (("一万家", "1万家", "10000家", "10,000 家", "１万余家"), "#10000家"),
        (("百分之十五", "15%", "１５％", "百分之15"), "#15%"),
        (("三亿五千万元", "3.5亿元", "3.5億元"), "#350000000元"),
        (("第一百零三条", "第103条", "第 103 條"), "#第103条"),
        (("2024年11月24日", "2024-11-24", "2024.11.24", "二〇二四年十一月二十四日"), "#2024-11-24"),
        (("100平方米", "100㎡", "一百平米"), "#100平方米"),
        (("二点五倍", "2.5倍", "2.50 倍"), "#2.5倍"),
        (("二〇二四年", "二零二四年", "2024年"), "#2024年"),
    ],
)
def test_a_figure_is_one_token_however_it_is_written(
    spellings_of_one: tuple[str, ...], token: str
) -> None:
    for written in spellings_of_one:
        assert token in SEGMENTER.tokens(f"约{written}。"), written


@pytest.mark.parametrize(
    "text",
    ["一心一意", "十分重要", "一方面", "万一", "千家万户", "三五年", "十几个", "国发〔2019〕5号"],
)
def test_idioms_are_no_figures(text: str) -> None:
    assert figure_tokens(normalise(text)) == []


def test_numerals_without_end_are_none() -> None:
    for text in ("一" * 5000 + "条", "一" + "亿" * 30_000 + "元", "第" + "九" * 5000 + "条"):
        assert figure_tokens(text) == []


@given(st.integers(1, 10**12 - 1))
def test_numerals_are_read_as_they_are_spelled(value: int) -> None:
    assert {value_of(spelling) for spelling in spellings(Decimal(value))} == {Decimal(value)}


def test_comparing_keeps_words_and_lengths() -> None:
    assert normalise("營業收入與轉機，二〇二四年") == "营业收入与转机,2024年"
    assert SEGMENTER.words("三百五十公里") == ["三百五十", "公里"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("修繕北港燈塔所需經費是多少？", "320万元"),
        ("二〇二二年的产量是多少？", "33.0"),
        ("公園門票價格不得超過多少元？", "20元"),
        ("How much are the funds for the lighthouse?", "320万元"),
        ("修缮北港登塔所需经费是多少？", "320万元"),
    ],
)
def test_passages_are_found_in_other_scripts_spellings_and_languages(
    tiny_index: Path, encoder: BigramEncoder, question: str, words: str
) -> None:
    found = Library(tiny_index, encoder=encoder).search(question, top_k=3)
    assert any(words in hit.text for hit in found)


def test_a_figure_has_its_other_spellings(tiny_index: Path, encoder: BigramEncoder) -> None:
    index = Library(tiny_index, encoder=encoder).index()
    question = understand(index, "哪里有三百五十公里的路和一万家企业，占百分之十五？")
    others = {spelling for known in question.others for spelling in known}
    assert {"350", "15%"} <= others


def test_inflected_english_words_have_their_stems() -> None:
    for word, stem in [
        ("companies", "company"), ("bearings", "bearing"), ("largest", "large"), ("planned", "plan"),
        ("using", "use"), ("wage", "wages"), ("biggest", "big"),
    ]:  # fmt: skip
        assert stem in forms(word), word


def test_english_words_become_words_of_the_corpus_only() -> None:
    lexical = LexicalIndex.build([["轴承", "收入"], ["收入", "职工"]])
    english = English(lexical, Synonyms([("雇员", "职工")]))
    assert [chinese for chinese, _ in english.translate("bearings")] == ["轴承"]
    assert english.translate("incomes")[0] == ("收入", 1.0)
    assert english.translate("employee")[0][0] == "职工"
    assert english.translate("elephant") == ()
    assert [phrase for phrase, _ in english.phrases(["elephant", "income"])] == [
        "elephant",
        "income",
    ]


def test_a_chinese_question_does_not_read_the_dictionary(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    reader.search("公园门票价格是多少？")
    assert "_glosses" not in vars(reader.index().english)


NOTHING: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    texts = [
        "高端轴承依赖进口",
        "轴承产业升级",
        "轴承的人工智能领域",
        "智能轴承",
        "集中采购",
        "企业集中",
    ]
    return Spelling(LexicalIndex.build([SEGMENTER.tokens(text) for text in texts]), SEGMENTER)


@pytest.mark.parametrize(
    ("text", "run", "meant"),
    [
        ("用什么轴乘", "轴乘", "轴承"),
        ("应用灵域", "应用灵域", ""),
        ("人公智能", "人公智能", "人工智能"),
        ("集种采购", "集种", "集中"),
    ],
)
def test_a_word_that_the_corpus_lacks_is_read_by_its_sound(
    spelling: Spelling, text: str, run: str, meant: str
) -> None:
    found = dict(spelling.corrections(SEGMENTER.words(text), apart=NOTHING))
    assert found.get(run, "") == meant


@pytest.mark.parametrize("text", ["高端轴承依赖进口", "省级政府", "企业形势", "他去了", "轴承"])
def test_right_words_are_left_alone(spelling: Spelling, text: str) -> None:
    assert not list(spelling.corrections(SEGMENTER.words(text), apart=NOTHING))


def test_one_wrong_character_in_a_longer_word_is_seen() -> None:
    lexical = LexicalIndex.build([["葡萄牙", "巴塞罗那"], ["葡萄牙"]])
    spelling = Spelling(lexical, SEGMENTER)
    for wrong in ("巴寒罗那", "巴罗那", "巴塞塞罗那", "巴罗塞那"):
        assert dict(spelling.corrections(list(wrong), apart=NOTHING)) == {wrong: "巴塞罗那"}
    assert not list(spelling.corrections(list("巴塞"), apart=NOTHING))


def test_a_correction_between_equals_is_none() -> None:
    lexical = LexicalIndex.build([["公式", "攻势"], ["公式"]])
    assert not list(Spelling(lexical, SEGMENTER).corrections(["工", "市"], apart=NOTHING))


def test_a_misspelt_question_keeps_its_words(tiny_index: Path, encoder: BigramEncoder) -> None:
    reader = Library(tiny_index, encoder=encoder)
    question = understand(reader.index(), "修缮北港登塔所需经费是多少？")
    assert ("登塔", ("灯塔",)) in question.meanings()
    assert question.text == "修缮北港登塔所需经费是多少？"
