"""The reader while it is trained: the packaged encoder with three small heads.

``evidence`` is read from every token and how it agrees with the question; ``relevance`` and ``answerable`` from the first
token and from how the question and the passage agree. Agreement is two unit vectors, means of tokens' states, multiplied
number by number: the encoder was trained to bring such means together, so that the heads begin with what it knows. The table of word embeddings is the encoder's own
and is never changed, so that only the body has to be shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoModel

from bearing_qa.encoders import default_model
from bearing_qa.encoders.reader_tokens import KINDS

WORDS = "word_embeddings"
"""What the name of the weights holds that stay the encoder's."""
AGREEMENT_SCALE = 20.0
"""Products of unit vectors of 384 numbers are tiny; scaled, a learning rate fits them and the states alike."""
FIRST_AGREEMENT, FIRST_EVIDENCE = 40.0, 10.0
"""What the cosine of question and passage counts in relevance, and of question and token in evidence, to begin with."""
USUAL_COSINE = 0.87
"""The cosine of question and token at which evidence begins at one half; where it began elsewhere, its loss would drown
the others at first."""
MATCHED_AT = 4
"""The layer before which a token's state gets the vector of its kind (see ``reader_tokens``): the first that is trained."""
CHUNKS = 3
"""A batch is run in so many parts of like length: little padding, the same gradients."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One (question, passage) as tokens with their kinds: the question's are ``[1, asked)``, the passage's begin at
    ``begins``."""

    ids: list[int]
    kinds: list[int]
    asked: int
    begins: int


class Reader(nn.Module):
    """``layers`` of the packaged encoder; forward gives evidence (items, width) and judge (items, 2)."""

    def __init__(self, layers: int, folder: Path | None = None) -> None:
        super().__init__()
        self.body: Any = AutoModel.from_pretrained(
            str(folder or default_model.unpacked_folder()), dtype=torch.float32
        )
        self.body.encoder.layer = self.body.encoder.layer[:layers]
        self.body.config.num_hidden_layers = layers
        self.body.pooler = None
        self.body.embeddings.word_embeddings.weight.requires_grad_(False)
        hidden = self.body.config.hidden_size
        self.match = nn.Embedding(KINDS, hidden)
        self._kinds: torch.Tensor | None = None
        self.body.encoder.layer[min(MATCHED_AT, layers - 1)].register_forward_pre_hook(
            self._add_kinds
        )
        self.evidence, self.judge = nn.Linear(2 * hidden, 1), nn.Linear(2 * hidden, 2)
        with torch.no_grad():
            self.match.weight.zero_()
            self.evidence.weight[:, hidden:] = FIRST_EVIDENCE / AGREEMENT_SCALE
            self.evidence.bias.sub_(FIRST_EVIDENCE * USUAL_COSINE)
            self.judge.weight[:, hidden:] = 0.0
            self.judge.weight[0, hidden:] = FIRST_AGREEMENT / AGREEMENT_SCALE

    def freeze(self, layers: int) -> None:
        """Keeps the embeddings and the lowest layers as they are: a fifth less to work out at four of twelve."""
        frozen = [self.body.embeddings, *self.body.encoder.layer[:layers]] if layers else []
        for part in frozen:
            part.requires_grad_(False)

    def _add_kinds(self, _: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...]:
        return given[0] + self.match(self._kinds), *given[1:]

    def heads(self) -> list[nn.Parameter]:
        """What begins with nothing, and may learn faster than the body."""
        parts = (self.match, self.evidence, self.judge)
        return [own for part in parts for own in part.parameters()]

    def forward(
        self,
        ids: torch.Tensor,
        kinds: torch.Tensor,
        mask: torch.Tensor,
        question: torch.Tensor,
        passage: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of evidence, shape (items, width), and of relevance and answerable, shape (items, 2).

        ``mask``, ``question`` and ``passage`` are 1 for the tokens there are, for those of the question, of the passage.
        """
        self._kinds = kinds
        states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        asked = unit_mean(states, question)
        agreement = AGREEMENT_SCALE * asked * unit_mean(states, passage)
        judged = self.judge(torch.cat([states[:, 0], agreement], dim=1))
        own = AGREEMENT_SCALE * nn.functional.normalize(states, dim=2) * asked[:, None]
        return self.evidence(torch.cat([states, own], dim=2)).squeeze(-1), judged

    def read(self, items: Sequence[Encoded]) -> tuple[torch.Tensor, torch.Tensor]:
        """``forward`` for items of any length, in ``CHUNKS`` parts; evidence is padded with zeros."""
        order = sorted(range(len(items)), key=lambda at: len(items[at].ids))
        size = -(-len(order) // CHUNKS)
        width = len(items[order[-1]].ids)
        evidence, judge = [], []
        for first in range(0, len(order), size):
            own = order[first : first + size]
            said, judged = self(*padded([items[at] for at in own]))
            evidence.append(nn.functional.pad(said, (0, width - said.shape[1])))
            judge.append(judged)
        back = torch.tensor(order).argsort()
        return torch.cat(evidence)[back], torch.cat(judge)[back]

    def body_state(self) -> dict[str, torch.Tensor]:
        """All weights but the table of words."""
        return {name: value for name, value in self.state_dict().items() if WORDS not in name}


def unit_mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of the masked tokens' states, of length one: shape (items, hidden)."""
    return nn.functional.normalize((states * mask[..., None]).sum(1), dim=1)


def padded(items: Sequence[Encoded]) -> tuple[torch.Tensor, ...]:
    """Ids, kinds, and masks of all tokens, the question's and the passage's, each of shape (items, longest)."""
    width = max(len(item.ids) for item in items)
    ids, kinds = (
        torch.full((len(items), width), 1),
        torch.zeros(len(items), width, dtype=torch.long),
    )
    mask, question, passage = (torch.zeros(len(items), width) for _ in range(3))
    for row, item in enumerate(items):
        end = len(item.ids)
        ids[row, :end], mask[row, :end] = torch.tensor(item.ids), 1
        kinds[row, :end] = torch.tensor(item.kinds)
        question[row, 1 : item.asked], passage[row, item.begins : end - 1] = 1, 1
    return ids, kinds, mask, question, passage
