"""A real, tiny CrossEncoder: its scores move the passages by the formula, and only where it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from bearing_qa.answer.library import Library
from bearing_qa.cli.main import app
from bearing_qa.encoders.encoder import Reranker
from bearing_qa.errors import EncoderError
from bearing_qa.search.rerank import RERANK_DEPTH, RERANKER_WEIGHT
from tests.conftest import TINY, BigramEncoder

QUESTION = "公园门票价格不得超过多少元？"


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A BERT of two layers with random weights (seeded) over the characters of the tiny corpus."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    characters = sorted(set("".join(TINY.values()).replace("\n", "")) | set(QUESTION))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(c for c in characters if c.strip())]
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = BertTokenizer(vocab=str(folder / "vocab.txt"), model_max_length=128)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.5,  # scores far enough apart
    )
    config.num_labels = 1
    torch.manual_seed(7)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def logit(model_folder: Path) -> Callable[[str, str], float]:
    """The model's output for one pair, by the library beneath, one pair at a time."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(model_folder)
    model: Any = AutoModelForSequenceClassification.from_pretrained(model_folder).eval()

    def score(question: str, text: str) -> float:
        parts = tokenizer(question, text, return_tensors="pt", truncation=True)
        with torch.no_grad():
            return float(model(**parts).logits[0, 0])

    return score


def test_the_order_follows_the_model(
    tiny_index: Path,
    encoder: BigramEncoder,
    model_folder: Path,
    logit: Callable[[str, str], float],
) -> None:
    plain = Library(tiny_index, encoder=encoder)
    reader = Library(tiny_index, encoder=encoder, reranker=Reranker(str(model_folder)))
    index = plain.index()
    before = plain.rank(QUESTION, top_k=RERANK_DEPTH)
    assert len(before) == RERANK_DEPTH
    texts = [
        f"{p.context}\n{index.catalogue.parsed(p.doc_id).document.text[p.start : p.end]}"  # type: ignore[union-attr]
        for p, _ in before
    ]
    raw = np.array([logit(QUESTION, text) for text in texts])
    assert raw.std() > 0.1
    z = (raw - raw.mean()) / raw.std()
    wanted = {p: s + RERANKER_WEIGHT * (v - z.max()) for (p, s), v in zip(before, z, strict=True)}
    after = reader.rank(QUESTION, top_k=RERANK_DEPTH)
    assert dict(after) == {p: pytest.approx(s, abs=1e-4) for p, s in wanted.items()}
    assert [p for p, _ in after] == sorted(wanted, key=lambda p: -wanted[p])
    assert [p for p, _ in after] != [p for p, _ in before]


def test_what_is_not_looked_at_stays_behind_and_scores_fall(
    tmp_path: Path, encoder: BigramEncoder, model_folder: Path
) -> None:
    from bearing_qa.build.run import build_index

    corpus = tmp_path / "many"
    corpus.mkdir()
    lines = [
        {"_id": f"d{n}", "text": f"第{n}号公园门票价格为{n}元。"} for n in range(2 * RERANK_DEPTH)
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    (corpus / "all.jsonl").write_text(text, encoding="utf-8")
    build_index(corpus, tmp_path / "ix", encoder=encoder)
    plain = Library(tmp_path / "ix", encoder=encoder).rank(QUESTION, top_k=100)
    reader = Library(tmp_path / "ix", encoder=encoder, reranker=Reranker(str(model_folder)))
    ranked = reader.rank(QUESTION, top_k=100)
    assert [p for p, _ in ranked[RERANK_DEPTH:]] == [p for p, _ in plain[RERANK_DEPTH:]]
    assert {p for p, _ in ranked[:RERANK_DEPTH]} == {p for p, _ in plain[:RERANK_DEPTH]}
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert [p for p, _ in reader.rank(QUESTION, top_k=3)] == [p for p, _ in ranked[:3]]


def test_off_unless_named_and_named_at_the_command_line(
    speech_index: Path, model_folder: Path
) -> None:
    assert Library(speech_index).reranker is None
    run = CliRunner().invoke
    command = ["search", "轴承产量", "--json", "--index", str(speech_index)]
    plain, named = (run(app, [*command, *more]) for more in ([], ["--reranker", str(model_folder)]))
    assert plain.exit_code == named.exit_code == 0
    before, after = (json.loads(result.stdout) for result in (plain, named))
    assert len(before) == len(after) == 10
    assert before != after


def test_a_folder_without_a_cross_encoder_is_one_clear_line(
    tmp_path: Path, speech_index: Path, model_folder: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match=r"the reranker .* expected .*CrossEncoder.*--reranker"):
        Reranker(str(tmp_path / "empty"))
    config = json.loads((model_folder / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = ["BertModel"]  # as an encoder of single texts has it
    (model_folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(EncoderError, match="BertModel"):
        Reranker(str(model_folder))
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        '{"question": "轴承产量是多少？", "evidence": ["轴承"]}\n', encoding="utf-8"
    )
    for command in (
        ["ask", "轴承产量是多少？"],
        ["search", "轴承"],
        ["evaluate", str(questions)],
        ["serve"],
    ):
        more = ["--index", str(speech_index), "--reranker", str(tmp_path / "empty")]
        result = CliRunner().invoke(app, [*command, *more])
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert "empty" in result.stderr


@pytest.mark.parametrize(
    "question", ["主营业务收入是多少亿元？", "轴承为什么能自主可控？", "2023年出口多少？"]
)
def test_the_first_passages_are_the_same_however_many_are_wanted(
    speech_reader: Library, question: str
) -> None:
    found = speech_reader.search(question, top_k=10)
    assert [(h.start, h.score) for h in found[:3]] == [
        (h.start, h.score) for h in speech_reader.search(question, top_k=3)
    ]
