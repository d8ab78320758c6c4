"""Whether values that were read from a file have the types they should, all the way down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EVERY = "*"
"""Key of a shape that holds for every key of a mapping."""


def shape_fault(value: object, shape: Any, *, name: str = "") -> str:
    """What is wrong with a value, in words; empty if it fits. Keys that the shape does not know are passed over.

    A shape is a type (``float`` takes whole numbers too, no number takes true and false), a list of one shape, or a
    mapping of keys to shapes, all of which have to be there.
    """
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            return f"{name} is no mapping"
        return next(filter(None, _faults_inside(value, shape, name)), "")
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{name} is no list"
        faults = (shape_fault(v, shape[0], name=f"{name}[{at}]") for at, v in enumerate(value))
        return next(filter(None, faults), "")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = is_number if shape is float else isinstance(value, shape)
    is_truth = isinstance(value, bool) and shape is not bool
    return f"{name} is no {shape.__name__}" if is_truth or not fits else ""


def _faults_inside(value: dict[str, object], shape: Mapping[str, Any], name: str) -> list[str]:
    keys = [*value, *shape] if EVERY in shape else shape
    faults = []
    for key in keys:
        if key == EVERY:
            continue
        inner = f"{name}.{key}" if name else key
        is_there = key in value
        faults.append(
            shape_fault(value[key], shape.get(key, shape.get(EVERY)), name=inner)
            if is_there
            else f"{inner} is missing"
        )
    return faults
