"""Drafts with known faults → how many are found, and how many sound quotations are disturbed.

    python -m benchmarks.check SETS [--work DIR] [--count 1000] [--seed 0]

``SETS/data/policy_docs`` and ``policy_more`` have public documents, of which ``DOCUMENTS`` are indexed; others give sentences that
no document has. Quotations are sentences of the indexed ones. A script alters one thing of each: a figure, a year, a unit, a
negation, a bound, a word, a name; drops a clause from the middle; joins the halves of two. Sound ones differ in marks, width,
script and line breaks at most, half of them. Misattributed ones are credited to another document or another article.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.results import append, result

from bearing_qa.answer.claims import claims
from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.document.files import corpus_files
from bearing_qa.encoders.encoder import SentenceEncoder
from bearing_qa.language.segment import normalise
from bearing_qa.review.check import check_draft
from bearing_qa.review.comparable import comparable
from bearing_qa.review.editions import Editions
from bearing_qa.review.finding import Review
from bearing_qa.types import Parsed

RESULTS = Path(__file__).parent / "figures" / "check.jsonl"
DOCUMENTS = 40
MIN_CHARS, MAX_CHARS = 14, 90
Alteration = Callable[[str, random.Random], str]
_NAMES = (
    "国务院",
    "省级人民政府",
    "市场监督管理部门",
    "工业和信息化部",
    "财政部",
    "公安机关",
    "人民法院",
    "县级以上人民政府",
)
_WORDS = {"应当": "可以", "可以": "应当", "不得": "可以", "鼓励": "要求", "加强": "减少", "提高": "降低", "增长": "下降", "全部": "部分", "依法": "酌情", "批准": "备案", "建设": "拆除"}  # fmt: skip
_BOUNDS = {"以上": "以下", "以下": "以上", "不少于": "不超过", "不超过": "不少于", "不低于": "不高于", "至少": "至多", "超过": "低于", "以内": "以外"}  # fmt: skip
_UNITS = {"万元": "亿元", "亿元": "万元", "日内": "月内", "个月": "年", "天": "月", "公里": "米", "%": "‰", "万人": "人", "吨": "千克", "小时": "分钟"}  # fmt: skip


def change_figure(text: str, rng: random.Random) -> str:
    """One digit of a figure that is no year, or one Chinese numeral, put for another."""
    places = list(re.finditer(r"(?<!\d)\d+(?:\.\d+)?(?!\d|年)", text))
    places += list(re.finditer(r"[二三四五六七八九十](?=[万亿年月日个项条元倍人次天])", text))
    if not places:
        return text
    found = rng.choice(places)
    if found.group().isdigit() or "." in found.group():
        at = rng.choice([i for i, c in enumerate(found.group()) if c.isdigit()])
        old = found.group()[at]
        new = rng.choice([d for d in "123456789" if d != old])
        made = found.group()[:at] + new + found.group()[at + 1 :]
    else:
        made = rng.choice([c for c in "二三四五六七八九" if c != found.group()])
    return text[: found.start()] + made + text[found.end() :]


def change_year(text: str, rng: random.Random) -> str:
    """One year put for another."""
    places = list(re.finditer(r"(?:19|20)\d{2}(?=年)", text))
    if not places:
        return text
    found = rng.choice(places)
    other = str(int(found.group()) + rng.choice([-3, -2, -1, 1, 2, 3]))
    return text[: found.start()] + other + text[found.end() :]


def _swapped(table: dict[str, str]) -> Alteration:
    def change(text: str, rng: random.Random) -> str:
        places = [m for word in table for m in re.finditer(re.escape(word), text)]
        if not places:
            return text
        found = rng.choice(places)
        return text[: found.start()] + table[found.group()] + text[found.end() :]

    return change


def change_negation(text: str, rng: random.Random) -> str:
    """A 不 or 未 left out, or put in before a verb."""
    places = list(re.finditer(r"(?<!\w[不])[不未](?=[\u4e00-\u9fff])", text))
    if places:
        found = rng.choice(places)
        return text[: found.start()] + text[found.end() :]
    places = list(re.finditer(r"(?<=[\u4e00-\u9fff])(?:应当|可以|能够|得到|属于|需要)", text))
    if not places:
        return text
    found = rng.choice(places)
    return text[: found.start()] + "不" + text[found.start() :]


def change_name(text: str, rng: random.Random) -> str:
    """A body put for another."""
    places = [m for name in _NAMES for m in re.finditer(name, text)]
    if not places:
        return text
    found = rng.choice(places)
    other = rng.choice([name for name in _NAMES if name != found.group()])
    return text[: found.start()] + other + text[found.end() :]


def drop_clause(text: str, rng: random.Random) -> str:
    """A clause that is neither the first nor the last left out."""
    clauses = re.split(r"(?<=[，；])", text)
    if len(clauses) < 3:
        return text
    at = rng.randrange(1, len(clauses) - 1)
    return "".join(clauses[:at] + clauses[at + 1 :])


ALTERATIONS: dict[str, Alteration] = {
    "figure": change_figure,
    "year": change_year,
    "unit": _swapped(_UNITS),
    "negation": change_negation,
    "bound": _swapped(_BOUNDS),
    "word": _swapped(_WORDS),
    "name": change_name,
    "clause": drop_clause,
}


def disturb_marks(text: str, rng: random.Random) -> str:
    """Marks, width and line breaks put for others; the words stay."""
    changes: list[Callable[[str], str]] = [
        lambda t: t.replace("，", ","),
        lambda t: t.replace("；", "，"),
        lambda t: t.replace("、", "，"),
        lambda t: re.sub(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", "\n", t, count=1),
        lambda t: re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", " ", t),
        lambda t: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in t),
        lambda t: t.replace("（", "(").replace("）", ")"),
    ]
    for change in rng.sample(changes, 2):
        text = change(text)
    return text


def sentences(parsed: Parsed) -> Iterator[tuple[int, str]]:
    """Sentences of running text that a draft might quote: where, and the words without the stop at their end."""
    text = parsed.document.text
    for passage in parsed.passages:
        for sentence in passage.sentences if passage.kind == "text" else ():
            words = text[sentence.start : sentence.end].rstrip("。；")
            if MIN_CHARS <= len(words) <= MAX_CHARS and not re.search(
                r"[“”「」\"《》\n|]|…", words
            ):
                yield sentence.start, words


def draft_of(words: str, credit: str = "") -> str:
    """A sentence of a draft that quotes some words."""
    return f"{credit or '有关文件'}指出，“{words}”。\n"


class Bench:
    """The indexed documents, and drafts made from them."""

    def __init__(self, library: Library, rng: random.Random) -> None:
        self.library, self.rng = library, rng
        catalogue = library.index().catalogue
        self.documents = [p for p in map(catalogue.parsed, catalogue.doc_ids()) if p is not None]
        self.quotes = [(p, at, words) for p in self.documents for at, words in sentences(p)]
        self.texts = [comparable(p.document.text).text for p in self.documents]
        counts = Counter(words for _, _, words in self.quotes)
        self.single = [quote for quote in self.quotes if counts[quote[2]] == 1]

    def check(self, drafts: list[str]) -> tuple[list[str], Review]:
        """The verdict of the quotation of each draft, all in one."""
        whole = "".join(drafts)
        review = check_draft(self.library, whole)
        verdicts: list[str] = []
        start = 0
        for draft in drafts:
            own = [
                f for f in review.findings
                if f.kind == "quotation" and start <= f.start < start + len(draft)
            ]  # fmt: skip
            verdicts.append(own[0].verdict if own else "none")
            start += len(draft)
        return verdicts, review

    def altered(self, count: int) -> list[tuple[str, str, str]]:
        """Kind, altered words, and the words that they were."""
        found: list[tuple[str, str, str]] = []
        kinds = [*ALTERATIONS, "joined"]
        tries = 0
        while len(found) < count and tries < 60 * count:
            tries += 1
            kind = kinds[len(found) % len(kinds)] if tries % 40 else self.rng.choice(kinds)
            _, _, words = self.rng.choice(self.quotes)
            if kind == "joined":
                _, _, other = self.rng.choice(self.quotes)
                made = words[: len(words) // 2] + other[len(other) // 2 :]
            else:
                made = ALTERATIONS[kind](words, self.rng)
            if made != words and not any(comparable(made).text in text for text in self.texts):
                found.append((kind, made, words))
        return found


def build(sets: Path, work: Path) -> tuple[Path, list[Path]]:
    """The index of some documents, and files that are not in it."""
    pairs = corpus_files(sets / "data" / "pairs")  # editions of laws: an older and the present one
    files = [
        f for name in ("policy_docs", "policy_more") for f in corpus_files(sets / "data" / name)
    ]
    files = sorted(f for f in files if f.suffix == ".md" and f.stat().st_size > 3000)
    random.Random(0).shuffle(files)
    corpus = work / "check-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for file in [*files[:DOCUMENTS], *(f for f in pairs if f.suffix == ".md")]:
        shutil.copy(file, corpus / file.name)
    build_index(corpus, work / "check-index", encoder=SentenceEncoder())
    return work / "check-index", files[DOCUMENTS:]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--work", type=Path, default=Path("check-work"))
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="faults of each kind that are printed")
    options = parser.parse_args()
    index, others = build(options.sets, options.work)
    bench = Bench(Library(index), random.Random(options.seed))
    figures: dict[str, float] = {}
    began = time.perf_counter()

    altered = bench.altered(options.count)
    verdicts, _review = bench.check([draft_of(words) for _, words, _ in altered])
    passed = [
        (k, w, o)
        for (k, w, o), v in zip(altered, verdicts, strict=True)
        if v in ("exact", "punctuation", "superseded")
    ]
    figures["altered"], figures["altered, passed as exact or punctuation"] = (
        len(altered),
        len(passed),
    )
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for (kind, _, _), verdict in zip(altered, verdicts, strict=True):
        by_kind[kind][verdict] += 1
    for kind, counted in by_kind.items():
        print(f"  {kind:10} {dict(counted)}")
    for kind, words, was in passed[: options.show]:
        print(f"    passed: {kind}: {words} | {was}")

    sound = [bench.rng.choice(bench.quotes)[2] for _ in range(options.count)]
    drafts = [draft_of(disturb_marks(w, bench.rng) if at % 2 else w) for at, w in enumerate(sound)]
    verdicts, _ = bench.check(drafts)
    wrong = [
        (d, v)
        for d, v in zip(drafts, verdicts, strict=True)
        if v not in ("exact", "punctuation", "superseded")
    ]
    figures["sound"], figures["sound, called wrong"] = len(sound), len(wrong) / len(sound)
    print("  sound     ", dict(Counter(verdicts)))
    for draft, verdict in wrong[: options.show]:
        print(f"    {verdict}: {draft.strip()}")

    verdicts = bench.check(list(misattributed(bench, 300)))[0]
    figures["misattributed, wrong_source"] = verdicts.count("wrong_source") / max(len(verdicts), 1)
    print("  misattributed", dict(Counter(verdicts)))

    foreign = list(foreign_sentences(bench, others, 300))
    verdicts = bench.check([draft_of(words) for words in foreign])[0]
    figures["in no document, not_found"] = verdicts.count("not_found") / max(len(verdicts), 1)
    print("  foreign   ", dict(Counter(verdicts)))
    for words, verdict in zip(foreign, verdicts, strict=True):
        if verdict != "not_found" and options.show:
            print(f"    {verdict}: {words}")

    figures |= running_text(bench, options.count // 3, options.show)
    figures["seconds"] = round(time.perf_counter() - began, 1)
    for name, value in figures.items():
        print(f"{name:42} {value:.4g}")
    settings = {"count": options.count, "documents": DOCUMENTS, "seed": options.seed}
    append(RESULTS, result(settings, figures, root=RESULTS.parents[2]))


_LOOSER = {"应当": "应", "不得": "不能", "按照": "按", "并且": "并", "以及": "和", "有关": "相关", "规定的": "", "依照": "按"}  # fmt: skip
"""Small words as a draft in running text puts them."""


def loosely(words: str) -> str:
    """A sentence as a draft in running text says it: without quotation marks, small words put for others."""
    for word, other in _LOOSER.items():
        words = words.replace(word, other)
    return f"据了解，{words}。\n"


def running_text(bench: Bench, count: int, show: int) -> dict[str, float]:
    """Figures of running text: those that are right, and those of which a script changed one."""
    editions = Editions(bench.library.index().catalogue)
    fitting = [
        (words, found[0])
        for parsed, _, words in bench.quotes
        if len(found := amounts_of(words)) == 1 and not list(editions.newer(parsed.document.doc_id))
    ]
    told: Counter[tuple[str, str]] = Counter()
    for at in range(count):
        words, figure = bench.rng.choice(fitting)
        want = "number_differs" if at % 2 else "exact"
        if at % 2:
            words = words.replace(figure, change_figure(figure, bench.rng))
            if any(words in p.document.text for p in bench.documents):
                continue
        review = check_draft(bench.library, loosely(words))
        said = next((f.verdict for f in review.findings if f.kind == "figure"), "unchecked")
        told[want, said] += 1
        if want != said and show:
            print(f"    {want}: {said}: {words}")
    print("  running text", {f"{want}: {said}": n for (want, said), n in sorted(told.items())})
    sound = sum(n for (want, _), n in told.items() if want == "exact")
    altered = told.total() - sound
    right = told["exact", "exact"] + told["number_differs", "number_differs"]
    return {
        "running text, verdict right": right / max(sound + altered, 1),
        "running text, sound called wrong": told["exact", "number_differs"] / max(sound, 1),
        "running text, altered passed as exact": told["number_differs", "exact"] / max(altered, 1),
    }


def amounts_of(words: str) -> list[str]:
    """The amounts with a unit in a sentence, as written."""
    plain = normalise(words)
    found = [c for c in claims(plain) if c.unit and c.unit not in ("年", "月", "日")]
    written = [plain[c.start : c.end] for c in found if not c.unit.startswith("第")]
    return [amount for amount in written if amount in words]


def misattributed(bench: Bench, count: int) -> Iterator[str]:
    """Sound quotations credited to another document, or to another article of their own."""
    with_articles = [
        (p, at, w)
        for p, at, w in bench.single
        if re.match(r"第\S+条", p.sections[p.section_at(at)].marker)
    ]
    for number in range(count):
        if number % 2 and with_articles:
            parsed, at, words = bench.rng.choice(with_articles)
            own = parsed.sections[parsed.section_at(at)].marker
            marks = {s.marker for s in parsed.sections if re.fullmatch(r"第\S+条", s.marker)} - {
                own
            }
            if marks:
                article = bench.rng.choice(sorted(marks))
                yield draft_of(words, f"《{parsed.document.title}》{article}")
                continue
        parsed, _, words = bench.rng.choice(bench.single)
        other = bench.rng.choice(
            [p for p in bench.documents if p.document.title != parsed.document.title]
        )
        yield draft_of(words, f"《{other.document.title}》")


def foreign_sentences(bench: Bench, files: list[Path], count: int) -> Iterator[str]:
    """Sentences of documents that are not indexed, which no indexed one has."""
    texts = [p.document.text for p in bench.documents]
    lines = [
        line.strip().rstrip("。")
        for file in files
        for line in re.split(r"(?<=[。；])|\n", file.read_text("utf-8"))
    ]
    fitting = [
        w
        for w in lines
        if MIN_CHARS <= len(w) <= MAX_CHARS and not re.search(r"[“”「」\"《》|#>*]|…", w)
    ]
    for words in bench.rng.sample(fitting, min(3 * count, len(fitting))):
        if count and not any(words in text for text in texts):
            count -= 1
            yield words


if __name__ == "__main__":
    main()
