"""Two processes encode what one would, in batches that are journalled as ever. The model is real and tiny."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bearing_qa.build import journal
from bearing_qa.build.journal import JOURNAL
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.encoders import workers
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.errors import EncoderError
from tests.conftest import MANY


def test_two_processes_give_the_vectors_of_one_and_share_the_cores(model_folder: str) -> None:
    pooled = SentenceEncoder(model_folder, workers=2)
    threads = os.environ.get(workers.THREADS)
    try:
        vectors = pooled.encode_passages(MANY)
    finally:
        pooled.stop()
    assert np.abs(vectors - SentenceEncoder(model_folder).encode_passages(MANY)).max() < 1e-5
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(MANY)), abs=1e-5)
    assert os.environ.get(workers.THREADS) == threads
    pooled.stop()  # a second time does nothing


def test_a_few_texts_start_no_process(model_folder: str) -> None:
    encoder = SentenceEncoder(model_folder, workers=2)
    few = encoder.encode_passages(MANY[: workers.POOLED_TEXTS - 1])
    assert few.shape == (workers.POOLED_TEXTS - 1, 32)
    assert encoder._pool is None


@pytest.mark.long
def test_a_process_that_is_killed_is_named_and_what_was_encoded_is_kept(
    tmp_path: Path, model_folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch fails; the next build, with one process, takes the first from the journal."""
    monkeypatch.setattr(journal, "BATCH_TEXTS", 150)

    class Killed(SentenceEncoder):
        def encode_passages(self, texts: object, *, progress: object = None) -> workers.Vectors:
            if self._pool is not None:
                for process in self._pool._pool["processes"]:
                    os.kill(process.pid, signal.SIGKILL)
            return super().encode_passages(texts, progress=progress)  # type: ignore[arg-type]

    (tmp_path / "corpus").mkdir()
    lines = (
        json.dumps({"_id": f"d{n}", "text": text}, ensure_ascii=False)
        for n, text in enumerate(MANY)
    )
    (tmp_path / "corpus" / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    encoder = Killed(model_folder, workers=2)
    with pytest.raises(EncoderError, match=r"process that encodes ended.*fewer --workers"):
        build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    encoder.stop()
    kept = sorted((tmp_path / "index" / JOURNAL).glob("*/*.json"))
    assert [len(json.loads(path.read_text("utf-8"))["keys"]) for path in kept] == [300]
    one = SentenceEncoder(model_folder)
    assert build_index(tmp_path / "corpus", tmp_path / "index", encoder=one).resumed == 300


@pytest.mark.long
def test_workers_are_named_at_the_command_line(tmp_path: Path, model_folder: str) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("\n".join(MANY), encoding="utf-8")
    command = ["index", str(tmp_path / "corpus"), "--index", str(tmp_path / "ix")]
    run = CliRunner().invoke(app, [*command, "--encoder", model_folder, "--workers", "2"])
    assert run.exit_code == 0, run.stderr
    assert "encoded" in run.stdout
    assert CliRunner().invoke(app, [*command, "--workers", "0"]).exit_code == 2
