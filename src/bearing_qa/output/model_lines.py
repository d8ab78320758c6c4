"""What a language model did for an answer, in lines: whose words these are, and what of its own was not used."""

from __future__ import annotations

from bearing_qa.answer.reasons import NOT_FOUND
from bearing_qa.output.texts import Words
from bearing_qa.types import Answer


def model_lines(answer: Answer, words: Words) -> list[str]:
    """Lines to stand under an answer; none where no model was asked. A refusal's own reason says that the model gave it."""
    made = answer.model_reading
    if made is None:
        return []
    steps = [words("model_steps", steps="；".join(made.steps))] if made.steps else []
    if not made.is_used:
        return [*steps, words("model_unused", model=made.model, fault=made.fault)]
    if answer.refused:
        return steps
    lines = [*steps, words("model_worded" if made.is_worded else "model_chose", model=made.model)]
    return [*lines, words("model_alone")] if made.quoted == NOT_FOUND else lines
