"""Parsing speed: characters a second over 1, 10 and 100 times a text; linear growth is a ratio of 1.

python benchmarks/parsing.py [FILE ...]    default: corpus/speech.txt
"""

import sys
import time
from pathlib import Path

from bearing_qa.document.parse import parse
from bearing_qa.document.raw_text import RawText

TIMES = (1, 10, 100)
ROUNDS = 3


def speed(text: str) -> float:
    """Characters a second, the best of ROUNDS."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        parse(RawText("x", text, "utf-8"), metadata={}, source="x.txt")
        best = min(best, time.perf_counter() - started)
    return len(text) / best


def main(paths: list[Path]) -> None:
    """Prints a row for each file: speed at each size, and the last as a ratio of the first."""
    print(f"{'file':30} " + " ".join(f"{times:>4}x chars/s" for times in TIMES) + "   ratio")
    for path in paths:
        text = path.read_text(encoding="utf-8")
        speeds = [speed("\n".join([text] * times)) for times in TIMES]
        shown = " ".join(f"{value:13,.0f}" for value in speeds)
        print(f"{path.name[:30]:30} {shown} {speeds[-1] / speeds[0]:7.2f}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [Path("corpus/speech.txt")])
