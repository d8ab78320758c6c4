"""Questions → groups of passages for training: what answers, in what share, and what only looks like it.

    python -m training.groups SHARED WORK OUT.jsonl [--split train] [--edited] [--outlines] [--reading]

SHARED is a folder with ``data/`` (documents, reading sets). Passages are those that the program would read: text,
rows, front matter, lists and digests. Those that do not answer are of the first that BM25 finds, in the document and
in others.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.sets import HELD_BACK, half_of

from bearing_qa.answer.units import Readable, of_passage, structures_at
from bearing_qa.document.passages import split_sentences
from bearing_qa.language.segment import normalise
from bearing_qa.language.variants import simplify
from bearing_qa.search.question import check_question
from bearing_qa.types import Parsed
from training.data import Question, places_of, read_documents, read_questions
from training.edits import edited
from training.outlines import outline_questions

OWN_NEAR, OTHERS_NEAR, OWN_FAR = 14, 6, 2
"""Passages beside those that answer: the nearest of the document, of other documents, any of the document."""
LEAST_OVERLAP = 0.6
"""Share of a quote that a passage has to hold to be counted as saying it."""
STRUCTURE_HITS = 6
"""The nearest passages whose lists and digests are read too."""
EDITS = 2
_CLAUSE_ENDS = "，。；：！？,;:!?、\n"


class Grams:
    """BM25 over characters and pairs of characters: names the passages that look like a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._found: dict[str, list[tuple[int, int, int]]] = collections.defaultdict(list)
        sizes = 0
        for row, text in enumerate(texts):
            counts = collections.Counter(grams(text))
            size = sum(counts.values())
            sizes += size
            for gram, count in counts.items():
                self._found[gram].append((row, count, size))
        self._count, self._mean = len(texts), sizes / max(1, len(texts))

    def top(self, question: str, count: int) -> list[int]:
        """The rows of the ``count`` most like texts."""
        scores: dict[int, float] = collections.defaultdict(float)
        for gram in set(grams(question)):
            known = self._found.get(gram, ())
            if 0 < len(known) <= 0.2 * self._count:
                weight = math.log(1 + (self._count - len(known) + 0.5) / (len(known) + 0.5))
                for row, times, size in known:
                    scores[row] += weight * times * 2.2 / (times + 0.3 + 0.9 * size / self._mean)
        return sorted(scores, key=lambda row: (-scores[row], row))[:count]


def grams(text: str) -> list[str]:
    """Characters and pairs of characters of a text."""
    plain = "".join(normalise(text).split())
    return [plain[at : at + 2] for at in range(len(plain) - 1)] + list(plain)


def marked(item: Readable, quotes: Sequence[tuple[str, str]], answer: str) -> dict[str, Any] | None:
    """A readable with the share of the quotes that it says and the characters that say them; None without any."""
    doc_id, text = item.parsed.document.doc_id, item.parsed.document.text
    said, gold = 0, []
    for doc, quote in quotes:
        if doc != doc_id:
            continue
        best: list[tuple[int, int, int]] = []
        for start, end in places_of(text, quote):
            own = list(_overlaps(item, start, end, answer))
            length = sum(e - s for _, s, e in own)
            is_enough = length >= LEAST_OVERLAP * (end - start)
            if is_enough or _is_head(item, start, end) or (item.kind == "row" and own):
                best = own
                said += 1
                break
        gold += best
    share = said / len(quotes) if quotes else 0.0
    return passage(item) | {"share": round(share, 4), "gold": gold} if gold else None


def _overlaps(item: Readable, start: int, end: int, answer: str) -> Iterator[tuple[int, int, int]]:
    """Unit, first and last character of what a readable has of a place, whole clauses; cells that the answer says."""
    text = item.parsed.document.text
    cells = []
    for number, (first, last) in enumerate(item.units):
        low, high = max(first, start), min(last, end)
        if low >= high:
            continue
        if item.kind == "row":
            cells.append((number, 0, len(item.texts[number]), text[first:last].strip()))
            continue
        while low > first and text[low - 1] not in _CLAUSE_ENDS:
            low -= 1
        while high < last and text[high - 1] not in _CLAUSE_ENDS:
            high += 1
        yield number, low - first, high - first
    plain = normalise(answer)
    named = [c for c in cells if re.search(r"\d", c[3]) and normalise(c[3]) in plain]
    for number, low, high, _ in named or cells:
        yield number, low, high


def _is_head(item: Readable, start: int, end: int) -> bool:
    """Whether a place is in the head of the table whose row is read: the row is read with it."""
    if item.kind != "row":
        return False
    at = item.units[0][0]
    return any(t.start <= at < t.end and t.start <= start < t.head_end for t in item.parsed.tables)


def passage(item: Readable) -> dict[str, Any]:
    """What training keeps of a readable."""
    return {
        "kind": item.kind,
        "title": item.title,
        "path": item.path,
        "units": list(item.texts),
    }


class Shelf:
    """The readables of some documents, and which of them are like a question."""

    def __init__(self, documents: dict[str, Parsed]) -> None:
        self.readables: list[tuple[str, Readable]] = []
        self.of: dict[str, list[int]] = collections.defaultdict(list)
        self.structures: dict[str, list[Readable]] = {}
        for doc, parsed in documents.items():
            for own in parsed.passages:
                item = of_passage(parsed, own)
                if item is not None:
                    self.of[doc].append(len(self.readables))
                    self.readables.append((doc, item))
            found = {
                item.key: item
                for section in parsed.sections
                for item in _own(parsed, section.index)
            }
            self.structures[doc] = list(found.values())
        texts = [f"{r.title} {r.path} {''.join(r.texts)}" for _, r in self.readables]
        self._grams = Grams(texts)
        self._by_doc: dict[str, Grams] = {}

    def near(self, question: str, doc: str) -> tuple[list[Readable], list[Readable]]:
        """The readables most like a question: of its document, and of others."""
        if doc not in self._by_doc:
            rows = [self.readables[row][1] for row in self.of[doc]]
            self._by_doc[doc] = Grams([r.path + "".join(r.texts) for r in rows])
        own = [self.readables[self.of[doc][at]][1] for at in self._by_doc[doc].top(question, 24)]
        others = [
            item
            for name, item in map(self.readables.__getitem__, self._grams.top(question, 40))
            if name != doc
        ]
        return own, others[:OTHERS_NEAR]


def _own(parsed: Parsed, section: int) -> Iterator[Readable]:
    """Lists and digest of a section, without those above it."""
    for item in structures_at(parsed, section):
        if item.section == section:
            yield item


def group_of(question: Question, shelf: Shelf, documents: dict[str, Parsed]) -> dict[str, Any]:
    """A question with the passages that answer it (or look like it) and others."""
    rng = random.Random(question.id)
    doc = question.doc
    quotes = question.evidence or ((doc, question.near),)
    by_id = [(documents[d].document.doc_id, quote) for d, quote in quotes if d in documents]
    asked = check_question(question.text)  # as the program reads it
    own, others = shelf.near(asked, doc)
    near_sections = {item.section for item in own[:STRUCTURE_HITS]}
    above = set(near_sections)
    parsed = documents[doc]
    for at in near_sections:
        while parsed.sections[at].parent != at:
            at = parsed.sections[at].parent
            above.add(at)
    structures = [s for s in shelf.structures[doc] if s.section in above]
    everything = [shelf.readables[row][1] for row in shelf.of[doc]] + shelf.structures[doc]
    for other in {d for d, _ in question.evidence if d != doc and d in documents}:
        everything += [shelf.readables[row][1] for row in shelf.of[other]]
    good = [m for item in everything if (m := marked(item, by_id, question.answer))]
    said = {json.dumps(g["units"], ensure_ascii=False) for g in good}
    rest = [
        shelf.readables[row][1]
        for row in rng.sample(shelf.of[doc], min(OWN_FAR, len(shelf.of[doc])))
    ]
    rng.shuffle(structures)
    bad = [
        *own[:4],
        *structures[:2],
        *others[:2],
        *own[4:OWN_NEAR],
        *others[2:],
        *structures[2:5],
        *rest,
    ]
    kept = [passage(item) for item in {item.key: item for item in bad}.values()]
    kept = [p for p in kept if json.dumps(p["units"], ensure_ascii=False) not in said]
    return {
        "id": question.id,
        "q": asked,
        "type": question.type,
        "doc": doc,
        "none": not question.is_answerable,
        "passages": [*good, *kept],
    }


def with_edits(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A group, and the same passages under edited questions, which they no longer answer."""
    yield group
    if group["none"]:
        return
    good = [p for p in group["passages"] if p.get("share", 0) >= 0.99]
    rest = [p for p in group["passages"] if not p.get("share")]
    for number, question in enumerate(edited(group["q"], good, seed=group["id"])[:EDITS]):
        yield group | {
            "id": f"{group['id']}e{number}",
            "of": group["id"],
            "q": question,
            "type": "edited",
            "none": True,
            "passages": [*good[:1], *rest[:6]],
        }


def reading_groups(name: str, data: Path) -> Iterator[dict[str, Any]]:
    """Groups of a reading set's tuning half, passages cut at sentence ends."""
    folder = data / name
    docs = {d["_id"]: (simplify(d["title"]), d["text"]) for d in _lines(folder / "corpus.jsonl")}
    pieces: list[tuple[str, list[tuple[int, int]]]] = []
    of: dict[str, list[int]] = collections.defaultdict(list)
    for doc, (_, text) in docs.items():
        run: list[tuple[int, int]] = []
        for s in split_sentences(text, start=0, end=len(text)):
            if run and s.end - run[0][0] > 220:
                of[doc].append(len(pieces))
                pieces.append((doc, run))
                run = []
            run.append((s.start, s.end))
        of[doc].append(len(pieces))
        pieces.append((doc, run))

    def made(at: int) -> dict[str, Any]:
        doc, spans = pieces[at]
        units = [simplify(docs[doc][1][s:e]) for s, e in spans]
        return {"kind": "text", "title": docs[doc][0], "path": "", "units": units}

    index = Grams([docs[d][0] + "".join(docs[d][1][s:e] for s, e in spans) for d, spans in pieces])
    asked = {q["_id"]: q["text"] for q in _lines(folder / "queries.jsonl")}
    for row in _lines(folder / "answers.jsonl"):
        doc = row["doc"]
        if half_of(doc) == HELD_BACK:
            continue
        answer, start = row["answers"][0], row["start"][0]
        place = (start, start + len(answer))
        found = [
            at
            for at in of[doc]
            if pieces[at][1] and pieces[at][1][0][0] <= start < pieces[at][1][-1][1]
        ]
        if not found:
            continue
        gold = []
        for number, (first, last) in enumerate(pieces[found[0]][1]):
            low, high = max(first, place[0]), min(last, place[1])
            if low < high:
                gold.append((number, low - first, high - first))
        question = simplify(asked[row["_id"]])
        says = [simplify(a) for a in row["answers"]]
        near = [at for at in index.top(question, 16) if at != found[0]] + of[doc]
        bad = [made(at) for at in dict.fromkeys(near) if at != found[0]]
        bad = [p for p in bad if not any(a in "".join(p["units"]) for a in says)][:8]
        yield {
            "id": row["_id"],
            "q": question,
            "type": name,
            "set": name,
            "doc": doc,
            "none": False,
            "passages": [made(found[0]) | {"share": 1.0, "gold": gold}, *bad],
        }


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    """Writes the groups of one split, and says what was left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--edited", action="store_true")
    parser.add_argument(
        "--outlines", action="store_true", help="questions made from the documents' outlines too"
    )
    parser.add_argument(
        "--reading", action="store_true", help="the reading sets' tuning halves too"
    )
    options = parser.parse_args()
    questions = [q for q in read_questions() if q.split == options.split]
    docs = {d for q in questions for d in (q.doc, *(d for d, _ in q.evidence))}
    documents = read_documents(docs, options.shared / "data", options.work / "documents")
    if options.outlines:
        known = (outline_questions(d, documents[d]) for d in sorted(documents))
        questions += [q for own in known for q in own if q.split == options.split]
    shelf = Shelf(documents)
    count = lost = 0
    with options.out.open("w", encoding="utf-8") as stream:
        for question in questions:
            group = group_of(question, shelf, documents)
            if not any(p.get("share") for p in group["passages"]):
                lost += 1
                continue
            for made in with_edits(group) if options.edited else [group]:
                stream.write(json.dumps(made, ensure_ascii=False) + "\n")
                count += 1
        for name in ("cmrc2018", "drcd") if options.reading else ():
            for made in reading_groups(name, options.shared / "data"):
                stream.write(json.dumps(made, ensure_ascii=False) + "\n")
                count += 1
    print(f"{len(questions)} questions, {count} groups, {lost} whose quotes no passage holds")


if __name__ == "__main__":
    main()
