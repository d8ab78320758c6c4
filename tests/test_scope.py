"""Questions asked of some documents, dates and sections: nothing outside is shown or cited."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bearing_qa.answer.candidates import find
from bearing_qa.answer.library import Library
from bearing_qa.answer.read import gather
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.errors import QuestionError
from bearing_qa.search.retrieve import ALL_STAGES
from bearing_qa.search.scope import EVERYTHING, Scope, kind_of, make_scope, part_inside
from bearing_qa.search.understand import understand
from tests.conftest import BigramEncoder

DATED = {
    "通知/渔业.txt": (
        "关于渔业补贴的通知\n第一章 总则\n第一条 渔业补贴由市财政承担，每年拨付一次。\n"
        "第二章 补贴标准\n第二条 渔业补贴标准为每亩20元。\n第三条 渔业补贴包括以下内容：\n"
        "（一）苗种费用；\n（二）饲料费用；\n（三）渔船检修费用。\n2021年8月15日\n"
    ),
    "通知/渔业修订.txt": (
        "关于修订渔业补贴标准的通知\n第一章 总则\n第一条 渔业补贴由省财政承担，每年拨付两次。\n"
        "第二章 补贴标准\n第二条 渔业补贴标准为每亩35元。\n2023年3月1日\n"
    ),
    "报告/渔业.txt": "河湾市渔业报告\n全市渔业补贴支出320万元，渔业补贴标准为每亩28元。\n",
    "报告/无日期.txt": "灯塔修缮报告\n北港灯塔修缮经费与渔业补贴无关。\n",
}
QUESTION = "渔业补贴标准是每亩多少元？"


@pytest.fixture
def dated_index(tmp_path: Path, encoder: BigramEncoder) -> Path:
    for name, text in DATED.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "corpus" / "报告" / "渔业.meta.toml").write_text(
        'date = "2022-05"\nissuer = "河湾市政府办公室"\n', encoding="utf-8"
    )
    build_index(tmp_path / "corpus", tmp_path / "index", encoder=encoder)
    return tmp_path / "index"


@pytest.fixture
def reader(dated_index: Path, encoder: BigramEncoder) -> Library:
    return Library(dated_index, encoder=encoder)


@pytest.mark.parametrize(
    ("options", "doc_ids"),
    [
        ({"documents": ["通知/渔业"]}, ["通知/渔业"]),  # a whole id, though another begins with it
        ({"documents": ["通知/"]}, ["通知/渔业", "通知/渔业修订"]),
        ({"documents": ["*/渔业"]}, ["报告/渔业", "通知/渔业"]),
        ({"documents": ["报告/渔业.txt"]}, ["报告/渔业"]),
        ({"documents": ["补贴 修订"]}, ["通知/渔业修订"]),
        ({"documents": ["灯塔", "河湾市"]}, ["报告/无日期", "报告/渔业"]),
        ({"first": "2022"}, ["报告/渔业", "通知/渔业修订"]),
        ({"first": "2021-08-15", "last": "2022年5月"}, ["报告/渔业", "通知/渔业"]),
        ({"first": "2021/8/16", "last": "2022-04"}, []),
        ({"last": "2021"}, ["通知/渔业"]),
        ({"sections": ["补贴标准"]}, ["通知/渔业", "通知/渔业修订"]),
        ({"sections": ["第2章"], "last": "2021-08"}, ["通知/渔业"]),
        ({"documents": ["通知/渔业"], "sections": ["第一章", "第三条"]}, ["通知/渔业"]),
        ({"kinds": ["通知"]}, ["通知/渔业", "通知/渔业修订"]),
        ({"kinds": ["通知", "报告"], "first": "2022"}, ["报告/渔业", "通知/渔业修订"]),
        ({"issuers": ["河湾市"]}, ["报告/渔业"]),
    ],
)
def test_what_is_inside(reader: Library, options: dict[str, Any], doc_ids: list[str]) -> None:
    scope, catalogue = make_scope(**options), reader.index().catalogue
    if not doc_ids:
        with pytest.raises(QuestionError, match="no document is dated"):
            reader.search(QUESTION, top_k=100, scope=scope)
        return
    hits = reader.search(QUESTION, top_k=100, scope=scope)
    assert sorted({hit.doc_id for hit in hits}) == doc_ids
    part = part_inside(catalogue, scope)
    assert part is not None
    assert len(hits) == len(part.rows)
    assert part is part_inside(catalogue, make_scope(**options)), "found once"
    answer = reader.ask(QUESTION, top_k=100, scope=scope)
    assert {c.doc_id for c in (*answer.citations, *answer.passages)} <= set(doc_ids)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"issuers": ["海关"]}, "没有发文机关或讲话人为“海关”的文件.*河湾市政府办公室"),
        ({"issuers": ["海关"], "documents": ["灯塔"]}, "都没有注明发文机关或讲话人.*leave it out"),
        ({"kinds": ["条例"]}, "no document has the kind 条例.*报告、通知"),
        ({"kinds": ["通知"], "issuers": ["河湾市"]}, "通知"),
    ],
)
def test_a_filter_that_fits_nothing_says_what_there_is(
    reader: Library, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(QuestionError, match=told):
        reader.search(QUESTION, scope=make_scope(**options))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("关于渔业补贴的通知（国办发〔2020〕1号）", "通知"),
        ("渔业管理办法（试行）（节选） ", "办法"),
        ("渔业管理办法）", ""),
        ("（节选）", ""),
    ],
)
def test_what_stands_in_brackets_behind_a_title_hides_no_kind(
    reader: Library, title: str, kind: str
) -> None:
    assert kind_of(replace(reader.index().catalogue.entries[0], title=title)) == kind


def test_the_answer_is_that_of_the_scope(reader: Library) -> None:
    old = reader.ask(QUESTION, scope=make_scope(last="2021"))
    new = reader.ask(QUESTION, scope=make_scope(documents=["修订"]))
    assert ("20元" in old.text, "35元" in new.text) == (True, True)
    assert reader.ask(QUESTION) == reader.ask(QUESTION, scope=EVERYTHING)
    assert part_inside(reader.index().catalogue, EVERYTHING) is None


@pytest.mark.parametrize(
    "question",
    [
        "第二条是怎么规定的？",
        "第二章讲什么？",
        "全文分几章？",
        "渔业补贴包括哪三项内容？",
        "渔业补贴有哪些？",
        "渔业补贴在哪一条？",
        QUESTION,
    ],
)
@pytest.mark.parametrize("section", ["第一章", "第二章", "第三条", "总则", "补贴标准"])
def test_an_outlines_answer_keeps_to_the_sections(
    reader: Library, question: str, section: str
) -> None:
    scope = make_scope(documents=["通知/渔业"], sections=[section])
    answer = reader.ask(question, top_k=50, scope=scope)
    for citation in (*answer.citations, *answer.passages):
        path = " ".join(citation.section)
        assert section in path, (answer.text, citation.text)


@pytest.mark.parametrize("section", ["第一章", "第二章", "第三条", "总则", "补贴标准"])
def test_nothing_outside_the_sections_is_read(reader: Library, section: str) -> None:
    """Neither a passage nor a list, a digest or the front matter of their documents."""
    index, scope = reader.index(), make_scope(sections=[section])
    question = understand(index, "渔业补贴是谁发的，包括哪三项内容？", scope=scope)
    vector = reader.encoder(index).encode_question(question.spoken)
    found = find(index, question, vector=vector, depth=20, stages=ALL_STAGES, model=None)
    read = [item for item, _ in gather(index, question, found.hits)]
    assert read
    for item in read:
        assert section in " ".join(item.parsed.path(item.section)), (item.kind, item.texts)


def test_dates_are_taken_as_people_write_them() -> None:
    assert make_scope(first="2025年6月").first == "2025-06-01"
    assert make_scope(last="2025.6").last == "2025-06-31"
    year = date.today().year - 1
    scope = make_scope(first="去年", last="去年")
    assert (scope.first, scope.last) == (f"{year}-01-01", f"{year}-12-31")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"first": "后天"}, "2024-05"),
        ({"first": "2024-13"}, "2024-05"),
        ({"first": "2024", "last": "2023"}, "is after the last"),
    ],
)
def test_dates_that_are_none(options: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        make_scope(**options)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(documents=("没有这份",)), ["没有这份", "4 documents", "通知/渔业 (2021-08-15)"]),
        (Scope(first="2030-01-01"), ["2030-01-01", "报告/渔业 (2022-05)", "--from"]),
        (Scope(sections=("第九章",)), ["第九章", "heading"]),
    ],
)
def test_a_scope_that_holds_nothing_says_what_there_is(
    reader: Library, scope: Scope, words: list[str]
) -> None:
    with pytest.raises(QuestionError) as caught:
        reader.ask(QUESTION, scope=scope)
    assert [word for word in words if word not in str(caught.value)] == []


def _run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_line_takes_a_scope(speech_index: Path, tmp_path: Path) -> None:
    asked = ("国产航空轴承一般能用多少小时？", "--index", speech_index)
    inside = _run(
        "ask", *asked, "--json", "--document", "speech", "--section", "保障水平", "--from", "2024"
    )
    item = json.loads(inside.stdout)
    assert "800" in item["answer"]
    assert all("保障水平" in " ".join(c["section"]) for c in item["citations"] + item["passages"])
    found = _run(
        "search", *asked, "--json", "--section", "问题成因", "--section", "解决思路", "--top-k", 50
    )
    paths = {" ".join(hit["section"]) for hit in json.loads(found.stdout)}
    assert all("问题成因" in path or "解决思路" in path for path in paths)
    none = _run("search", *asked, "--to", "1999")
    assert (none.exit_code, none.stderr.count("\n")) == (1, 1)
    assert "speech" in none.stderr
    (tmp_path / "in.jsonl").write_text(
        '{"id": 1, "question": "国产航空轴承一般能用多少小时？", "document": "别的"}\n',
        encoding="utf-8",
    )
    batch = (
        "--batch",
        tmp_path / "in.jsonl",
        "--output",
        tmp_path / "out.jsonl",
        "--index",
        speech_index,
    )
    assert _run("ask", *batch, "--section", "保障水平").exit_code == 0
    line = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert line["document"] == "别的"
    assert all("保障水平" in " ".join(c["section"]) for c in line["passages"])
    assert _run("ask", *batch, "--document", "没有").exit_code == 1


def test_what_is_no_longer_in_force_is_left_out_where_that_is_asked_for(
    tmp_path: Path, encoder: BigramEncoder
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    editions = {
        "票价2019": ("渡口票价办法", "2019-05-01", 2),
        "票价2024": ("渡口票价办法", "2024-05-01", 3),
    }
    others = {
        "暂行": ("渡口票价暂行规定", "2015-01-01", 1),
        "过期": ("渡口票价通知", "2020-01-01", 4),
    }
    for name, (title, day, price) in (editions | others).items():
        (corpus / f"{name}.txt").write_text(f"{title}\n第一条 渡口票价为{price}元。\n", "utf-8")
        (corpus / f"{name}.meta.toml").write_text(f'title = "{title}"\ndate = "{day}"\n', "utf-8")
    sidecar = corpus / "票价2024.meta.toml"
    sidecar.write_text(sidecar.read_text("utf-8") + 'replaces = "渡口票价暂行规定"\n', "utf-8")
    sidecar = corpus / "过期.meta.toml"
    sidecar.write_text(sidecar.read_text("utf-8") + 'expires = "2021-12-31"\n', "utf-8")
    build_index(corpus, tmp_path / "index", encoder=encoder)
    reader = Library(tmp_path / "index", encoder=encoder)
    hits = reader.search("渡口票价", top_k=50, scope=make_scope(in_force=True))
    assert {hit.doc_id for hit in hits} == {"票价2024"}
    answer = reader.ask("渡口票价为多少元？", scope=make_scope(in_force=True))
    assert {c.doc_id for c in (*answer.citations, *answer.passages)} == {"票价2024"}
    with pytest.raises(QuestionError, match="没有现行的文件"):
        reader.search("渡口票价", scope=make_scope(documents=["票价2019"], in_force=True))
