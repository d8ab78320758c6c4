"""Trains the reader on groups of passages, from where it stopped.

    python -m training.train GROUPS.jsonl WORK [--hours 1] [--layers 12] [--freeze 4] [--rate 1.5e-4] [--from CHECKPOINT] [--seed 0]

A line of GROUPS (see ``training.groups``) is a question with its passages: of each the units' texts, how much of the
answer it has (``share``), and which characters of its units say it. The loss of a group is a softmax over relevance
(ListNet, Cao et al. 2007: the target is the squared shares), a binary one over answerable and, in passages that say some of the
answer, a softmax and a binary one over units, each the mean of its tokens, and a binary one over the tokens of those
that say it: which units, and which clauses of them, is asked only there.
WORK/checkpoint.pt is written every ``SAVE_STEPS`` steps, WORK/log.jsonl has a line every ``LOG_STEPS``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as binary

from bearing_qa.encoders import default_model
from bearing_qa.encoders.reader_tokens import MAX_OUTLINE, MAX_PASSAGE, tokens_of
from training.model import Encoded, Reader

TOGETHER = 6
"""Questions of a step, each with one of its edited forms where it has any."""
MAX_NEGATIVE = 3
"""Passages that do not answer, of those of a group that are read in one step."""
SECOND_SHARE = 0.3
"""How often a second passage that answers is read beside one that says all."""
WARM_STEPS = 30
SAVE_STEPS, LOG_STEPS = 50, 10
NEAR_SHARE = 0.3
"""What a look-alike passage of a question without an answer counts in relevance: it is of the matter."""
ANSWERABLE_WEIGHT, EVIDENCE_WEIGHT = 1.0, 1.0
CLAUSE_WEIGHT = 0.5
"""What the tokens of the units that say it count beside the units."""
HEADS_RATE = 6.0
"""Times the body's learning rate."""
POSITIVE_WEIGHT = 2.0
"""Positives are rare in the binary loss of units."""
ANSWERS_WEIGHT, NEAR_WEIGHT, FAR_WEIGHT = 2.0, 2.0, 0.5
"""What a passage that answers counts in answerable, one that only looks like it (under a question without an answer),
and one of another matter: the first two are hard to tell apart, and most passages of a question are of the third kind."""


@dataclass(frozen=True, slots=True)
class Item:
    """One passage of a group as it is read, with its targets."""

    read: Encoded
    marks: list[float]
    units: list[int]
    share: float
    answers: float
    weight: float


def tokenizer() -> Tokenizer:
    """The packaged encoder's, without padding or truncation."""
    found = Tokenizer.from_file(str(default_model.unpacked_folder() / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def make_item(cutter: Tokenizer, question: str, passage: dict[str, Any], *, none: bool) -> Item:
    """A passage of a group as tokens with targets; ``none``: the question has no answer."""
    read = tokens_of(
        cutter,
        question=question,
        title=passage["title"],
        path=passage["path"],
        units=passage["units"],
        most=MAX_OUTLINE if passage.get("kind") in ("list", "digest") else MAX_PASSAGE,
    )
    said = passage.get("gold", []) if not none else []  # (unit, start, end)
    marks = [
        float(any(u == unit and s < end and start < e for u, s, e in said))
        for unit, (start, end) in zip(read.unit, read.span, strict=True)
    ]
    share = passage.get("share", 0.0)
    return Item(
        Encoded(read.ids, read.kinds, read.asked, read.begins),
        marks,
        read.unit,
        NEAR_SHARE if none and share else share,
        0.0 if none or not share else max(share, 0.5),
        FAR_WEIGHT if not share else NEAR_WEIGHT if none else ANSWERS_WEIGHT,
    )


def sample(row: dict[str, Any], rng: random.Random) -> list[dict[str, Any]]:
    """The passages of a group that one step reads: the best ones that answer, others that the retriever likes."""
    good = [p for p in row["passages"] if p.get("share")]
    bad = [p for p in row["passages"] if not p.get("share")]
    good.sort(key=lambda p: -p["share"])
    first = [rng.choice([p for p in good if p["share"] == good[0]["share"]])] if good else []
    others = [p for p in good if p not in first]
    if others and (first[0]["share"] < 1 or rng.random() < SECOND_SHARE):
        first.append(rng.choice(others))
    if row["type"] == "edited":
        return [*first, *rng.sample(bad, min(1, len(bad)))]
    count = MAX_NEGATIVE
    near = bad[:8]
    chosen = rng.sample(near, min(count - 1, len(near)))
    rest = [p for p in bad if p not in chosen]
    return [*first, *chosen, *rng.sample(rest, min(count - len(chosen), len(rest)))]


def losses(
    model: Reader, groups: list[tuple[list[Item], bool]]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean losses of relevance, answerable and evidence over some groups."""
    items = [item for group, _ in groups for item in group]
    evidence, judge = model.read([item.read for item in items])
    told = [
        unit_loss(evidence[row, item.read.begins : item.read.begins + len(item.marks)], item)
        for row, item in enumerate(items)
        if any(item.marks)
    ]
    unit = torch.stack(told).mean() if told else evidence.sum() * 0
    answers = torch.tensor([item.answers for item in items])
    answer_loss = binary(judge[:, 1], answers, weight=torch.tensor([item.weight for item in items]))
    ranks, first = [], 0
    for group, none in groups:
        shares = torch.tensor([item.share for item in group])
        scores = judge[first : first + len(group), 0]
        if float(shares.sum()) > 0:
            worth = NEAR_SHARE if none else 1.0
            target = shares**2 / (shares**2).sum()
            ranks.append(-worth * (target * scores.log_softmax(0)).sum())
        first += len(group)
    rank_loss = torch.stack(ranks).mean() if ranks else evidence.sum() * 0
    return rank_loss, answer_loss, unit


def unit_loss(tokens: torch.Tensor, item: Item) -> torch.Tensor:
    """The loss of a passage's evidence, tokens (count,): which units say the answer, as a choice and each by itself."""
    at = torch.tensor(item.units)
    size = int(at.max()) + 1
    count = torch.zeros(size).index_add(0, at, torch.ones(len(at)))
    units = torch.zeros(size).index_add(0, at, tokens) / count.clamp(min=1)
    want = torch.zeros(size).index_reduce(0, at, torch.tensor(item.marks), "amax")
    heavy = torch.tensor(POSITIVE_WEIGHT)
    choice = -(want / want.sum() * units.log_softmax(0)).sum()
    inside = want[at] > 0
    clauses = binary(tokens[inside], torch.tensor(item.marks)[inside])
    return choice + binary(units, want, pos_weight=heavy) + CLAUSE_WEIGHT * clauses


def rate_at(done: float, step: int, options: argparse.Namespace) -> float:
    """The learning rate: warm-up, then flat, or falling by a cosine over the whole run."""
    shape = 1.0 if options.flat else 0.5 + 0.5 * math.cos(math.pi * min(done, 1))
    return float(options.rate * min(1, (step + 1) / WARM_STEPS) * shape + 1e-7)


def together(rows: list[dict[str, Any]], rng: random.Random) -> list[list[dict[str, Any]]]:
    """Each question with one of its edited forms, if it has any: what tells them apart is learned in one step."""
    forms: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["type"] == "edited":
            forms.setdefault(row["of"], []).append(row)
    return [
        [row, *rng.sample(forms.get(row["id"], []), min(1, len(forms.get(row["id"], []))))]
        for row in rows
        if row["type"] != "edited"
    ]


def batches(
    rows: list[dict[str, Any]], cutter: Tokenizer, rng: random.Random, extra: int
) -> Iterator[list[tuple[list[Item], bool]]]:
    """One pass over the questions in batches of like length; of the reading sets ``extra`` questions are taken."""
    policy = [row for row in rows if row.get("set", "policy") == "policy"]
    others = [row for row in rows if row.get("set", "policy") != "policy"]
    pool = together(policy + rng.sample(others, min(extra, len(others))), rng)
    rng.shuffle(pool)
    for first in range(0, len(pool), TOGETHER * 40):
        asked = [
            [
                ([make_item(cutter, r["q"], p, none=r["none"]) for p in sample(r, rng)], r["none"])
                for r in own
            ]
            for own in pool[first : first + TOGETHER * 40]
        ]
        asked.sort(key=lambda own: _length(own) + 60 * rng.random())
        steps = [asked[at : at + TOGETHER] for at in range(0, len(asked), TOGETHER)]
        rng.shuffle(steps)
        yield from ([group for own in step for group in own] for step in steps)


def _length(groups: list[tuple[list[Item], bool]]) -> float:
    """Mean number of tokens of a passage with its question."""
    sizes = [len(item.read.ids) for group, _ in groups for item in group]
    return sum(sizes) / len(sizes)


def train(options: argparse.Namespace) -> None:
    """Trains until the hours are over; goes on from WORK/checkpoint.pt where there is one."""
    torch.manual_seed(options.seed)
    torch.set_flush_denormal(True)  # tiny weights of the optimiser cost much and say nothing
    rows = [json.loads(line) for line in options.groups.read_text("utf-8").splitlines()]
    model = Reader(options.layers).train()
    model.freeze(options.freeze)
    params = [p for p in model.parameters() if p.requires_grad]
    heads = model.heads()
    own = {id(p) for p in heads}
    adam = torch.optim.AdamW(
        [
            {"params": [p for p in params if id(p) not in own], "times": 1.0},
            {"params": heads, "times": HEADS_RATE},
        ],
        lr=options.rate,
        weight_decay=0.01,
    )
    options.work.mkdir(parents=True, exist_ok=True)
    saved = options.work / "checkpoint.pt"
    step, spent, pairs = 0, 0.0, 0
    if saved.exists():
        state = torch.load(saved)
        model.load_state_dict(state["model"], strict=False)
        adam.load_state_dict(state["adam"])
        step, spent, pairs = state["step"], state["spent"], state["pairs"]
    elif options.start:
        known = torch.load(options.start)["model"]
        model.load_state_dict(
            {name: value for name, value in known.items() if name not in options.again},
            strict=False,
        )
    cutter, began, mean = tokenizer(), time.time() - spent, None
    passes = 0
    while True:
        rng = random.Random(f"{options.seed} {step} {passes}")
        passes += 1
        for groups in batches(rows, cutter, rng, options.extra):
            done = (time.time() - began) / (options.hours * 3600)
            if done > 1:
                save(model, adam, (step, pairs), time.time() - began, saved)
                return
            for setting in adam.param_groups:
                setting["lr"] = setting["times"] * rate_at(done, step, options)
            rank, answer, unit = losses(model, groups)
            loss = rank + ANSWERABLE_WEIGHT * answer + EVIDENCE_WEIGHT * unit
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(params, 1.0)
            adam.step()
            adam.zero_grad()
            now = torch.tensor([rank.item(), answer.item(), unit.item()])
            mean = now if mean is None else 0.97 * mean + 0.03 * now
            step, pairs = step + 1, pairs + sum(len(group) for group, _ in groups)
            if step % LOG_STEPS == 0:
                log(options.work, step, passes, pairs, time.time() - began, mean)
            if step % SAVE_STEPS == 0:
                save(model, adam, (step, pairs), time.time() - began, saved)


def log(work: Path, step: int, passes: int, pairs: int, spent: float, mean: torch.Tensor) -> None:
    """A line of losses, shown and kept."""
    names = ("relevance", "answerable", "evidence")
    line = {"step": step, "pass": passes, "pairs": pairs, "seconds": round(spent)}
    line |= dict(zip(names, (round(x, 4) for x in mean.tolist()), strict=True))
    print(json.dumps(line), flush=True)
    with (work / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def save(
    model: Reader, adam: torch.optim.Optimizer, done: tuple[int, int], spent: float, path: Path
) -> None:
    """Writes the checkpoint beside the last one and puts it in its place; ``done``: steps and pairs."""
    aside = path.with_suffix(".new")
    state = {"model": model.body_state(), "adam": adam.state_dict(), "spent": spent}
    state |= dict(zip(("step", "pairs"), done, strict=True))
    torch.save(state, aside)
    aside.replace(path)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--freeze", type=int, default=4, help="lowest layers that stay as they are")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--flat", action="store_true", help="no falling rate")
    parser.add_argument("--extra", type=int, default=1500, help="questions of reading sets a pass")
    parser.add_argument("--from", dest="start", type=Path, help="weights to begin with")
    parser.add_argument(
        "--again", nargs="*", default=(), help="weights that are not taken from there"
    )
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
