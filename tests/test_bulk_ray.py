"""A corpus encoded by Ray Data on this machine: a build then takes every vector from the journal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scripts.bulk_ray import TEXTS, Encode, write_texts

from bearing_qa.build.journal import Journal
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.encoders.identity import made_by
from tests.conftest import ROOT, BigramEncoder


def test_the_texts_are_those_that_a_build_encodes(tiny_corpus: Path, tmp_path: Path) -> None:
    """Taken in from outside, nothing is left to encode; what is in the journal is not written again."""
    encoder, index = BigramEncoder(), tmp_path / "index"
    journal = Journal(index, made_by=made_by(encoder))
    count = write_texts(tiny_corpus, tmp_path / TEXTS, journal=journal)
    assert count == len((tmp_path / TEXTS).read_text("utf-8").splitlines())
    plain = build_index(tiny_corpus, tmp_path / "plain", encoder=encoder)
    assert plain.encoded == count
    import json

    lines = [json.loads(line) for line in (tmp_path / TEXTS).read_text("utf-8").splitlines()]
    keys = [bytes.fromhex(line["key"]) for line in lines]
    journal.write(keys, encoder.encode_passages([line["text"] for line in lines]))
    assert write_texts(tiny_corpus, tmp_path / TEXTS, journal=journal) == 0
    report = build_index(tiny_corpus, index, encoder=encoder)
    assert (report.encoded, report.resumed) == (0, count)


def test_an_actor_encodes_as_the_program_does(model_folder: str) -> None:
    batch = {"key": np.array(["aa", "bb"]), "text": np.array(["公园", "第二条"])}
    made = Encode(model_folder)(batch)
    assert made["key"].tolist() == ["aa", "bb"]
    wanted = SentenceEncoder(model_folder).encode_passages(["公园", "第二条"])
    assert made["vector"] == pytest.approx(wanted, abs=1e-6)


def test_two_workers_of_ray_encode_a_corpus(
    tiny_corpus: Path, tmp_path: Path, model_folder: str
) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'ray[data]'")
    index = tmp_path / "index"
    command = [sys.executable, "-m", "scripts.bulk_ray", str(tiny_corpus), str(index)]
    command += ["--encoder", model_folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    report = build_index(tiny_corpus, index, encoder=SentenceEncoder(model_folder))
    assert report.encoded == 0
    assert report.resumed > 10
