"""A question → its vector, by ONNX Runtime: the packaged encoder alone, for one text at a time.

The same weights and tokens as sentence-transformers', in a third of its time, and without importing torch, which
takes ten times as long as all that a question needs. The graph (``scripts/question_graph.py``) has
no weights: they are taken from the unpacked model's ``model.safetensors``, whose table of word embeddings, four
fifths of it, stays a mapped file from which a question's rows are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

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


@lru_cache(maxsize=1)
def load_words(folder: Path) -> tuple[Tokenizer, Vectors]:
    """The tokenizer of an unpacked model, and its table of word embeddings, shape (pieces, hidden), a mapped file.

    Loaded once for all that read by them.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    config = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
    tokenizer.enable_truncation(config["max_seq_length"])
    return tokenizer, read_weights(folder / "model.safetensors")[WORDS]


def read_weights(path: Path) -> dict[str, Vectors]:
    """Tensors of a safetensors file by name, memory-mapped."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(LENGTH_BYTES), "little")
        contents: dict[str, Any] = json.loads(file.read(length))
    contents.pop("__metadata__", None)
    data = np.memmap(path, np.float32, "r", offset=LENGTH_BYTES + length)
    found = {}
    for name, entry in contents.items():
        if not name.startswith(UNUSED):
            start, end = (offset // data.itemsize for offset in entry["data_offsets"])
            found[name] = np.asarray(data[start:end]).reshape(entry["shape"])
    return found


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
