"""How well two documents are compared: alignment on hand-aligned editions and on scripted edits, and the flags.

    python -m benchmarks.compare SETS [--documents 40] [--seed 0]

SETS is a folder with ``data/pairs`` (editions of laws) and ``data/policy_more``. ``editions.jsonl`` has which articles of
eight pairs of editions are one, by two readers who did not see each other's work. Scripted edits: in each document ten
lines are deleted, inserted, moved, split, merged, renumbered, or given another figure, duty or cell; where each line
went is known. Figures of the lines that were edited and of all others are printed apart.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bearing_qa.document.ingest import parse_one
from bearing_qa.errors import BearingQAError
from bearing_qa.language.numbers import spellings, value_of
from bearing_qa.review.articles import number_of_marker
from bearing_qa.review.comparison import Comparison, compare_documents
from bearing_qa.types import Parsed

EDITIONS = Path(__file__).with_name("editions.jsonl")
EDITS_A_DOCUMENT = 10
KINDS = ("delete", "insert", "move", "split", "merge", "renumber", "figure", "duty", "cell")
MIN_LINE, MIN_SENTENCE = 16, 10
"""Characters of a line that is edited, of each part of one that is split."""
DUTIES = {"应当": "可以", "可以": "应当", "必须": "可以", "不得": "可以", "鼓励": "应当"}
_FIGURE = re.compile(
    r"(?<![\d第.〔\[-])\d+(?:\.\d+)?(?=[万亿]?(?:元|人|天|日|%|吨|家|个|年|公里|户|项|倍))"
)
_ARTICLE = re.compile(r"^第([一二三四五六七八九十百零]+)条(?=[\s　])")
_NUMBERED = re.compile(r"^\s*(?:[-•]|第\S{1,6}[条章节编]|[（(]\S{1,3}[）)]|\S{1,3}[、.．])")

Link = tuple[int, int]


@dataclass
class Edited:
    """A document's lines and what became of them: ``lines[i]`` was old line ``origin[i]`` (several where they were
    merged, none if it is new); ``touched``: old and new lines of each edit, with its kind."""

    old: list[str]
    lines: list[str]
    origin: list[tuple[int, ...]]
    touched: list[tuple[str, int]]
    """Kind of edit and the old line that it is of (of an insertion, the negative of the new text's number)."""


def edit(lines: Sequence[str], is_free: Sequence[bool], rng: random.Random) -> Edited:
    """Ten edits on lines that are free to be edited, of each kind that finds a line."""
    made = Edited(list(lines), list(lines), [(at,) for at in range(len(lines))], [])
    taken: set[int] = set()
    kinds = [KINDS[at % len(KINDS)] for at in range(EDITS_A_DOCUMENT)]
    rng.shuffle(kinds)
    for kind in kinds:
        free = [
            at
            for at, own in enumerate(made.origin)
            if len(own) == 1 and is_free[own[0]] and not taken & {own[0] - 1, own[0], own[0] + 1}
        ]
        rng.shuffle(free)
        for at in free:
            own = made.origin[at][0]
            if apply(kind, made, at, rng):
                taken.add(own)
                made.touched.append((kind, own))
                break
    return made


def apply(kind: str, made: Edited, at: int, rng: random.Random) -> bool:
    """Makes one edit at a line, if it can be made there."""
    line, own = made.lines[at], made.origin[at][0]
    is_plain = "|" not in line and not line.lstrip().startswith("#")
    if kind == "delete" and is_plain and not _ARTICLE.match(line):
        del made.lines[at], made.origin[at]
        return True
    if kind == "insert" and is_plain:
        made.lines.insert(at + 1, inserted(rng))
        made.origin.insert(at + 1, ())
        return True
    if kind == "move" and is_plain and not _NUMBERED.match(line):
        others = [
            to
            for to, origin in enumerate(made.origin)
            if abs(to - at) > 4 and origin and "|" not in made.lines[to] and made.lines[to].strip()
        ]
        if not others:
            return False
        to = rng.choice(others)
        moved = made.lines.pop(at), made.origin.pop(at)
        place = to if to > at else to + 1
        made.lines.insert(place, moved[0])
        made.origin.insert(place, moved[1])
        return True
    if kind == "split" and is_plain:
        stops = [m.end() for m in re.finditer("。", line[:-1])]
        stops = [s for s in stops if s >= MIN_SENTENCE and len(line) - s >= MIN_SENTENCE]
        if not stops:
            return False
        stop = rng.choice(stops)
        made.lines[at : at + 1] = [line[:stop], line[stop:]]
        made.origin[at : at + 1] = [(own,), (own,)]
        return True
    if kind == "merge" and is_plain and at + 1 < len(made.lines):
        after = made.lines[at + 1]
        is_sound = len(after) >= MIN_LINE and "|" not in after and not _NUMBERED.match(after)
        if not is_sound or not line.endswith("。") or not made.origin[at + 1]:
            return False
        made.lines[at : at + 2] = [line + after]
        made.origin[at : at + 2] = [(own, *made.origin[at + 1])]
        return True
    if kind == "renumber":
        return renumber(made, at, rng)
    return change(kind, made, at, rng)


def change(kind: str, made: Edited, at: int, rng: random.Random) -> bool:
    """Another figure, duty or cell in a line."""
    line = made.lines[at]
    if kind == "figure" and "|" not in line:
        found = _FIGURE.search(line)
        if found is None:
            return False
        other = str(int(float(found.group())) + rng.randint(1, 9))
        made.lines[at] = line[: found.start()] + other + line[found.end() :]
        return True
    if kind == "duty" and "|" not in line:
        words = [word for word in DUTIES if word in line]
        if not words:
            return False
        made.lines[at] = line.replace(words[0], DUTIES[words[0]], 1)
        return True
    if kind == "cell" and line.strip().startswith("|") and not set(line) <= set("|-: "):
        found = re.search(r"(?<=\|)\s*\d+(?:\.\d+)?\s*(?=\|)", line)
        if found is None:
            return False
        other = str(int(float(found.group())) + rng.randint(1, 9))
        made.lines[at] = line[: found.start()] + other + line[found.end() :]
        return True
    return False


def renumber(made: Edited, at: int, rng: random.Random) -> bool:
    """A new article before an article, and all behind it one number higher."""
    if not _ARTICLE.match(made.lines[at]):
        return False
    first = _ARTICLE.match(made.lines[at])
    assert first is not None
    for number in range(at, len(made.lines)):
        found = _ARTICLE.match(made.lines[number])
        value = value_of(found[1]) if found else None
        if found and value is not None:
            higher = in_chinese(int(value) + 1)
            made.lines[number] = f"第{higher}条{made.lines[number][found.end() :]}"
    made.lines.insert(at, f"第{first[1]}条 {inserted(rng)}")
    made.origin.insert(at, ())
    return True


def in_chinese(number: int) -> str:
    """An article's number as laws write it."""
    from decimal import Decimal

    return next(s for s in spellings(Decimal(number)) if not s.isdigit()).replace("一十", "十", 1)


def inserted(rng: random.Random) -> str:
    """A line that no document has."""
    who = rng.choice(["港务督导所", "棉纺协理会", "盐田巡护队", "茶园评议组", "渔船编审室"])
    what = rng.choice(["编制年历", "清点库存", "登记船号", "抽检样本", "更新名册"])
    when = rng.choice(["每逢立夏", "汛期结束后", "新茶上市前", "休渔期内", "霜降以后"])
    return f"{who}{when}{what}，并将{rng.choice(['副本', '底册', '清单'])}送交{rng.choice(['乡邻', '船东', '茶农'])}传阅。"


def links_of(comparison: Comparison) -> Iterator[tuple[int, int]]:
    """Offsets of clauses that were found to be one."""
    for clause in comparison.clauses:
        yield from ((o.start, n.start) for o in clause.old for n in clause.new)


def line_at(text: str) -> list[int]:
    """For each character of a text the number of its line."""
    lines, number = [], 0
    for char in text:
        lines.append(number)
        number += char == "\n"
    return [*lines, number]


def measure(made: Edited, folder: Path) -> Counter[str]:
    """What was found of the edits of one document."""
    old_file, new_file = folder / "old.md", folder / "new.md"
    old_file.write_text("\n".join(made.old), "utf-8")
    new_file.write_text("\n".join(made.lines), "utf-8")
    old, new = parse_one(old_file), parse_one(new_file)
    began = time.perf_counter()
    comparison = compare_documents(old, new)
    spent = time.perf_counter() - began
    old_lines, new_lines = raw_lines(old, made.old), raw_lines(new, made.lines)
    found = {(old_lines[o], new_lines[n]) for o, n in links_of(comparison)}
    truth = {(o, n) for n, origin in enumerate(made.origin) for o in origin}
    shown_old, shown_new = set(old_lines.values()), set(new_lines.values())
    truth = {(o, n) for o, n in truth if o in shown_old and n in shown_new}
    touched = {own for _, own in made.touched}
    touched_new = {n for n, origin in enumerate(made.origin) if not origin or touched & set(origin)}
    counts: Counter[str] = Counter(milliseconds=int(spent * 1000))
    for name, links in (("right", found & truth), ("found", found), ("true", truth)):
        for o, n in links:
            is_touched = o in touched or n in touched_new
            counts[f"{name} {'edited' if is_touched else 'other'}"] += 1
    counts.update(flags(made, comparison, old_lines, new_lines, touched))
    return counts


def flags(
    made: Edited,
    comparison: Comparison,
    old_lines: dict[int, int],
    new_lines: dict[int, int],
    touched: set[int],
) -> Counter[str]:
    """Whether each changed figure, duty and cell is flagged, and what is marked in lines that nobody changed."""
    counts: Counter[str] = Counter()
    kind_of = {own: kind for kind, own in made.touched}
    for clause in comparison.clauses:
        old = {old_lines[o.start] for o in clause.old}
        kinds = {kind_of[line] for line in old if line in kind_of}
        for kind, flag in (("figure", "figure"), ("duty", "duty"), ("cell", "figure")):
            if kind in kinds:
                counts[f"{kind} flagged"] += flag in clause.flags
                counts[f"{kind} edits"] += 1
        origins = {o for n in clause.new for o in made.origin[new_lines[n.start]]}
        is_free = not (old | origins) & touched and clause.new and origins
        counts["untouched"] += bool(is_free)
        counts["untouched marked"] += bool(is_free and (clause.change != "same"))
    return counts


def raw_lines(parsed: Parsed, lines: Sequence[str]) -> dict[int, int]:
    """For each clause's start the line of the file that it is in."""
    from bearing_qa.review.clauses import clauses_of

    at = line_at("\n".join(lines))
    return {
        clause.start: at[min(parsed.document.raw_offset(clause.start), len(at) - 1)]
        for clause in clauses_of(parsed)
    }


def scripted(sets: Path, count: int, seed: int) -> Counter[str]:
    """The edits of some documents."""
    files = sorted((sets / "data" / "policy_more").glob("*/*.md"))
    rng = random.Random(seed)
    rng.shuffle(files)
    tables = [file for file in files if "\n|" in file.read_text("utf-8", "replace")]
    chosen = [*tables[: count // 4], *(f for f in files if f not in tables[: count // 4])][:count]
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for file in chosen:
            lines = file.read_text("utf-8", "replace").split("\n")
            is_free = [len(x.strip()) >= MIN_LINE or x.strip().startswith("|") for x in lines]
            made = edit(lines, is_free, rng)
            try:
                own = measure(made, Path(name))
            except BearingQAError as error:
                print(f"{file.name}: {error}")
                continue
            total.update(own)
            total.update(kind for kind, _ in made.touched)
            total["edits"] += len(made.touched)
    return total


def editions(sets: Path) -> tuple[dict[str, tuple[float, float]], float]:
    """Precision and recall on each pair of editions against both readers, and how far these agree (F1 of links)."""
    groups: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for line in EDITIONS.read_text("utf-8").splitlines():
        item = json.loads(line)
        groups[item["pair"]][item["reader"]].append(item)
    figures: dict[str, tuple[float, float]] = {}
    agreed = []
    total: Counter[str] = Counter()
    for pair, readers in groups.items():
        files = sorted((sets / "data" / "pairs").glob(f"*{pair}*"))
        comparison = compare_documents(parse_one(files[0]), parse_one(files[1]))
        links = article_links(comparison)
        own: Counter[str] = Counter()
        for known in readers.values():
            own.update(judged(links, known))
        total.update(own)
        figures[pair] = own["right"] / own["found"], own["reached"] / own["wanted"]
        one, other = (
            {(o, n) for g in known for o in g["old"] for n in g["new"]}
            for known in readers.values()
        )
        agreed.append(2 * len(one & other) / (len(one) + len(other)))
    figures["all"] = total["right"] / total["found"], total["reached"] / total["wanted"]
    return figures, sum(agreed) / len(agreed)


def article_links(comparison: Comparison) -> set[tuple[str, str]]:
    """Articles of both documents that share a clause."""
    return {
        (one, other)
        for o, n in links_of(comparison)
        if (one := article_at(comparison.old, o)) and (other := article_at(comparison.new, n))
    }


def article_at(parsed: Parsed, start: int) -> str:
    """The number of the article that a character is in, 12 or 12-1; empty outside."""
    section = parsed.sections[parsed.section_at(start)]
    while section.index != section.parent:
        number = number_of_marker(section.marker)
        if number is not None:
            return f"{number[0]}-{number[1]}" if number[1] else str(number[0])
        section = parsed.sections[section.parent]
    return ""


def judged(links: Iterable[tuple[str, str]], known: Sequence[dict[str, Any]]) -> Counter[str]:
    """Links that are inside a reader's group, and articles of groups with both sides that some right link reaches."""
    of_old = {o: number for number, group in enumerate(known) for o in group["old"]}
    of_new = {n: number for number, group in enumerate(known) for n in group["new"]}
    links = set(links)
    right = {(o, n) for o, n in links if o in of_old and of_old[o] == of_new.get(n)}
    both = [group for group in known if group["old"] and group["new"]]
    reached = sum(any(o == a for a, _ in right) for group in both for o in group["old"])
    reached += sum(any(n == b for _, b in right) for group in both for n in group["new"])
    wanted = sum(len(group["old"]) + len(group["new"]) for group in both)
    return Counter(right=len(right), found=len(links), reached=reached, wanted=wanted)


def f1(precision: float, recall: float) -> float:
    """Their harmonic mean."""
    return 2 * precision * recall / max(precision + recall, 1e-9)


def show_scripted(total: Counter[str]) -> None:
    """Prints the figures of the scripted edits."""
    kinds = ", ".join(f"{kind} {total[kind]}" for kind in KINDS)
    print(f"\nscripted edits: {total['edits']} ({kinds})")
    for part in ("edited", "other"):
        precision = total[f"right {part}"] / max(total[f"found {part}"], 1)
        recall = total[f"right {part}"] / max(total[f"true {part}"], 1)
        print(
            f"  alignment of {part} lines: precision {precision:.4f}, recall {recall:.4f}, F1 {f1(precision, recall):.4f}"
        )
    for kind in ("figure", "duty", "cell"):
        print(f"  {kind} changes flagged: {total[f'{kind} flagged']} of {total[f'{kind} edits']}")
    print(f"  untouched clauses marked: {total['untouched marked']} of {total['untouched']}")


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if EDITIONS.exists():
        figures, agreement = editions(options.sets)
        for pair, (precision, recall) in figures.items():
            print(
                f"{pair}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1(precision, recall):.3f}"
            )
        print(f"the two readers agree: F1 of links {agreement:.3f}")
    show_scripted(scripted(options.sets, options.documents, options.seed))


if __name__ == "__main__":
    main()
