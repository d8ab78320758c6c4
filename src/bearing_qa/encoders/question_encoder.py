"""A question → its vector, by ONNX Runtime: the packaged encoder alone, for one text at a time.

The same weights and tokens as sentence-transformers', in a third of its time, and without importing torch, which
takes ten times as long as all that a question needs. The graph (``scripts/question_graph.py``) has
no weights: they are taken from the unpacked model's ``model.safetensors``, whose table of word embeddings, four
fifths of it, stays in the file, from which a question's rows are read.
"""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bearing_qa.encoders.word_pieces import WordPieces

GRAPH = "question.onnx"
"""The file beside this module."""
INPUT, OUTPUT = "embedded", "vector"
"""Names of the graph's input, shape (tokens, hidden), and of its output, shape (1, hidden)."""
EMBEDDING = "embeddings"
"""What names of weights at the model's entrance begin with."""
WORDS = f"{EMBEDDING}.word_embeddings.weight"
UNUSED = "pooler."
"""What the names of weights begin with that mean pooling leaves out."""
LENGTH_BYTES = 8
"""A safetensors file begins with the length of its table of contents, little-endian."""

Vectors = npt.NDArray[np.float32]


class QuestionEncoder:
    """The model in an unpacked folder (see ``default_model``). May be asked from several threads at once.

    Each question has one thread: two would be a fourth sooner, but several askers be slower.
    Raises OSError, ValueError or what ONNX Runtime raises if the folder is not such a model.
    """

    def __init__(self, folder: Path) -> None:
        weights = read_weights(folder / "model.safetensors")
        del weights[WORDS]
        self._tokenizer, self._words = load_words(folder)
        graph = Path(__file__).with_name(GRAPH).read_bytes()
        self._session = open_session(graph, weights)

    def encode(self, text: str) -> Vectors:
        """Unit vector of a text with its prompt: float32 of shape (hidden,)."""
        embedded = self._words[self._tokenizer.encode(text).ids]
        (vectors,) = self._session.run([OUTPUT], {INPUT: embedded})
        return np.asarray(vectors[0], np.float32)


class Rows:
    """A matrix in a file, of which rows are read when they are asked for. Mapped, each row would bring 64 KB around it into
    the process's memory. May be read from several threads at once."""

    def __init__(self, path: Path, *, start: int, columns: int) -> None:
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._start, self._columns = start, columns

    def __getitem__(self, numbers: Sequence[int]) -> Vectors:
        """The rows of some numbers, in their order: float32 of shape (len(numbers), columns)."""
        size = self._columns * np.dtype(np.float32).itemsize
        wanted = dict.fromkeys(numbers)
        for number in wanted:
            wanted[number] = os.pread(self._file, size, self._start + number * size)
        found = b"".join(wanted[number] or b"" for number in numbers)
        return np.frombuffer(found, np.float32).reshape(len(numbers), self._columns)


@lru_cache(maxsize=1)
def load_words(folder: Path) -> tuple[WordPieces, Rows]:
    """The tokenizer of an unpacked model, and its table of word embeddings, shape (pieces, hidden), a row each.

    Loaded once for all that read by them.
    """
    config = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
    pieces = WordPieces(folder, limit=config["max_seq_length"])
    path = folder / "model.safetensors"
    contents, begin = _contents(path)
    entry = contents[WORDS]
    return pieces, Rows(path, start=begin + entry["data_offsets"][0], columns=entry["shape"][1])


def read_weights(path: Path) -> dict[str, Vectors]:
    """Tensors of a safetensors file by name, memory-mapped."""
    contents, begin = _contents(path)
    data = np.memmap(path, np.float32, "r", offset=begin)
    found = {}
    for name, entry in contents.items():
        if not name.startswith(UNUSED):
            start, end = (offset // data.itemsize for offset in entry["data_offsets"])
            found[name] = np.asarray(data[start:end]).reshape(entry["shape"])
    return found


def _contents(path: Path) -> tuple[dict[str, Any], int]:
    """What a safetensors file says of its tensors, by name, and where their bytes begin."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        contents: dict[str, Any] = json.loads(file.read(length))
    contents.pop("__metadata__", None)
    return contents, LENGTH_BYTES + length


def open_session(graph: bytes, weights: Mapping[str, Vectors] | None = None) -> Any:
    """A graph, with the weights that stand outside it, ready to run. One thread a run."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors only: the terminal is the program's own
    if weights:
        given = {
            name: onnxruntime.OrtValue.ortvalue_from_numpy(part) for name, part in weights.items()
        }
        options.add_external_initializers(list(given), list(given.values()))
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
