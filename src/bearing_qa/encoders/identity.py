"""What an index keeps of the encoder that made it, and whether another one is the same.

Two encoders are the same when they have the same prompts and put the same probe text at the same place: that
vector is the fingerprint kept with an index.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bearing_qa.encoders.encoder import Encoder
from bearing_qa.errors import EncoderError

PROBE = "中国轴承工业协会 2023 年 policy 第十二条"
"""A text whose vector is an encoder's fingerprint."""
SAME_ENCODER_COSINE = 0.999
"""Least cosine of two fingerprints of one encoder: hardware moves it by less than 1e-5, another
quantisation of the same model by more than 5e-3."""
Made = Mapping[str, Any]
"""See ``made_by``."""


def fingerprint(encoder: Encoder) -> list[float]:
    """The probe's vector, rounded to five places."""
    return [round(float(value), 5) for value in encoder.encode_question(PROBE)]


def made_by(encoder: Encoder) -> Made:
    """What an index keeps of its encoder: ``name``, ``dimension``, ``prompts``, ``fingerprint``."""
    probe = fingerprint(encoder)
    return {
        "name": encoder.name,
        "dimension": len(probe),
        "prompts": dict(encoder.prompts),
        "fingerprint": probe,
    }


def difference(found: Made, expected: Made) -> str:
    """What makes one encoder another than that of an index, in words; empty if it is the same."""
    if found["dimension"] != expected["dimension"]:
        return f"{found['dimension']} dimensions, not {expected['dimension']}"
    if found["prompts"] != expected["prompts"]:
        return f"the prompts {found['prompts']}, not {expected['prompts']}"
    one, other = (np.asarray(made["fingerprint"], np.float64) for made in (found, expected))
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other) or 1.0)
    return "" if cosine >= SAME_ENCODER_COSINE else "other vectors"


def check_same(encoder: Encoder, *, expected: Made) -> None:
    """Raises EncoderError unless an encoder is the one that an index was built with."""
    found = difference(made_by(encoder), expected)
    if found:
        raise EncoderError(
            found=f"the encoder {encoder.name!r} does not fit the index: it gives {found}",
            expected=f"the encoder it was built with, {expected['name']!r}",
            fix=f"rebuild: bearing-qa index CORPUS --encoder {encoder.name}",
        )
