"""What a checkpoint has learned, on groups of documents that it was not trained on.

    python -m training.figures GROUPS.jsonl CHECKPOINT [--every 6] [--layers 12]

Of each question at most ``CANDIDATES`` passages are read: two that answer (or look like it) and what BM25 finds nearest.
hit@k: one that answers is among the k first by relevance. AUC: how often an answerable question's first passage is
surer of an answer than that of one without; how often a token that says the answer has more evidence than another of
its passage.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.model import Reader
from training.train import make_item, tokenizer

CANDIDATES, ANSWERING = 9, 2


def auc(more: list[float], less: list[float]) -> float:
    """Share of pairs in which the first is greater; a tie is half of one."""
    pairs = [(a > b) + 0.5 * (a == b) for a in more for b in less]
    return float(np.mean(pairs)) if pairs else float("nan")


def candidates(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The passages of a group that are read."""
    good = [p for p in row["passages"] if p.get("share")][:ANSWERING]
    return [*good, *(p for p in row["passages"] if not p.get("share"))][:CANDIDATES]


def main() -> None:
    """Reads and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", type=Path)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--every", type=int, default=6)
    parser.add_argument("--layers", type=int, default=12)
    options = parser.parse_args()
    model = Reader(options.layers).eval()
    model.load_state_dict(torch.load(options.checkpoint)["model"], strict=False)
    cutter = tokenizer()
    first, third, tokens = [], [], []
    sure: dict[bool, list[float]] = {True: [], False: []}
    for line in options.groups.read_text("utf-8").splitlines()[:: options.every]:
        row = json.loads(line)
        read = candidates(row)
        items = [make_item(cutter, row["q"], p, none=row["none"]) for p in read]
        with torch.inference_mode():
            evidence, judge = model.read([item.read for item in items])
        order = judge[:, 0].argsort(descending=True).tolist()
        sure[row["none"]].append(judge[order[0], 1].item())
        if row["none"]:
            continue
        first.append(bool(read[order[0]].get("share")))
        third.append(any(read[at].get("share") for at in order[:3]))
        for item, own in zip(items, evidence, strict=True):
            said = own[item.read.begins : item.read.begins + len(item.marks)].tolist()
            more = [e for e, mark in zip(said, item.marks, strict=True) if mark]
            less = [e for e, mark in zip(said, item.marks, strict=True) if not mark]
            if more and less:
                tokens.append(auc(more, less))
    print(f"{len(first)} answerable, {len(sure[True])} not")
    print(f"hit@1 {np.mean(first):.3f}, hit@3 {np.mean(third):.3f}")
    print(f"AUC of answerable {auc(sure[False], sure[True]):.3f}")
    print(f"AUC of a token's evidence {np.mean(tokens):.3f} ({len(tokens)} passages)")


if __name__ == "__main__":
    main()
