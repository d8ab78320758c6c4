"""How much of what the documents say on a theme is collected, and how much of what is collected is on it.

    python -m benchmarks.themes SETS WORK [--split "held back"]

SETS is a folder with ``data/``, WORK any folder for the index of a split's documents. ``themes.jsonl`` has 24 themes,
twelve on the tuning documents (on which the weights of ``review.theme`` were fitted: ``--fit``) and twelve on the
held-back ones. Judged are the sentences of the 25 passages nearest to a theme, those that have all its words, and a
sample of those that an earlier state of the program took beside them, each of which counts for as many as it was
drawn from. What nobody judged counts in nothing. Twelve further themes are in no document of either split: of these
nothing should be collected.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from training.data import QUESTIONS, read_documents, read_questions

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.review.theme import Judged, judge
from bearing_qa.search.scope import EVERYTHING

THEMES = Path(__file__).with_name("themes.jsonl")
ABSENT_ROWS = 100
"""Sentences of an absent theme that count as not on it."""
DECAY, STEPS = 1e-3, 100
Array = npt.NDArray[np.float64]


def library_of(sets: Path, work: Path, split: str) -> Library:
    """The documents of a split of ``training/questions``, indexed together."""
    questions = [q for q in read_questions(QUESTIONS) if q.split == split]
    docs = {d for q in questions for d in (q.doc, *(d for d, _ in q.evidence))}
    folder, encoder = work / split.replace(" ", "-"), SentenceEncoder()
    if not (folder / "index" / "CURRENT").exists():
        read_documents(docs, sets / "data", folder / "corpus")
        build_index(folder / "corpus", folder / "index", encoder=encoder)
    return Library(folder / "index", encoder=encoder)


def features(judged: Judged | None) -> list[float]:
    """What the logistic model looks at; of a sentence that retrieval did not bring, the least."""
    return [1.0, judged.own, judged.said, judged.rank] if judged else [1.0, 0.0, 0.0, 0.0]


def rows_of(library: Library, item: dict[str, Any]) -> list[tuple[list[float], bool, float, bool]]:
    """Of each judged sentence of a theme its features, whether it is on it, its worth, and whether it is collected."""
    found = judge(library, library.index(), item["theme"], EVERYTHING)
    known = {(one.passage.doc_id, *one.span): one for one in found}
    if item.get("absent"):
        return [(features(one), False, 1.0, one.score > 0) for one in found[:ABSENT_ROWS]]
    rows = []
    for doc, start, end, is_on, worth in item["judged"]:
        one = known.get((doc, start, end))
        rows.append((features(one), bool(is_on), float(worth), one is not None and one.score > 0))
    return rows


def figures(rows: list[tuple[list[float], bool, float, bool]]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(worth for _, is_on, worth, is_taken in rows if is_on and is_taken)
    taken = sum(worth for _, _, worth, is_taken in rows if is_taken)
    wanted = sum(worth for _, is_on, worth, _ in rows if is_on)
    return right / max(taken, 1e-9), right / max(wanted, 1e-9)


def fit(themes: list[list[tuple[list[float], bool, float, bool]]]) -> Array:
    """Weights of ``features`` by logistic regression (Newton), each theme counting alike."""
    rows = [row for own in themes for row in own]
    matrix = np.array([row[0] for row in rows])
    wanted = np.array([float(row[1]) for row in rows])
    worth = np.concatenate(
        [np.array([row[2] for row in own]) / sum(row[2] for row in own) for own in themes]
    )
    weights = np.zeros(matrix.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (worth * (chance - wanted)) / worth.sum() + DECAY * weights
        curve = (matrix * (worth * chance * (1 - chance))[:, None]).T @ matrix / worth.sum()
        weights -= np.linalg.solve(curve + DECAY * np.eye(len(weights)), slope)
    return weights


def main() -> None:
    """Prints precision and recall of each theme and their means; with --fit the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--split", default="held back", choices=("tuning", "held back"))
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    library = library_of(options.sets, options.work, options.split)
    items = [json.loads(line) for line in THEMES.read_text("utf-8").splitlines()]
    own = [item for item in items if item["split"] == options.split]
    themes = {item["theme"]: rows_of(library, item) for item in own if not item.get("absent")}
    absent = {item["theme"]: rows_of(library, item) for item in own if item.get("absent")}
    found = {name: figures(rows) for name, rows in themes.items()}
    for name, (precision, recall) in found.items():
        print(f"{name}: precision {precision:.3f}, recall {recall:.3f} of {len(themes[name])}")
    precision, recall = np.mean(list(found.values()), axis=0)
    print(f"mean of {len(found)} themes: precision {precision:.3f}, recall {recall:.3f}")
    taken = {name: sum(row[3] for row in rows) for name, rows in absent.items()}
    print(f"sentences collected on {len(taken)} themes of no document: {taken}")
    if options.fit:
        print(f"weights {fit(list(themes.values())).round(2).tolist()}")


if __name__ == "__main__":
    main()
