"""Candidates → an answer: slices of documents, each with the spans that bear it.

Ways of answering, the first that fits: the outline (第二部分, 分几章, 哪一节), a whole list, the cells of
table rows, the sentences that answer, cut to their clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bearing_qa.index.segment import normalise
from bearing_qa.search import lists, structure
from bearing_qa.search.candidates import Candidate
from bearing_qa.search.draft import Draft, Span
from bearing_qa.search.finding import Finding
from bearing_qa.search.fitting import wanted_quantities
from bearing_qa.search.question import Question, coverage
from bearing_qa.search.rows import draft_rows
from bearing_qa.search.sections import SURE_SHARE, heading_share
from bearing_qa.search.wording import is_inline_lead
from bearing_qa.types import Parsed, Section

MAX_ANSWER_CHARS = 120
"""A sentence longer than this is cut to the clauses that answer."""
MAX_COVERAGE_GAP = 0.1
"""A sentence that says the asked count may hold this much less of the question than the best."""
SECOND_MARGIN = 0.4
"""When the two best sentences' scores differ by less, both are given: on the reading sets the best one is
right in 77 to 88 of 100 answers, one of the two in 80 to 90."""
SURELY_KNOWN = ("number", "date", "document_number")
"""Kinds of things that are always known where they stand, so that a sentence with one goes before better ones without;
of names and bodies some are overlooked, and a stranger's is no answer."""
MAX_BOTH_CHARS = 150
MIN_REPEATS = 2
REPEATED_DEPTH = 5
"""Hits in which a sentence is looked for that says the counted word as often as is asked."""
_COUNTED_WORD = re.compile(
    r"[哪这那][一二两三四五六七八九十\d]{1,2}个?([\u4e00-\u9fff]{2})(?![\u4e00-\u9fff])"
)
"""What is counted: 统一 of 哪四个统一."""
_DIVIDED = re.compile(
    r"(?:分|有|包括|包含)(?:为|成|了)?(?:几|多少|哪几)(?:个|大)*(?:部分|章|节|条|块|阶段|步|类|种|级|档|方面|层)"
)
_BELOW = re.compile(r"下面|其下|底下|其中|里面|又分|再分|下分")
_TAKES_BACK = re.compile(r"但|不过[，,]|法律、行政法规另有规定")
_PENALTY = re.compile("罚款|警告|责令|没收|处分|拘留")
_WORSE = re.compile("情节(?:特别|较)?(?:严重|重|轻微)|拒不改正|逾期|造成|构成犯罪")
"""How the clause begins that sets a heavier penalty for the same."""
_THINGS = ("number", "date", "person", "party", "organisation")
"""Kinds of things that a heading without one never answers."""
_FOR_POSTS = ("person", "party", "organisation", "list")
_NEXT_NAME = re.compile(
    r"\n[\u3000 ]*[\u4e00-\u9fff·]{1,8}(?:[\u3000 ][\u4e00-\u9fff])?[\u3000 ]{2,}[^\n：:。]{2,40}(?=\n|$)"
)
"""A line with a name and a post, without a label."""
_CONCLUDES = re.compile(r"\s*(?:故(?!意|障|事)|因[此而]|所以|为此|据此|鉴[于此]此?)")
_CLAUSE = re.compile(r"[^，；：,;]*(?:[，；：,;]|$)")

Place = tuple[Parsed, Section]


def draft_answer(found: Finding, *, section: Place | None = None, room: int) -> Draft:
    """The first way of answering that fits the question: outline, list, table, sentence.

    ``section`` is where the question before it is answered: 下面又分哪两块？ asks for what is below.
    ``room`` is how many characters a second sentence beside the first may make them.
    """
    draft = Draft()
    question, weights, candidates = found.question, found.weights, found.candidates
    if not candidates:
        return draft
    score = candidates[0].hit.score
    below = lists.listing_below(*section) if section and _asks_below(question) else None
    missing = structure.missing_part(candidates, question)
    if missing:
        draft.refusal = f"文中没有{missing}"
    elif below:
        _draft_listing(draft, below, score)
        draft.is_structural = True
    elif question.asked == "section" or structure.nth_part(candidates, question):
        _draft_section(draft, found)
    elif question.asked in _FOR_POSTS and _draft_posts(draft, candidates):
        pass
    elif question.asked == "list" or question.count or _asks_how_many(question):
        counted = _counting_sentence(question, candidates)
        listing = structure.find_listing(question, weights, candidates=candidates)
        if counted:
            _draft_sentence(draft, question, weights, [counted], room=0)
        elif listing:
            _draft_listing(draft, listing, score)
            is_counted = bool(question.count) or _asks_how_many(question)
            draft.is_structural = is_counted and listing.share >= SURE_SHARE
    if not draft.pieces and not draft.refusal:
        draft_rows(draft, question, candidates)
    if not draft.pieces and not draft.refusal:
        _draft_sentence(draft, question, weights, candidates, room=room)
    return draft


def _asks_how_many(question: Question) -> bool:
    """Whether a question asks into how many pieces a part is divided: 第二部分分几节？"""
    return bool(_DIVIDED.search(question.text))


def _asks_below(question: Question) -> bool:
    """Whether a question asks what is below the section named before it."""
    return question.asked in ("list", "section") and bool(_BELOW.search(question.text))


def _counting_sentence(question: Question, candidates: Sequence[Candidate]) -> Candidate | None:
    """A sentence that says the asked count and lists its members (分为三类：…、…和…。), or that says
    so many members by the counted word (四个统一: 统一标准、统一平台、统一防护、统一监管)."""
    if not question.counted:
        return None
    least = candidates[0].coverage - MAX_COVERAGE_GAP
    counting = (c for c in candidates[:5] if question.counted in normalise(c.text) and c.fits)
    said = next((c for c in counting if c.coverage >= least), None)
    asked = _COUNTED_WORD.search(question.text)
    if said is not None or asked is None or question.count < MIN_REPEATS:
        return said
    repeating = (c for c in candidates if c.text.count(asked.group(1)) == question.count)
    return next((c for c in repeating if c.rank < REPEATED_DEPTH), None)


def _draft_section(draft: Draft, found: Finding) -> None:
    """Part 第N, all parts, or the path of the section that speaks of the matter and what it says."""
    question, candidates = found.question, found.candidates
    score = candidates[0].hit.score
    part = structure.nth_part(candidates, question)
    parsed = structure.document_asked(candidates, question)
    asks_for_whole = structure.asks_for_parts(question) and question.scope.holds(parsed, 0)
    parts = lists.top_listing(parsed) if asks_for_whole else None
    asks_below = _asks_how_many(question) or question.asked == "list"
    below = lists.listing_below(*part) if part and asks_below else None
    if below is not None:
        draft.is_structural = True
        _draft_listing(draft, below, score)
    elif part is not None:
        draft.is_structural = True
        _draft_part(draft, *part, score)
    elif parts is not None:
        draft.is_structural = True
        _draft_listing(draft, parts, score)
    elif found.section is not None:
        parsed, section = found.section
        share = heading_share(parsed, section, question, found.weights)
        draft.is_structural = share >= SURE_SHARE
        inside = (
            c for c in candidates if c.passage.kind != "heading" and _is_in(c, *found.section)
        )
        best = next(inside, None)
        spans = _headings(question, parsed, section, score)
        path = " › ".join(parsed.document.text[start:end] for _, _, start, end, _ in spans)
        draft.add(path, *spans)
        if best is not None and len(best.text) <= MAX_ANSWER_CHARS:
            draft.add(best.text, (parsed, best.passage.kind, best.start, best.end, score))


def _is_in(candidate: Candidate, parsed: Parsed, section: Section) -> bool:
    same = candidate.passage.doc_id == parsed.document.doc_id
    return same and section.start <= candidate.start < section.tree_end


def _headings(question: Question, parsed: Parsed, section: Section, score: float) -> list[Span]:
    """The headings from the top down to a section, those in the question's scope."""
    spans: list[Span] = []
    while section.index and question.scope.holds(parsed, section.index):
        spans.append((parsed, "heading", section.start, section.head_end, score))
        section = parsed.sections[section.parent]
    return spans[::-1]


def _draft_part(draft: Draft, parsed: Parsed, part: Section, score: float) -> None:
    """A section named by its number: its heading, and its words where the heading has no title."""
    text = parsed.document.text
    heading: Span = (parsed, "heading", part.start, part.head_end, score)
    own = [p for p in parsed.passages if p.section == part.index and p.kind == "text"]
    if part.title or not own:
        draft.add(text[part.start : part.head_end], heading)
    for passage in own if not part.title else []:
        span: Span = (parsed, passage.kind, passage.start, passage.end, score)
        draft.add(f"{part.marker} {text[passage.start : passage.end]}", span, heading)


def _draft_listing(draft: Draft, listing: lists.Listing, score: float) -> None:
    draft.is_listing = True
    text = listing.parsed.document.text
    for item in listing.items:
        draft.add(text[slice(*item.shown)].strip(), (listing.parsed, "text", *item.cited, score))


def _draft_sentence(
    draft: Draft,
    question: Question,
    weights: Sequence[float],
    candidates: Sequence[Candidate],
    *,
    room: int,
) -> None:
    """The best sentence; with the next best one where hardly anything parts the two."""
    is_thing = question.asked in _THINGS
    said = [
        c
        for c in candidates
        if _is_sentence(c) and not (is_thing and c.passage.kind == "heading" and not c.fits)
    ]
    by_name = question.asked == "organisation"
    names_it = [c for c in said[:1] if by_name and c.coverage >= 1.0 and c.passage.kind == "text"]
    is_known = question.asked in SURELY_KNOWN
    best = next(iter(names_it or [c for c in said if c.fits and is_known] or said or candidates))
    draft.is_structural = _front_says(question, best)
    start, end = best.lead if best.lead and question.asked == "list" else (best.start, best.end)
    if (start, end) == best.lead:  # an item of a list is asked for as a list: all of it
        best = replace(best, start=start, end=end, lead=None)
    led = lists.listing_led_by(best.parsed, start=start, end=end)
    has_list = led is not None and _is_wanted(led, question)
    is_enough = draft.is_structural or has_list
    second = None if is_enough else _close_second(best, said, room=room)
    both = [best, second] if second else [best]
    for candidate in sorted(both, key=lambda c: (c.rank, c.start)):
        if candidate.lead:
            start, end = candidate.lead
            _add_clauses(draft, question, weights, replace(candidate, start=start, end=end))
        premise = _premise(candidate) if question.asked == "reason" else None
        if premise:
            _add_clauses(draft, question, weights, premise)
        _add_clauses(draft, question, weights, candidate)
        for following in _going_on(candidate):
            draft.add(*following)
    if led and has_list and best.passage.kind != "front":
        _draft_listing(draft, led, best.hit.score)


def _is_wanted(listing: lists.Listing, question: Question) -> bool:
    """Whether a list behind a sentence goes with it: it can be read, and has the asked length."""
    length = len(listing.items)
    return length <= lists.MAX_LIST_ITEMS and question.count in (0, length)


def _draft_posts(draft: Draft, candidates: Sequence[Candidate]) -> bool:
    """The entry under a post that is asked for, with the names on the lines behind it that have no label:
    副组长：丁学海　　秘书长 / 林若溪　　局长. False if there is none, or no name on a line behind."""
    entry = next((c for c in candidates if c.is_entry), None)
    if entry is None:
        return False
    text, end = entry.parsed.document.text, entry.end
    while found := _NEXT_NAME.match(text, end):
        end = found.end()
    if end == entry.end:
        return False
    span: Span = (entry.parsed, entry.passage.kind, entry.start, end, entry.hit.score)
    for line in text[entry.start : end].split("\n"):
        draft.add(line.strip(), span)
    return True


def _is_sentence(candidate: Candidate) -> bool:
    """Whether it says something: no row, and no heading but one that is a whole sentence."""
    kind = candidate.passage.kind
    return kind not in ("heading", "row") or (
        kind == "heading" and candidate.text.rstrip().endswith("。")
    )


def _premise(candidate: Candidate) -> Candidate | None:
    """The sentence in front of one that draws a conclusion (故…, 因此…): it is the reason."""
    before = [s for s in candidate.passage.sentences if s.end <= candidate.start]
    if not before or not _CONCLUDES.match(candidate.text):
        return None
    return replace(candidate, start=before[-1].start, end=before[-1].end)


def _going_on(candidate: Candidate) -> list[tuple[str, Span]]:
    """The sentences behind one, in its paragraph, that it must not be quoted without: what takes it back (但是，……除外),
    the heavier penalty (情节严重的，处……), the other items of a list in one sentence."""
    text, passage = candidate.parsed.document.text, candidate.passage
    found: list[tuple[str, Span]] = []
    is_list, end = is_inline_lead(candidate.text), candidate.end
    for following in (s for s in passage.sentences if s.start >= candidate.end):
        said = text[following.start : following.end]
        is_apart = bool(text[end : following.start].strip(" \u3000"))
        is_item = is_list and text[:end].endswith("；")
        is_worse = _PENALTY.search(candidate.text) and _WORSE.match(said)
        if (
            is_apart
            or len(said) > MAX_ANSWER_CHARS
            or not (is_item or is_worse or _TAKES_BACK.match(said))
        ):
            break
        span: Span = (
            candidate.parsed,
            passage.kind,
            following.start,
            following.end,
            candidate.hit.score,
        )
        found.append((said, span))
        end = following.end
    return found


def _add_clauses(
    draft: Draft, question: Question, weights: Sequence[float], candidate: Candidate
) -> None:
    """The clauses of a sentence that answer, borne by the whole of it."""
    words = candidate.parsed.document.text[slice(*_answering_clauses(question, weights, candidate))]
    kind, score = candidate.passage.kind, candidate.hit.score
    draft.add(words, (candidate.parsed, kind, candidate.start, candidate.end, score))


def _close_second(best: Candidate, said: Sequence[Candidate], *, room: int) -> Candidate | None:
    """The next best sentence if it is nearly as good, holds the kind of thing asked and is short."""
    home = best.passage.doc_id
    others = (
        c
        for c in said
        if c is not best
        and c.fits >= best.fits
        and c.opposed <= best.opposed
        and c.passage.doc_id == home
        and (c.passage.kind == "front") == (best.passage.kind == "front")
    )
    second = next(others, None)
    if second is None or best.score - second.score > SECOND_MARGIN:
        return None
    is_short = len(best.text) + len(second.text) <= room
    return second if is_short else None


def _front_says(question: Question, best: Candidate) -> bool:
    """Whether front matter (speaker, date, issuer) is asked for and says it."""
    is_asked = question.asked in ("person", "date", "organisation", "party", "document_number")
    return is_asked and best.passage.kind == "front" and best.fits and best.coverage >= 1.0


def _answering_clauses(
    question: Question, weights: Sequence[float], candidate: Candidate
) -> tuple[int, int]:
    """Span of the clauses that answer: all of a short sentence, else the best run of clauses."""
    text = candidate.text
    if len(text) <= MAX_ANSWER_CHARS:
        return candidate.start, candidate.end
    spans = [m.span() for m in _CLAUSE.finditer(text) if m.end() > m.start()]
    best = (-1.0, 0, len(text))
    for first, (start, _) in enumerate(spans):
        for _, end in spans[first:]:
            if end - start > MAX_ANSWER_CHARS:
                break
            piece = text[start:end]
            share = coverage(question, weights, text=normalise(piece))
            wanted = question.asked != "number" or bool(wanted_quantities(question, piece))
            score = share + 0.5 * wanted - 0.001 * (end - start)
            if score > best[0]:
                best = (score, start, end)
    return candidate.start + best[1], candidate.start + best[2]
