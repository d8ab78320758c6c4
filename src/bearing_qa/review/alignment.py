"""Clauses of two documents → which of them are the same, through renumbering, moves, splits and merges.

First those of equal words, then, best first, those that are alike: the share of their pairs of characters that they have in
common, rare ones counting more, and whether their sections are alike, their numbers equal and their neighbours aligned.
Last, a clause that nothing is like may be a part of one that is aligned already: a split or a merge.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bearing_qa.review.clauses import Clause

MIN_ALIKE = 0.4
"""Share of words in common at which clauses are one, wherever they stand."""
MIN_ALIKE_IN_PLACE = 0.22
"""The same of clauses between the same neighbours, in like sections."""
SECTION_WORTH, NUMBER_WORTH, PLACE_WORTH = 0.2, 0.05, 0.1
"""What like sections, an equal number, and being between aligned neighbours add to likeness."""
FAR_COST = 0.05
"""What the distance, in documents' lengths, takes away."""
MIN_PART, MIN_FAR_PART = 0.75, 0.9
"""Share of a clause that is in another's words, its partner's aside, at which it is a part of that one: beside it, and anywhere."""
MIN_PART_CHARS = 6
FAR_GROUPS = 5
"""Groups that a clause may be a part of, which are looked at."""
RARE_GRAMS, MAX_COMMON = 16, 40
"""The rarest pairs of characters of a clause, which name what it may be; one in more clauses names nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Clauses of the old document and of the new one, by number, that are one; ``is_moved``: elsewhere in the order."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    is_moved: bool = False


def align(old: Sequence[Clause], new: Sequence[Clause]) -> list[Pair]:
    """All clauses of both in the new document's order, those that were removed where they stood."""
    matching = _Matching(old, new)
    matching.match_equal()
    matching.match_alike()
    matching.match_in_place()
    groups = _with_parts(matching)
    return _in_order(groups, matching)


class _Matching:
    """One clause for one, so far."""

    def __init__(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        self.old, self.new = old, new
        self.of_old: dict[int, int] = {}
        self.of_new: dict[int, int] = {}
        known = Counter(gram for clause in (*old, *new) for gram in clause.grams)
        self._known = known
        self._worth = {
            gram: math.log(1 + (len(old) + len(new)) / count) for gram, count in known.items()
        }
        self._sizes: dict[int, float] = {}
        self._sections = [_section_grams(old), _section_grams(new)]
        self._section_likeness: dict[tuple[int, int], float] = {}

    def join(self, at: int, to: int) -> None:
        """Makes two clauses one."""
        self.of_old[at], self.of_new[to] = to, at

    def match_equal(self) -> None:
        """Clauses of equal words: those that are there once, then the others where their sections are most alike."""
        places: dict[tuple[bool, str], list[int]] = defaultdict(list)
        for to, clause in enumerate(self.new):
            places[clause.is_row, clause.key].append(to)
        again: list[tuple[int, list[int]]] = []
        times = Counter((clause.is_row, clause.key) for clause in self.old)
        for at, clause in enumerate(self.old):
            found = places.get((clause.is_row, clause.key), [])
            if len(found) == 1 and times[clause.is_row, clause.key] == 1:
                self.join(at, found[0])
            elif found:
                again.append((at, found))
        scored = [
            (self._in_context(at, to), at, to) for at, found in again for to in found[:MAX_COMMON]
        ]
        self._take(scored)

    def match_alike(self) -> None:
        """Clauses that have much in common, best first."""
        scored = []
        for at, to in self._candidates():
            alike = self.alike(at, to)
            if alike >= MIN_ALIKE:
                scored.append((alike + self._in_context(at, to), at, to))
        self._take(scored)

    def match_in_place(self) -> None:
        """Clauses between the same aligned neighbours, in like sections, that have something in common."""
        for olds, news in self._gaps():
            scored = []
            for at in olds:
                for to in news:
                    is_like = self.old[at].is_row == self.new[to].is_row
                    alike = self.alike(at, to) if is_like else 0.0
                    if alike >= MIN_ALIKE_IN_PLACE:
                        scored.append((alike + self._in_context(at, to), at, to))
            self._take(scored)

    def _take(self, scored: Iterable[tuple[float, int, int]]) -> None:
        for _, at, to in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
            if at not in self.of_old and to not in self.of_new:
                self.join(at, to)

    def _candidates(self) -> Iterator[tuple[int, int]]:
        """Pairs of clauses, neither aligned, that share a rare pair of characters."""
        places: dict[str, list[int]] = defaultdict(list)
        for to, clause in enumerate(self.new):
            if to not in self.of_new:
                for gram in self._rarest(clause):
                    places[gram].append(to)
        for at, clause in enumerate(self.old):
            if at in self.of_old:
                continue
            near = {
                to
                for gram in self._rarest(clause)
                for to in places.get(gram, ())
                if self.new[to].is_row == clause.is_row
            }
            yield from ((at, to) for to in sorted(near))

    def _rarest(self, clause: Clause) -> list[str]:
        known = [gram for gram in clause.grams if 1 < self._known[gram] <= MAX_COMMON]
        return sorted(known, key=lambda gram: (self._known[gram], gram))[:RARE_GRAMS]

    def alike(self, at: int, to: int) -> float:
        """Twice what two clauses have in common by what both have, 0 to 1 (Dice 1945, weighted)."""
        one, other = self.old[at], self.new[to]
        both = self.worth(one.grams & other.grams)
        return 2 * both / max(self._size(one) + self._size(other), 1e-9)

    def worth(self, grams: Counter[str]) -> float:
        """The weights of some pairs of characters, added."""
        return sum(self._worth[gram] * count for gram, count in grams.items())

    def _size(self, clause: Clause) -> float:
        if id(clause) not in self._sizes:
            self._sizes[id(clause)] = self.worth(clause.grams)
        return self._sizes[id(clause)]

    def _in_context(self, at: int, to: int) -> float:
        """What speaks for two clauses beside their words."""
        one, other = self.old[at], self.new[to]
        number = NUMBER_WORTH * (one.number_key == other.number_key)
        beside = sum(
            self.of_old.get(at + step, -9) == to + step for step in (-1, 1)
        )  # neighbours that are one
        sections = self._sections_alike(one.section, other.section)
        far = abs(at / len(self.old) - to / len(self.new))
        return SECTION_WORTH * sections + number + PLACE_WORTH * beside - FAR_COST * far

    def _sections_alike(self, one: int, other: int) -> float:
        if (one, other) not in self._section_likeness:
            a, b = self._sections[0][one], self._sections[1][other]
            both, size = self.worth(a & b), self.worth(a) + self.worth(b)
            self._section_likeness[one, other] = 2 * both / max(size, 1e-9)
        return self._section_likeness[one, other]

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """Runs of clauses that nothing is aligned to, between the same neighbours in both documents."""
        at = 0
        while at < len(self.old):
            if at in self.of_old:
                at += 1
                continue
            end = at
            while end < len(self.old) and end not in self.of_old:
                end += 1
            first = self.of_old.get(at - 1, -1) + 1
            last = self.of_old.get(end, len(self.new))
            free = [to for to in range(first, min(last, first + 40)) if to not in self.of_new]
            if first < last and len(free) == last - first:
                yield list(range(at, end)), free
            at = end


def _section_grams(clauses: Sequence[Clause]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for clause in clauses:
        found[clause.section].update(clause.grams)
    return found


Group = tuple[list[int], list[int]]
"""Clauses of the old and of the new document that are one."""


def _with_parts(matching: _Matching) -> list[Group]:
    """The pairs, each with the clauses that nothing is like but that are parts of it; then the rest alone."""
    groups: list[Group] = [([at], [to]) for at, to in sorted(matching.of_old.items())]
    for side in (0, 1):
        of = {group[side][0]: group for group in groups if group[side]}
        sizes = len(matching.old), len(matching.new)
        waiting = [at for at in range(sizes[side]) if at not in of]
        _add_neighbours(matching, of, side, waiting)
        holders = _holders(matching, groups, side)
        for at in list(waiting):
            shares = [(_share_left(matching, g, side, at), g) for g in holders(at)]
            share, whole = max(shares, key=lambda one: one[0], default=(0.0, ([], [])))
            if share >= MIN_FAR_PART:
                whole[side].append(at)
                waiting.remove(at)
        groups += [([at], []) if side == 0 else ([], [at]) for at in waiting]
    return groups


def _add_neighbours(
    matching: _Matching, of: dict[int, Group], side: int, waiting: list[int]
) -> None:
    """Puts clauses that wait into the group of the clause beside them that they are a part of, until none is left."""
    is_growing = True
    while is_growing:
        is_growing = False
        for at in list(waiting):
            beside = [of[near] for near in (at - 1, at + 1) if near in of]
            shares = [(_share_left(matching, group, side, at), group) for group in beside]
            share, whole = max(shares, key=lambda one: one[0], default=(0.0, ([], [])))
            if share >= MIN_PART:
                whole[side].append(at)
                of[at] = whole
                waiting.remove(at)
                is_growing = True


def _holders(
    matching: _Matching, groups: Sequence[Group], side: int
) -> Callable[[int], list[Group]]:
    """For a clause of a side the groups whose other side shares rare pairs of characters with it."""
    sides = matching.old, matching.new
    places: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for gram in {gram for other in group[1 - side] for gram in sides[1 - side][other].grams}:
            if group[side]:
                places[gram].append(number)

    def holders(at: int) -> list[Group]:
        rare = [
            gram for gram in sides[side][at].grams if 0 < len(places.get(gram, ())) <= MAX_COMMON
        ]
        counts = Counter(number for gram in rare for number in places[gram])
        return [groups[number] for number, _ in counts.most_common(FAR_GROUPS)]

    return holders


def _share_left(matching: _Matching, group: Group, side: int, at: int) -> float:
    """The share of a clause that the other side of a group has beside what the group's own side says already."""
    sides = matching.old, matching.new
    clause = sides[side][at]
    if len(clause.key) < MIN_PART_CHARS or clause.kind != "text" or not group[1 - side]:
        return 0.0
    left: Counter[str] = Counter()
    for other in group[1 - side]:
        left.update(sides[1 - side][other].grams)
    for own in group[side]:
        left.subtract(sides[side][own].grams)
    return matching.worth(clause.grams & +left) / max(matching.worth(clause.grams), 1e-9)


def _in_order(groups: Sequence[Group], matching: _Matching) -> list[Pair]:
    """The groups as pairs in order; those out of the longest run that keeps the order have moved."""
    both = sorted((min(old), min(new)) for old, new in groups if old and new)
    weights = [len(matching.old[at].key) for at, _ in both]
    kept = set(_heaviest_run([to for _, to in both], weights))
    moved = {both[number] for number in range(len(both)) if number not in kept}
    place = {at: to for number, (at, to) in enumerate(both) if number in kept}
    anchors = sorted(place)

    def order(group: Group) -> tuple[float, int, int]:
        old, new = sorted(group[0]), sorted(group[1])
        if new:
            return new[0], 0, new[0]
        before = bisect_left(anchors, old[0])
        return (place[anchors[before - 1]] if before else -1), 1, old[0]

    return [
        Pair(
            tuple(sorted(old)),
            tuple(sorted(new)),
            bool(old and new) and (min(old), min(new)) in moved,
        )
        for old, new in sorted(groups, key=order)
    ]


def _heaviest_run(places: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Numbers of the places that rise and weigh most together (a Fenwick tree of best sums, in n log n)."""
    rank = {place: at + 1 for at, place in enumerate(sorted(set(places)))}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(rank) + 1)
    before, total = [-1] * len(places), [0] * len(places)
    for number, place in enumerate(places):
        at, best = rank[place] - 1, (0, -1)
        while at > 0:
            best, at = max(best, tree[at]), at - (at & -at)
        total[number], before[number] = best[0] + weights[number], best[1]
        at = rank[place]
        while at < len(tree):
            tree[at], at = max(tree[at], (total[number], number)), at + (at & -at)
    run, at = [], max(range(len(places)), key=lambda number: total[number], default=-1)
    while at >= 0:
        run.append(at)
        at = before[at]
    return run[::-1]
