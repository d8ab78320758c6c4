"""Two documents are compared clause by clause, through renumbering, moves, splits and merges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bearing_qa.cli.main import app
from bearing_qa.document.ingest import parse_one
from bearing_qa.review.comparison import Compared, Comparison, compare_documents

OLD = """# 河湾市渡口条例

第一条 为了加强渡口管理，保障渡运安全，制定本条例。

第二条 渡船每日开行六班，票价不得超过2元。遇有大雾，船长应当停止开航。

第三条 渡口经营人应当遵守下列规定：
（一）配备救生设备；
（二）在三十日内报送上一年度渡运情况；
（三）保持码头整洁。

第四条 违反本条例第三条规定的，由县级人民政府交通部门责令改正，处100元以上500元以下罚款。

第五条 乡镇人民政府可以对渡口经营人给予补贴。

第六条 本条例自2015年3月1日起施行。
"""
NEW = """# 河湾市渡口条例

第一条　为了加强渡口管理，保障渡运安全，制定本条例。

第二条　渡口工作坚持安全第一、方便群众。

第三条　渡船每日开行八班，票价不得超过2元。

遇有大雾，船长应当停止开航。

第四条　渡口经营人应当遵守下列规定：
（一）配备救生设备；
（二）在六十日内报送上一年度渡运情况；

第五条　违反本条例第四条规定的，由县级人民政府交通部门责令改正，处200元以上500元以下罚款。

第六条　乡镇人民政府应当对渡口经营人给予补贴。

第七条　本条例自2023年5月1日起施行。
"""


def compared(folder: Path, old: str, new: str) -> Comparison:
    (folder / "old.md").write_text(old, encoding="utf-8")
    (folder / "new.md").write_text(new, encoding="utf-8")
    return compare_documents(parse_one(folder / "old.md"), parse_one(folder / "new.md"))


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("editions"), OLD, NEW)


def only(comparison: Comparison, words: str) -> Compared:
    (found,) = [
        clause
        for clause in comparison.clauses
        if any(words in citation.text for citation in (*clause.old, *clause.new))
    ]
    return found


@pytest.mark.parametrize(
    ("words", "change", "flags"),
    [
        ("为了加强渡口管理", "same", set()),
        ("安全第一、方便群众", "added", set()),
        ("码头整洁", "removed", set()),
        ("渡船每日开行", "split", {"figure"}),
        ("配备救生设备", "same", set()),
        ("报送上一年度渡运情况", "changed", {"figure", "deadline"}),
        ("责令改正", "changed", {"figure", "reference"}),
        ("给予补贴", "changed", {"duty"}),
        ("起施行", "changed", {"figure", "deadline", "effective"}),
    ],
)
def test_the_change_of_a_clause(
    editions: Comparison, words: str, change: str, flags: set[str]
) -> None:
    found = only(editions, words)
    assert found.change == change, found
    assert flags <= set(found.flags) <= flags | {"number"}, found


def test_what_differs_is_told_word_by_word_with_offsets(editions: Comparison) -> None:
    duty = only(editions, "给予补贴")
    assert [(d.old, d.new) for d in duty.differences] == [("可以", "应当")]
    figure = only(editions, "责令改正")
    assert ("100元", "200元") in [(d.old, d.new) for d in figure.differences]
    for clause in editions.clauses:
        for one in clause.differences:
            assert editions.old.document.text[slice(*one.old_span)] == one.old
            assert editions.new.document.text[slice(*one.new_span)] == one.new


def test_every_clause_of_both_is_there_once(editions: Comparison) -> None:
    for parsed, side in ((editions.old, "old"), (editions.new, "new")):
        citations = [c for clause in editions.clauses for c in getattr(clause, side)]
        assert len({citation.start for citation in citations}) == len(citations)
        covered = {at for c in citations for at in range(c.start, c.end)}
        text = parsed.document.text
        assert not [text[at] for at in range(len(text)) if at not in covered and text[at].isalnum()]
        assert all(text[c.start : c.end] == c.text for c in citations)


def test_a_document_has_not_changed_against_itself(tmp_path: Path) -> None:
    same = compared(tmp_path, OLD, OLD)
    assert {clause.change for clause in same.clauses} == {"same"}
    assert not any(clause.flags or clause.differences for clause in same.clauses)


def test_marks_and_spelling_are_format_alone(tmp_path: Path) -> None:
    old = "第一条 罚款300万元,并责令改正.\n\n第二条 期限为30日。\n"
    new = "第一条 罚款300万元，并责令改正。\n\n第二条 期限为30日。\n"
    found = compared(tmp_path, old, new)
    assert [clause.change for clause in found.clauses] == ["format", "same"]


def test_a_clause_put_elsewhere_has_moved(tmp_path: Path) -> None:
    lines = [f"{name}应当每年向市人民政府报告{what}的情况。" for name, what in
             (("渔业局", "休渔期执行"), ("林业局", "造林任务完成"), ("水务局", "堤防加固"), ("教育局", "校舍修缮"), ("卫生局", "疫苗接种"))]  # fmt: skip
    moved = [*lines[1:4], lines[0], lines[4]]
    found = compared(tmp_path, "\n\n".join(lines), "\n\n".join(moved))
    assert {c.new[0].text[:2]: c.change for c in found.clauses} == {
        "林业": "same", "水务": "same", "教育": "same", "渔业": "moved", "卫生": "same",
    }  # fmt: skip


def test_cells_of_a_table_are_compared(tmp_path: Path) -> None:
    table = "各区任务如下：\n\n| 区 | 面积（公顷） | 经费（万元） |\n|---|---|---|\n| 江北 | 120 | 30 |\n| 江南 | 80 | 25 |\n"
    found = compared(tmp_path, table, table.replace("| 80 |", "| 90 |"))
    row = only(found, "江南")
    assert row.change == "changed"
    assert "figure" in row.flags
    assert [(d.old, d.new) for d in row.differences] == [("80", "90")]
    assert only(found, "江北").change == "same"


def test_the_command_prints_json_and_writes_tables(tmp_path: Path) -> None:
    from docx import Document
    from openpyxl import load_workbook

    compared(tmp_path, OLD, NEW)
    names = [str(tmp_path / name) for name in ("old.md", "new.md")]
    word, sheet = tmp_path / "c.docx", tmp_path / "c.xlsx"
    done = CliRunner().invoke(
        app, ["compare", *names, "--json", "--docx", str(word), "--xlsx", str(sheet)]
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert set(said) == {"old", "new", "clauses", "counts", "flags"}
    assert sum(said["counts"].values()) == len(said["clauses"])
    rows = Document(str(word)).tables[0].rows
    assert len(rows) == len(said["clauses"]) + 1
    struck = [r.text for row in rows for r in row.cells[0].paragraphs[0].runs if r.font.strike]
    assert "可以" in struck
    values = list(load_workbook(sheet).worksheets[0].iter_rows(values_only=True))
    assert len(values) == len(said["clauses"]) + 1
    assert any("可以 → 应当" in str(row[6]) for row in values)


def test_a_file_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "none.md"), str(tmp_path / "x.md")])
    assert done.exit_code == 1
    assert "none.md" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
