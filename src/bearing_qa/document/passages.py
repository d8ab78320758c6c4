"""Sections → passages: the units that are indexed, retrieved and quoted.

A passage is a slice of one section, cut at sentence ends: short paragraphs of a section are taken
together until ``MIN_CHARS``, long ones are divided evenly at sentence ends below ``MAX_CHARS``.
Headings, table rows, whole small tables, and the front matter (title, speaker, date) are passages
of their own kind. Every character that is not in a heading is in a passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bearing_qa.document.signatures import copies, line_slices, signatures, trim
from bearing_qa.document.tables import caption_above
from bearing_qa.types import Document, Kind, Passage, Section, Sentence, Span, Table, TableRow

MIN_CHARS = 80
"""A paragraph shorter than this is taken together with the next of its section."""
MAX_CHARS = 350
"""A passage longer than this is divided: longer text dilutes its vector and its quotation."""
FRONT_WORDS = "标题 题目 副标题 作者 讲话人 姓名 职务 署名 单位 机关 发布 发表 印发 签发 公布 成文 文号 日期 时间 落款"
"""What front matter says without saying so: indexed with it, as column heads are with rows."""
SIGNATURE_WORDS = "单位 机关 发布 发表 印发 签发 公布 成文 日期 时间 落款 署名"
"""The same for a signature, which has neither title nor number."""
MAX_ADDRESSEE_CHARS = 120
ADDRESSEE_WORDS = "主送 主送单位 主送机关 发给 送给 收文"
"""What the line says that a notice begins with: 各省、自治区、直辖市人民政府，国务院各部委、各直属机构："""
COPY_WORDS = "抄送 抄报 分送 印发"
"""The same for whom a document is copied to, and when it was printed."""
FORWARDED_WORDS = "附件 转发 原件"
"""What a signature behind the document's own is of."""
MAX_FRONT_LINES = 8
MAX_FRONT_LINE_CHARS = 60
"""Lines of the front matter (title, number, speaker, date) are few, short and not sentences."""
_SENTENCE = re.compile(r"(?:（[^（）\n]{1,120}）|[^。！？；\n])*(?:[。！？；]+[”’」』）)]*|\n|$)")
"""A stop within brackets ends none: （牵头单位：市商务局；配合单位：市财政局）"""
_CLAUSE = re.compile(r"[^，、：,]*(?:[，、：,]|$)")


def split_sentences(text: str, *, start: int, end: int) -> tuple[Sentence, ...]:
    """Sentences of ``text[start:end]``: they end at 。！？； (with closing marks) and at line ends.

    Blanks around a sentence belong to none; everything else belongs to exactly one.
    """
    spans = (match.span() for match in _SENTENCE.finditer(text, start, end))
    trimmed = (trim(text, span) for span in spans)
    return tuple(Sentence(*span) for span in trimmed if span[0] < span[1])


def make_passages(
    document: Document, *, sections: Sequence[Section], tables: Sequence[Table]
) -> tuple[Passage, ...]:
    """Passages of a document in the order of their start."""
    text = document.text
    found: list[Passage] = []
    paths = _paths(text, sections)
    front_end = _front_end(text, sections[0], tables)
    signed_at, copied_at = signatures(text, sections), copies(text)
    for section in sections:
        context = " ".join([document.title, *paths[section.index]])
        parent_context = " ".join([document.title, *paths[section.parent]])

        def add(kind: Kind, span: Span, context: str = context, at: int = section.index) -> None:
            span = trim(text, span)
            if span[0] < span[1]:
                sentences = split_sentences(text, start=span[0], end=span[1])
                found.append(Passage(document.doc_id, kind, *span, at, context, sentences))

        if section.index:
            add("heading", (section.start, section.head_end), parent_context)
        body = section.head_end
        if section.index == 0 and front_end:
            add("front", (0, front_end), f"{document.title} {FRONT_WORDS}")
            body = front_end
            addressed = _addressee_end(text, front_end, section.end)
            if addressed:
                add("front", (body, addressed), f"{document.title} {ADDRESSEE_WORDS}")
                body = addressed
        own_tables = [table for table in tables if body <= table.start < section.end]
        signed = [span for span in signed_at if body <= span[0] and span[1] <= section.end]
        copied = [span for span in copied_at if body <= span[0] and span[1] <= section.end]
        apart = [*((t.start, t.end) for t in own_tables), *signed, *copied]
        for span in _gaps((body, section.end), apart):
            for piece in _pack(text, span):
                add("text", piece)
        for span in signed:
            of = document.title if span == signed_at[0] else FORWARDED_WORDS
            add("front", span, f"{of} {SIGNATURE_WORDS}")
        for span in copied:
            add("front", span, f"{document.title} {COPY_WORDS}")
        for table, above in zip(own_tables, _captions(text, section, own_tables), strict=True):
            add("table", (table.start, _table_stop(table)))
            around = f"{context} {_beside(document.title, above)}".rstrip()
            for row in table.rows:
                add("row", (row.start, row.end), f"{around} {describe_row(table, row)}")
    return tuple(sorted(found, key=lambda passage: (passage.start, passage.end)))


def describe_row(table: Table, row: TableRow) -> str:
    """Each cell with its column head, as words: what the row's line leaves to the header."""
    return "；".join(
        f"{head} {cell}".strip()
        for head, cell in zip(table.header, row.cells, strict=False)
        if cell
    )


def _captions(text: str, section: Section, tables: Sequence[Table]) -> Iterator[str]:
    """What stands above each of a section's tables, in order, as its caption."""
    start = section.head_end
    for table in tables:
        yield caption_above(text, start, table)
        start = table.end


def _beside(title: str, caption: str) -> str:
    """A caption without the document's title, which its context has already."""
    rest = caption.removeprefix(title)
    return rest.strip() if not rest or rest[0].isspace() else caption


def _table_stop(table: Table) -> int:
    """Where the table passage ends: the whole table if it is small, else its header lines."""
    return table.end if table.end - table.start <= MAX_CHARS else table.head_end


def _paths(text: str, sections: Sequence[Section]) -> list[list[str]]:
    paths: list[list[str]] = []
    for section in sections:
        own = [text[section.start : section.head_end]] if section.index else []
        paths.append([*(paths[section.parent] if section.index else []), *own])
    return paths


def _gaps(span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """What is left of ``span`` outside others inside it, which do not overlap."""
    edges = [span[0], *(edge for other in sorted(others) for edge in other), span[1]]
    yield from zip(edges[::2], edges[1::2], strict=True)


def _front_end(text: str, root: Section, tables: Sequence[Table]) -> int:
    """Where the front matter ends: the first lines while they are short and not sentences, above any table."""
    stop = min([root.end, *(table.start for table in tables[:1])])
    end = 0
    for line in text[:stop].split("\n")[:MAX_FRONT_LINES]:
        if len(line) > MAX_FRONT_LINE_CHARS or line[-1:] in "。；：，":
            break
        end += len(line) + 1
    return min(end, stop)


def _addressee_end(text: str, start: int, end: int) -> int:
    """Where the line ends that names whom a document is sent to, right behind its front matter; 0 if there is none."""
    line = next(line_slices(text, (start, end)), (0, 0))
    words = text[slice(*line)]
    is_line = words.endswith(("：", ":")) and len(words) <= MAX_ADDRESSEE_CHARS
    return line[1] if is_line and not re.search(r"[。；]|如下|下列", words) else 0


def _pack(text: str, span: Span) -> Iterator[Span]:
    """Divides a section's body into slices of about MIN_CHARS to MAX_CHARS characters."""
    pieces: list[Span] = []
    for paragraph in line_slices(text, span):
        joins = pieces and paragraph[1] - pieces[-1][0] <= MAX_CHARS
        if joins and pieces[-1][1] - pieces[-1][0] < MIN_CHARS:
            pieces[-1] = (pieces[-1][0], paragraph[1])
        else:
            pieces.append(paragraph)
    if len(pieces) > 1 and pieces[-1][1] - pieces[-1][0] < MIN_CHARS // 2:
        (start, _), (_, end) = pieces[-2:]
        if end - start <= MAX_CHARS:
            pieces[-2:] = [(start, end)]
    for piece in pieces:
        yield from _divide(text, piece)


def _divide(text: str, span: Span) -> Iterator[Span]:
    """Slices of at most MAX_CHARS, of even length, cut at sentence ends, else clauses, else hard."""
    length = span[1] - span[0]
    if length <= MAX_CHARS:
        yield span
        return
    start = end = span[0]
    for unit_end in _cuts(text, span):
        if unit_end <= end:
            continue
        left = span[1] - start
        target = left / -(-left // MAX_CHARS)
        is_nearer = abs(end - start - target) <= abs(unit_end - start - target)
        if end > start and (unit_end - start > MAX_CHARS or is_nearer):
            yield trim(text, (start, end))
            start = end
        end = unit_end
    yield trim(text, (start, span[1]))


def _cuts(text: str, span: Span) -> Iterator[int]:
    """Offsets where a slice may end, none more than MAX_CHARS after the one before."""
    for sentence in _SENTENCE.finditer(text, *span):
        if sentence.end() - sentence.start() <= MAX_CHARS:
            yield sentence.end()
            continue
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            hard = range(clause.start() + MAX_CHARS, clause.end(), MAX_CHARS)
            yield from (*hard, clause.end())
