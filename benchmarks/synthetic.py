"""Documents and vectors made up for measuring growth: more of both than can be written or encoded here.

Texts are policy-like: documents with headings and paragraphs, each on one matter, their sentences put
together from clauses of the public sets (``SETS/data/*/corpus.jsonl``) with figures changed, so that hardly
two are the same. A matter is some neighbouring texts of a set. Vectors are made from a text's character
bigrams, so that like texts have like vectors: each bigram has a place in a space of few dimensions, a
text lies in the middle of its bigrams' places, and noise of the full dimension is added.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
DIMENSION = 384
"""That of the default encoder."""
LATENT = 48
"""Dimensions in which texts differ by what they say."""
NOISE = 0.3
"""Length of the noise, of the vector's own."""
BUCKETS = 8192
"""Places that bigrams are thrown into."""
NOISES = 1 << 22
"""Places in one row of chance numbers where a text's noise may begin."""
TEXTS_A_MATTER = 40
SECTIONS, PARAGRAPHS, SENTENCES = 9, 2, (1, 4)
"""Of a document: sections, paragraphs of each, sentences of a paragraph (at least, at most). Passages come
out like those of the public policy texts: a third are headings, the others have about 135 characters."""
DOCUMENTS_A_FILE = 250
PASSAGES_A_DOCUMENT = 24
"""What the product makes of a document, headings and front matter among them; measured."""

_CLAUSE = re.compile(r"[\u4e00-\u9fff0-9A-Za-z%.“”《》]{6,28}")
_FIGURE = re.compile(r"\d+")
_NUMERALS = "一二三四五六七八九"


def read_matters(sets: Path | None, corpus: Path) -> list[list[str]]:
    """Clauses by matter, of the texts of the public sets and of the files of a corpus."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(corpus.glob("*.txt"))]
    matters = [_CLAUSE.findall(text) for text in texts]
    for path in sorted(sets.glob("data/*/corpus.jsonl")) if sets else []:
        lines = path.read_text(encoding="utf-8").splitlines()
        found = [_CLAUSE.findall(json.loads(line)["text"]) for line in lines]
        for first in range(0, len(found), TEXTS_A_MATTER):
            matters.append(
                [clause for part in found[first : first + TEXTS_A_MATTER] for clause in part]
            )
    return [clauses for clauses in matters if len(clauses) > SECTIONS]


def write_corpus(folder: Path, matters: Sequence[Sequence[str]], *, passages: int) -> int:
    """Writes documents of about so many passages, in .jsonl files; gives their number."""
    folder.mkdir(parents=True, exist_ok=True)
    count = max(1, passages // PASSAGES_A_DOCUMENT)
    for first in range(0, count, DOCUMENTS_A_FILE):
        numbers = range(first, min(first + DOCUMENTS_A_FILE, count))
        lines = (json.dumps(document(number, matters), ensure_ascii=False) for number in numbers)
        name = f"卷{first // DOCUMENTS_A_FILE:05d}.jsonl"
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return count


def document(number: int, matters: Sequence[Sequence[str]]) -> dict[str, str]:
    """The document of a number, the same in every run."""
    draw = random.Random(number)
    clauses = draw.choice(matters)
    title = f"关于{_short(draw.choice(clauses))}的意见（第{number}号）"
    parts = []
    for at in range(SECTIONS):
        parts.append(f"{_NUMERALS[at]}、{_short(draw.choice(clauses))}")
        parts += [paragraph(draw, clauses) for _ in range(PARAGRAPHS)]
    return {"_id": f"{number % 10}-{number}", "title": title, "text": "\n\n".join(parts)}


def paragraph(draw: random.Random, clauses: Sequence[str]) -> str:
    """Some sentences of three or four clauses of a matter."""
    sentences = []
    for _ in range(draw.randint(*SENTENCES)):
        chosen = [draw.choice(clauses) for _ in range(draw.randint(3, 4))]
        words = "，".join(
            _FIGURE.sub(lambda m: str(draw.randrange(10 ** len(m[0]))), c) for c in chosen
        )
        sentences.append(f"{words}。")
    return "".join(sentences)


def _short(clause: str) -> str:
    return clause.strip("“”《》.")[:14]


def questions(matters: Sequence[Sequence[str]], *, documents: int, count: int) -> Iterator[str]:
    """Questions on documents spread over all: some words of one clause, and of another of the sentence."""
    draw = random.Random(-1)
    for at in range(count):
        text = document(at * documents // count, matters)["text"]
        sentence = draw.choice([part for part in re.split("[。\n]", text) if part.count("，") >= 2])
        one, other = draw.sample(sentence.split("，"), 2)
        yield f"{one[:10]}和{other[:6]}有什么要求？"


class SyntheticEncoder:
    """An encoder whose vectors are made from a text's bigrams; the same in every process."""

    name, workers = "synthetic", 1
    prompts: Mapping[str, str] = {"query": "", "passage": ""}

    def __init__(self) -> None:
        chance = np.random.default_rng(0)
        self._places = chance.standard_normal((BUCKETS, LATENT)).astype(np.float32)
        self._lattice = chance.standard_normal((LATENT, DIMENSION)).astype(np.float32)
        self._noise = chance.standard_normal(NOISES + DIMENSION).astype(np.float32)

    def encode_question(self, question: str) -> Vectors:
        """Unit vector of shape (DIMENSION,)."""
        vector: Vectors = self.encode_passages([question])[0]
        return vector

    def encode_passages(self, texts: Sequence[str], *, progress: object = None) -> Vectors:
        """Unit vectors of shape (len(texts), DIMENSION)."""
        if not texts:
            return np.empty((0, DIMENSION), np.float32)
        places = np.stack([self._place(text) for text in texts])
        # Not by matrix product, whose last digits go by how many rows there are on some processors.
        said = _unit(np.einsum("np,pd->nd", places, self._lattice))
        noise = _unit(np.stack([self._noise_of(text) for text in texts]))
        return _unit(said + NOISE * noise)

    def _place(self, text: str) -> Vectors:
        codes = np.frombuffer(f"^{text}$".encode("utf-32-le", "surrogatepass"), np.uint32)
        pairs = (codes[:-1] * np.uint32(31) + codes[1:] * np.uint32(7919)) % BUCKETS
        place: Vectors = self._places[pairs].mean(axis=0)
        return place

    def _noise_of(self, text: str) -> Vectors:
        at = zlib.crc32(text.encode("utf-8", "surrogatepass")) % NOISES
        return self._noise[at : at + DIMENSION]


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
