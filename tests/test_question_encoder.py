"""Questions are encoded without sentence-transformers: the vectors are the same, and torch is not loaded."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bearing_qa.encoders import default_model, question_encoder, reading_model
from bearing_qa.encoders.encoder import DEFAULT_ENCODER, SentenceEncoder
from bearing_qa.errors import EncoderError

TEXTS = (
    "国产航空轴承使用寿命有多长？",
    "",
    "2023年主营业务收入２１８０亿元，同比 -2.3%～4.7%？",
    "Who is responsible for 第三条？\n\n\t谁负责",
    "轴承产业2023年要发展。" * 400,
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked model, at a place by which it is asked as any other."""
    place = tmp_path_factory.mktemp("model") / "copy"
    place.symlink_to(default_model.unpacked_folder(), target_is_directory=True)
    return place


def test_a_question_has_the_vector_that_sentence_transformers_gives_it(model: Path) -> None:
    fast, plain = SentenceEncoder(), SentenceEncoder(str(model))
    assert fast.prompts == plain.prompts
    for text in TEXTS:
        vector = fast.encode_question(text)
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert np.abs(vector - plain.encode_question(text)).max() < 1e-6, text[:40]


def test_threads_that_ask_at_once_get_the_same_bytes() -> None:
    encoder = SentenceEncoder()
    alone = [encoder.encode_question(text).tobytes() for text in TEXTS]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(encoder.encode_question, TEXTS * 6))
    assert [vector.tobytes() for vector in found] == alone * 6


def test_asking_imports_neither_torch_nor_sentence_transformers(speech_index: Path) -> None:
    program = (
        "import sys; from bearing_qa.cli.main import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit as exit: assert not exit.code, exit.code\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    words = ["ask", "国产航空轴承使用寿命有多长？", "--index", str(speech_index)]
    command: Sequence[str] = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "800 小时" in done.stdout


def test_a_model_that_lost_its_end_is_told_in_one_line_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = default_model.unpacked_folder(), tmp_path / "models" / "cut"
    cut.mkdir(parents=True)
    for path in whole.iterdir():
        if path.is_file() and path.name != "model.safetensors":
            shutil.copy(path, cut)
    with (whole / "model.safetensors").open("rb") as file:
        (cut / "model.safetensors").write_bytes(file.read(400_000_000))
    monkeypatch.setattr(default_model, "unpacked_folder", lambda: cut)
    with pytest.raises(EncoderError, match="cannot be loaded") as told:
        SentenceEncoder().encode_question("谁负责？")
    assert f"delete {cut}" in str(told.value)


def test_the_graph_is_what_its_script_writes() -> None:
    pytest.importorskip("onnx")
    from scripts.question_graph import make_graph

    kept = Path(question_encoder.__file__).with_name(question_encoder.GRAPH).read_bytes()
    assert make_graph().SerializeToString(deterministic=True) == kept


def test_another_device_is_left_to_sentence_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEARING_QA_DEVICE", "meta")
    encoder = SentenceEncoder(DEFAULT_ENCODER)
    with pytest.raises(Exception, match=r"meta|cannot be loaded"):
        encoder.encode_question("谁负责？")


def test_a_damaged_reader_is_named_in_one_line(tmp_path: Path) -> None:
    for data in (
        b"",
        b"no graph",
        Path(reading_model.__file__).with_name("reader.onnx").read_bytes()[:5000],
    ):
        (tmp_path / "reader.onnx").write_bytes(data)
        with pytest.raises(EncoderError, match=r"reader\.onnx cannot be loaded"):
            reading_model.ReadingModel(tmp_path / "reader.onnx")
