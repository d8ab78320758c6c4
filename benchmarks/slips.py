"""Questions with one slip each: a character of a content word replaced by another of the same sound.

    python benchmarks/slips.py QUESTIONS.jsonl NOISY.jsonl [--seed 0]

Lines are those of QUESTIONS, with their ``question`` or ``text`` changed; lines in which no word can be
changed are left out. The same seed gives the same file.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import jieba

from bearing_qa.language.segment import Segmenter
from bearing_qa.language.spelling import sound
from bearing_qa.search.question import parse_question

COMMON = 2000
"""Characters that a keyboard offers: as many of the commonest in jieba's dictionary."""


def common_characters() -> dict[str, list[str]]:
    """The commonest characters by their sound."""
    counts: dict[str, int] = defaultdict(int)
    for line in jieba.get_dict_file():
        word, count, *_ = line.decode("utf-8").split()
        for char in word:
            if "\u4e00" <= char <= "\u9fff":
                counts[char] += int(count)
    by_sound: dict[str, list[str]] = defaultdict(list)
    for char in sorted(counts, key=lambda char: (-counts[char], char))[:COMMON]:
        by_sound[sound(char)].append(char)
    return by_sound


def with_slip(
    text: str, *, segmenter: Segmenter, by_sound: dict[str, list[str]], chance: random.Random
) -> str | None:
    """A question with one character changed for another of its sound; None if none can be."""
    words = [word for word in parse_question(text, segmenter=segmenter).words if word in text]
    places = [
        (text.index(word) + at, other)
        for word in words
        if 2 <= len(word) <= 4
        for at, char in enumerate(word)
        for other in by_sound.get(sound(char), [])
        if other != char
    ]
    if not places:
        return None
    at, other = chance.choice(places)
    return text[:at] + other + text[at + 1 :]


def main() -> None:
    """Writes the changed questions."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("noisy", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    segmenter, by_sound, chance = Segmenter(), common_characters(), random.Random(options.seed)
    with options.noisy.open("w", encoding="utf-8") as out:
        for line in options.questions.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            key = "question" if "question" in item else "text"
            if sum(map(str.isalnum, item[key])) < 3:
                continue
            slip = with_slip(item[key], segmenter=segmenter, by_sound=by_sound, chance=chance)
            if slip:
                out.write(json.dumps(item | {key: slip}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
