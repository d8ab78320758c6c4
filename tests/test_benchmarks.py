"""The benchmarks' own parts: which questions go where, sets cut to size, figures kept by commit."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from benchmarks.answers import Recorder, checks_of, is_caught, unanswerable
from benchmarks.crowd import crowd, varied
from benchmarks.memory import curve, growth, write_curve
from benchmarks.results import append, changes, last_like, result
from benchmarks.retrieval import LexicalReader
from benchmarks.server import Server, paint, rebuild
from benchmarks.sets import (
    HELD_BACK,
    TUNING,
    every_kth,
    half_of,
    parts_of,
    policy_set,
    reading_set,
    statute_set,
)
from playwright.sync_api import Browser

from bearing_qa.answer.library import Library
from bearing_qa.evaluation.judgements import make_judgement
from bearing_qa.store.versions import current_version
from tests.browsing import CHROMIUM, free_port, shown
from tests.conftest import ROOT, SHARED, BigramEncoder

TINY_ASKED = ("公园门票价格不得超过多少元？", "修缮北港灯塔所需经费是多少？", "太阳系有几颗行星？")


def write_lines(path: Path, items: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")


def test_halves_part_documents_for_good_and_about_evenly() -> None:
    assert [half_of(name) for name in ("cmrc-DEV_1", "cmrc-DEV_2")] == [TUNING, HELD_BACK]
    held_back = sum(half_of(f"cmrc-DEV_{n}") == HELD_BACK for n in range(1000))
    assert 450 < held_back < 550
    asked = [
        make_judgement(
            {"question": "问？", "evidence": [{"doc_id": f"d{n // 2}", "quote": "文"}]},
            default_id=f"q{n}",
        )
        for n in range(20)
    ]
    parts = parts_of("drcd", asked)
    assert parts[TUNING] | parts[HELD_BACK] == {j.id for j in asked}
    assert not parts[TUNING] & parts[HELD_BACK]
    assert all(
        (f"q{n}" in parts[TUNING]) == (f"q{n + 1}" in parts[TUNING]) for n in range(0, 20, 2)
    )
    assert parts_of("speech", asked) == {"all": {j.id for j in asked}}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public sets are not here")
def test_questions_on_policy_documents_point_into_them(tmp_path: Path) -> None:
    """Every quote stands in its document; halves share no document; 80 questions have no answer."""
    judgements = policy_set(SHARED / "data" / "policy_docs", tmp_path / "out")
    texts = {path.stem: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()}
    assert all(e.quote and e.quote in texts[e.doc_id] for j in judgements for e in j.evidence)
    parts = parts_of("policy", judgements)
    assert (len(parts[TUNING]), len(parts[HELD_BACK])) == (468, 120)
    sources = [
        {e.doc_id for j in judgements if j.id in ids for e in j.evidence} for ids in parts.values()
    ]
    assert not sources[0] & sources[1]
    assert sum(judgement.unanswerable for judgement in judgements) == 80


def test_every_kth_is_spread_and_never_too_many() -> None:
    assert every_kth(range(10), 5) == [0, 2, 4, 6, 8]
    assert every_kth(range(10), 3) == [0, 3, 6]
    assert every_kth(range(3), 9) == [0, 1, 2]
    assert every_kth(range(3), 0) == []


def test_a_reading_set_keeps_only_what_is_asked_of_its_documents(tmp_path: Path) -> None:
    source = tmp_path / "set"
    write_lines(source / "corpus.jsonl", [{"_id": f"d{n}", "text": "文"} for n in range(4)])
    write_lines(source / "queries.jsonl", [{"_id": f"q{n}", "text": "问？"} for n in range(4)])
    answers = [{"_id": f"q{n}", "doc": f"d{n}", "answers": ["文"]} for n in range(4)]
    write_lines(source / "answers.jsonl", answers)
    judgements = reading_set(source, tmp_path / "out", documents=2)
    assert [j.id for j in judgements] == ["q0", "q2"]
    kept = (tmp_path / "out" / "corpus.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["_id"] for line in kept] == ["d0", "d2"]


def test_a_statute_set_keeps_all_judged_articles_of_the_dev_questions(tmp_path: Path) -> None:
    source = tmp_path / "set"
    judged = [{"_id": f"stard-a{n}", "text": f"条文{n}"} for n in range(3)]
    fillers = [{"_id": f"law-{n}", "text": f"其他{n}"} for n in range(9)]
    write_lines(source / "corpus.jsonl", [*judged, *fillers])
    splits = [("q0", "dev"), ("q1", "train"), ("q2", "dev")]
    write_lines(
        source / "queries.jsonl", [{"_id": i, "text": "问？", "split": s} for i, s in splits]
    )
    rows = ["query-id\tcorpus-id\tscore", "q0\tstard-a2\t1", "q1\tstard-a1\t1", "q2\tstard-a0\t1"]
    (source / "qrels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    corpus, judgements = statute_set(source, tmp_path / "out", documents=5)
    kept = [json.loads(line)["_id"] for line in corpus.read_text("utf-8").splitlines()]
    assert kept == ["stard-a0", "stard-a2", "law-0", "law-3", "law-6"]
    assert [(j.id, j.evidence[0].doc_id) for j in judgements] == [
        ("q0", "stard-a2"),
        ("q2", "stard-a0"),
    ]
    assert all(j.evidence[0].is_document for j in judgements)


def test_runs_are_appended_and_compared_with_the_last_like_them(tmp_path: Path) -> None:
    file = tmp_path / "results" / "runs.jsonl"
    assert last_like(file, {"documents": 1}) is None
    for documents, value in ((1, 0.5), (2, 0.6), (1, 0.7)):
        append(file, result({"documents": documents}, {"speech": {"hit@1": value}}, root=ROOT))
    assert len(file.read_text("utf-8").splitlines()) == 3
    last = last_like(file, {"documents": 1})
    assert last is not None
    assert last["commit"]
    assert list(changes(last["figures"], {"speech": {"hit@1": 0.65, "new": 1.0}})) == [
        "speech hit@1: 0.700 -> 0.650 (-0.050)"
    ]
    assert last_like(file, {"documents": 3}) is None


def test_a_pure_leg_ranks_by_its_own_tokens(tiny_index: Path, encoder: BigramEncoder) -> None:
    reader = LexicalReader(tiny_index, lambda text: ["灯塔"] * text.count("灯塔"))
    assert reader.ask("灯塔修缮？").passages[0].doc_id == "函-1"
    assert reader.rank("渡口更名？", top_k=3)[0][1] == 0.0


def test_questions_on_documents_that_are_not_indexed_are_unanswerable(tmp_path: Path) -> None:
    source = tmp_path / "data" / "drcd"
    write_lines(source / "queries.jsonl", [{"_id": f"q{n}", "text": "问？"} for n in range(6)])
    answers = [{"_id": f"q{n}", "doc": f"d{n}", "answers": ["文"]} for n in range(6)]
    write_lines(source / "answers.jsonl", answers)
    asked = [
        make_judgement(
            {"question": "问？", "evidence": [{"doc_id": f"d{n}", "quote": "文"}]},
            default_id=f"q{n}",
        )
        for n in (0, 3)
    ]
    absent = unanswerable("drcd", tmp_path, asked)
    assert [judgement.id for judgement in absent] == ["q1", "q4"]
    assert all(judgement.unanswerable for judgement in absent)
    assert unanswerable("speech", tmp_path, asked) == []


def test_checks_tell_true_answers_from_changed_ones(
    tiny_index: Path, encoder: BigramEncoder
) -> None:
    reader = Recorder(tiny_index, encoder=encoder)
    answers = [reader.ask(question) for question in TINY_ASKED]
    assert any(not answer.refused for answer in answers)
    checks = checks_of(reader)
    assert checks["exact slices"] == checks["true answers passed"] == 1.0
    assert checks["falsified"] > 0
    assert checks["falsified caught"] == 1.0
    given = next(answer for answer in answers if not answer.refused)
    assert is_caught("别的话[1]。", given)


def test_questions_never_end_and_most_are_new() -> None:
    asked = list(itertools.islice(varied(["甲？", "乙？"]), 200))
    assert asked[:2] == ["甲？", "乙？"]
    assert 120 < len(set(asked)) < 200
    assert all("甲" in question or "乙" in question for question in asked)


def _rows(memory: Sequence[float], built: Sequence[int]) -> list[dict[str, float]]:
    """A curve of one asker's hundred questions a row."""
    return [
        {"questions": 100 * (n + 1), "rebuilds": rebuilds, "resident_mb": mb, "errors": 0}
        for n, (mb, rebuilds) in enumerate(zip(memory, built, strict=True))
    ]


def test_a_leak_shows_as_growth_and_what_is_filled_once_does_not() -> None:
    filled = growth(_rows([100, 300, 300, 300, 300, 300, 300, 300], [0, 0, 0, 0, 1, 2, 3, 4]))
    assert (filled["MB per 1000 questions"], filled["MB per rebuild"]) == (0, 0)
    leaking = growth(_rows([100, 101, 102, 103, 110, 120, 130, 140], [0, 0, 0, 0, 1, 2, 3, 4]))
    assert leaking["MB per 1000 questions"] == pytest.approx(10)
    assert leaking["MB per rebuild"] == pytest.approx(10)


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_server_is_asked_by_a_crowd_painted_rebuilt_and_its_memory_followed(
    tiny_index: Path, tiny_corpus: Path, encoder: BigramEncoder, browser: Browser, tmp_path: Path
) -> None:
    reader = Library(tiny_index, encoder=encoder)
    with shown(reader, tiny_corpus) as address:
        server = Server(int(address.rpartition(":")[2]), os.getpid())
        assert server.ask(TINY_ASKED[0])["citations"][0]["doc_id"] == "办法"
        taken = crowd(server, list(itertools.islice(varied(TINY_ASKED), 12)), askers=4)
        assert taken["errors"] == 0
        assert 0 < taken["p10 ms"] <= taken["p50 ms"] <= taken["p95 ms"]
        first, typed = paint(browser, server)
        assert 0 < first < typed

        def rebuild_once(number: int) -> None:
            (tiny_corpus / "note.txt").write_text(f"第{number}次核对。", encoding="utf-8")
            rebuild(browser, server, tiny_index)

        rows = list(curve(server, TINY_ASKED, rebuild_once, count=4, rebuilds=1))
    assert [(row["questions"], row["rebuilds"]) for row in rows] == [(4, 0), (4, 1)]
    assert all(row["resident_mb"] > 10 and row["errors"] == 0 for row in rows)
    # a reader of its own: the page's goes on with the version before while a thread opens the next
    built = Library(tiny_index, encoder=encoder).index()
    assert built.version == current_version(tiny_index)
    assert built.catalogue.doc_ids()[0] == "note"
    write_curve(rows, tmp_path / "curve.csv")
    assert (tmp_path / "curve.csv").read_text("utf-8").splitlines()[0].startswith("seconds,")
    assert "resident MB" in (tmp_path / "curve.svg").read_text("utf-8")


def test_a_call_that_fails_is_counted() -> None:
    server = Server(free_port(), os.getpid())
    assert crowd(server, ["问？", "问？"], askers=2)["errors"] == 2
