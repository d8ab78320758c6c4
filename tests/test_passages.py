"""Laws 1 and 2: passages and sentences are exact slices of one section and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bearing_qa.document.ingest import read_corpus
from bearing_qa.document.parse import parse
from bearing_qa.document.passages import MAX_CHARS, split_sentences
from bearing_qa.document.reading import RawText
from bearing_qa.types import Parsed
from tests.conftest import CORPUS, parse_all, shared, write_tiny


def parse_text(text: str, *, source: str = "x.txt") -> Parsed:
    return parse(RawText("x", text, "utf-8"), metadata={}, source=source)


def check_laws(parsed: Parsed) -> None:
    text = parsed.document.text
    assert "".join(text[s.start : s.end] for s in parsed.sections) == text
    covered = bytearray(len(text))
    for section in parsed.sections:
        covered[section.start : section.head_end] = b"\1" * (section.head_end - section.start)
    for passage in parsed.passages:
        section = parsed.sections[passage.section]
        body = text[passage.start : passage.end]
        assert body == body.strip() != ""
        assert section.start <= passage.start < passage.end <= section.end
        assert len(body) <= MAX_CHARS or passage.kind in ("row", "table", "heading")
        covered[passage.start : passage.end] = b"\1" * len(body)
        reached = passage.start
        for sentence in passage.sentences:
            assert reached <= sentence.start < sentence.end <= passage.end
            assert not text[reached : sentence.start].strip()
            reached = sentence.end
        assert not text[reached : passage.end].strip()
    lost = [char for at, char in enumerate(text) if not covered[at] and not char.isspace()]
    assert not lost


@pytest.mark.parametrize("corpus", ["speech", "tiny"])
def test_laws_on_small_corpora(corpus: str, tmp_path: Path) -> None:
    folder = CORPUS if corpus == "speech" else write_tiny(tmp_path)
    for parsed in read_corpus(folder):
        assert isinstance(parsed, Parsed)
        check_laws(parsed)


def test_laws_on_policy_documents() -> None:
    folder = shared("data", "policy_docs")
    files = [*sorted(folder.glob("*/*.txt")), *sorted(folder.glob("*/*.md"))]
    for path in [*files, *sorted(folder.glob("*/*.html"))[::6]]:
        (parsed,) = parse_all(path)
        check_laws(parsed)


@settings(max_examples=60)
@given(st.text(alphabet="轴承发展，。；：“”！？、（一）1.\n 兲A|%", max_size=900))
def test_laws_on_any_text(text: str) -> None:
    check_laws(parse_text(text))


def test_sentences_end_at_marks_with_their_closing_quotes_and_not_inside_figures() -> None:
    text = "他说：“可以。”增长1.5%；不得超过3.2万元！为什么？\n下一行"
    spans = split_sentences(text, start=0, end=len(text))
    assert [text[s.start : s.end] for s in spans] == [
        "他说：“可以。”",
        "增长1.5%；",
        "不得超过3.2万元！",
        "为什么？",
        "下一行",
    ]


def test_long_paragraphs_are_divided_evenly_at_sentence_ends() -> None:
    sentence = "这是一个用来测试分段的句子，它有二十几个字。"
    parsed = parse_text(sentence * 40)
    lengths = [passage.end - passage.start for passage in parsed.passages]
    assert max(lengths) <= MAX_CHARS
    assert min(lengths) >= 0.5 * max(lengths)
    text = parsed.document.text
    assert all(text[p.start : p.end].endswith("。") for p in parsed.passages)


def test_text_without_any_mark_is_divided_too() -> None:
    check_laws(parse_text("发" * 5000))
    check_laws(parse_text("发展，" * 3000 + "。"))


def test_short_paragraphs_of_a_section_are_taken_together_but_never_across_sections() -> None:
    parsed = parse_text("一、甲\n短句一。\n短句二。\n二、乙\n短句三。")
    bodies = [parsed.document.text[p.start : p.end] for p in parsed.passages if p.kind == "text"]
    assert bodies == ["短句一。\n短句二。", "短句三。"]


def test_front_matter_and_closing_date_are_passages_of_their_own(speech: Parsed) -> None:
    text = speech.document.text
    fronts = [text[p.start : p.end] for p in speech.passages if p.kind == "front"]
    assert fronts[0].endswith("中国轴承工业协会理事长  周宇")
    assert fronts[1] == "2024.11.24"
