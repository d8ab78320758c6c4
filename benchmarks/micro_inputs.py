"""What the rows of ``micro`` work on: texts, an index of public documents, one of made-up passages."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scale import measure_build
from benchmarks.sets import every_kth
from benchmarks.synthetic import SyntheticEncoder

from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import Progress, SentenceEncoder, Vectors

Options = argparse.Namespace
MAX_CHARS = 350
"""Characters of a passage, as in the product."""
ASKED = 100
"""Questions."""


class Recorder(SentenceEncoder):
    """Knows the texts that it encoded."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See SentenceEncoder."""
        self.texts += texts
        return super().encode_passages(texts, progress=progress)


class Both(SyntheticEncoder):
    """Made-up vectors, for which the real encoder is called too."""

    def __init__(self, real: SentenceEncoder) -> None:
        super().__init__()
        self._real = real

    def encode_question(self, question: str) -> Vectors:
        """See SyntheticEncoder."""
        self._real.encode_question(question)
        return super().encode_question(question)


def read_texts(sets: Path, count: int) -> list[str]:
    """So many texts spread over all sets, none longer than a passage."""
    texts: list[str] = []
    for path in sorted(sets.glob("data/*/corpus.jsonl")):
        texts += [json.loads(line)["text"][:MAX_CHARS] for line in path.open(encoding="utf-8")]
    return every_kth(texts, count)


def make_real(work: Path, options: Options) -> None:
    """Writes the corpus of public documents: every k-th of the policy texts."""
    lines = (options.sets / "data" / "policy_docs" / "corpus.jsonl").read_text("utf-8").splitlines()
    target = work / "documents" / "corpus.jsonl"
    target.parent.mkdir(exist_ok=True)
    chosen = every_kth(lines, options.documents)
    target.write_text("".join(f"{line}\n" for line in chosen), encoding="utf-8")


def make_index(work: Path, _options: Options) -> None:
    """Builds the index of the public documents, unless it is there."""
    build_index(work / "documents", work / "index", encoder=SentenceEncoder())


def make_made_up(work: Path, options: Options) -> None:
    """Builds an index of made-up passages, unless it is there."""
    folder = work / f"made-up-{options.passages}"
    if not (folder / "index" / "CURRENT").is_file():
        measure_build(folder, options.passages, options.sets)


def made_up(work: Path, options: Options) -> tuple[Path, list[str]]:
    """The folder of that index, and questions on it."""
    folder = work / f"made-up-{options.passages}"
    asked: list[str] = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return folder / "index", asked[:ASKED]
