"""The sampler says whose the processor's time was."""

from __future__ import annotations

import hashlib

from benchmarks.profile import measure, place_of, sampled

from bearing_qa.document.repair import repair
from bearing_qa.language.segment import Segmenter
from bearing_qa.types import Parsed

OWN = "/src/bearing_qa/"


def frames(*files: str) -> list[tuple[str, str]]:
    return [(file, "work") for file in files]


def test_a_sample_is_of_the_innermost_code_that_is_ours() -> None:
    retrieve, segment = f"{OWN}search/retrieve.py", f"{OWN}language/segment.py"
    assert place_of(frames(retrieve, "main.py")) == ("own", "search/retrieve.py work")
    assert place_of(frames("<string>", retrieve)) == ("own", "search/retrieve.py work")
    assert place_of(frames("/lib/site-packages/faiss/class_wrappers.py", retrieve)) == (
        "library",
        "faiss < search/retrieve.py work",
    )
    assert place_of(frames("/lib/json/__init__.py", retrieve))[1].startswith("json <")
    jieba = "/lib/site-packages/jieba/__init__.py"
    assert place_of(frames(jieba, segment, retrieve))[0] == "segmenting"
    assert place_of(frames("torch.py", f"{OWN}encoders/encoder.py", retrieve))[0] == "encoder"
    assert place_of(frames("<frozen importlib._bootstrap>", retrieve))[0] == "imports"
    assert place_of(frames("main.py"))[0] == "outside"


def test_what_takes_long_in_one_call_of_c_counts_whole() -> None:
    with sampled() as spent:
        hashlib.sha256(bytes(200_000_000)).hexdigest()
        sum(range(300_000))
    assert spent["outside", "outside"] > 0.05


def largest(areas: dict[str, float]) -> str:
    """Of what is ours: other threads of this process are outside, and may run at the same time."""
    return max((area for area in areas if area != "outside"), key=lambda area: areas[area])


def test_segmenting_and_our_own_rules_are_told_apart(speech: Parsed) -> None:
    text = speech.document.text
    cut = Segmenter().tokens
    cut("轴承")
    assert largest(measure(lambda: [cut(text) for _ in range(2)])["areas"]) == "segmenting"
    figures = measure(lambda: [repair(text) for _ in range(20)])
    assert figures["areas"].get("segmenting", 0.0) == 0.0
    assert "document/repair.py" in figures["modules"]
    assert all("document/" in name for name in figures["longest"])
