"""A draft is checked against the corpus: quotations, figures, titles, document numbers, articles, editions."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bearing_qa.answer.library import Library
from bearing_qa.build.run import build_index
from bearing_qa.cli.main import app
from bearing_qa.output.commented_draft import write_commented
from bearing_qa.review.check import check_draft
from bearing_qa.review.comparable import comparable, normalised, with_equal_figures
from bearing_qa.review.draft import read_draft
from bearing_qa.review.finding import VERDICTS, Finding, Review
from tests.conftest import BigramEncoder, reader_over, write_tiny

OLD = "河湾市渡口条例\n第一条 渡船每日开行六班。\n第二条 票价不得超过2元。\n第三条 夜间禁止载客。\n本条例自2015年3月1日起施行。\n2015年2月1日\n"
NEW = "河湾市渡口条例\n第一条 渡船每日开行八班。\n第二条 票价不得超过3元。\n第三条 夜间禁止载客。\n本条例自2023年3月1日起施行。\n2023年2月1日\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("check")
    corpus = write_tiny(folder / "corpus")
    (corpus / "渡口条例2015.txt").write_text(OLD, encoding="utf-8")
    (corpus / "渡口条例2023.txt").write_text(NEW, encoding="utf-8")
    build_index(corpus, folder / "index", encoder=BigramEncoder())
    return Library(folder / "index", encoder=BigramEncoder())


def only(review: Review, kind: str = "quotation") -> Finding:
    (found,) = [finding for finding in review.findings if finding.kind == kind]
    return found


@pytest.mark.parametrize(
    ("quoted", "verdict"),
    [
        ("公园门票价格不得超过20元，六十五岁以上老年人免费入园", "exact"),
        ("公园门票价格不得超过２０元,六十五岁以上老年人免费入园", "punctuation"),
        ("公園門票價格不得超過20元", "punctuation"),
        ("公园门票价格不得超过20元，六十五岁以上老年人免费入园。", "exact"),
        ("公园门票价格不得超过二十元", "punctuation"),
        ("公园门票价格不得超过30元，六十五岁以上老年人免费入园", "number_differs"),
        ("公园门票价格不得超过20万元，六十五岁以上老年人免费入园", "number_differs"),
        ("公园门票价格可以超过20元，六十五岁以上老年人免费入园", "changed"),
        ("公园门票价格不得超过20元，六十五岁以下老年人免费入园", "changed"),
        ("公园管理单位应当每日巡查，在24小时内处理", "changed"),
        ("公园管理单位……发现问题在24小时内处理", "exact"),
        ("公园管理单位……同意修缮北港灯塔", "wrong_source"),
        ("公园应当种植不少于三百棵银杏树并挂牌保护", "not_found"),
        ("票价不得超过2元", "superseded"),
        ("票价不得超过3元", "exact"),
        ("夜间禁止载客", "exact"),
    ],
)
def test_the_verdict_of_a_quotation(library: Library, quoted: str, verdict: str) -> None:
    found = only(check_draft(library, f"有关文件指出，“{quoted}”。"))
    assert found.verdict == verdict, found
    assert (found.source is None) == (verdict == "not_found")
    if verdict in ("changed", "number_differs"):
        assert found.differences


def test_offsets_and_sources_are_exact_slices(library: Library) -> None:
    draft = "前言。\n《城市公园管理办法》第二条规定，“公园门票价格不得超过30元”，共320万元。\n"
    review = check_draft(library, draft)
    assert review.findings
    for finding in review.findings:
        assert draft[finding.start : finding.end] == finding.text
        if finding.source:
            parsed = library.index().catalogue.parsed(finding.source.doc_id)
            assert parsed is not None
            text = parsed.document.text
            assert text[finding.source.start : finding.source.end] == finding.source.text
    assert only(review).differences == (("30", "20"),)


@pytest.mark.parametrize(
    ("credit", "verdict"),
    [
        ("《城市公园管理办法》第二条规定", "exact"),
        ("《城市公园管理办法》第三条规定", "wrong_source"),
        ("《河湾市渔业发展报告》提出", "wrong_source"),
    ],
)
def test_words_are_credited_to_their_document_and_article(
    library: Library, credit: str, verdict: str
) -> None:
    review = check_draft(library, f"{credit}，“公园门票价格不得超过20元”。")
    assert only(review).verdict == verdict
    behind = check_draft(library, f"“公园门票价格不得超过20元”（{credit[:-2]}）。")
    assert only(behind).verdict == verdict


def test_titles_numbers_and_articles(library: Library) -> None:
    review = check_draft(
        library,
        "《城市公园管理办法》（国发〔2021〕5号）第九条、《城市公园管理条例》、《银杏保护规划》（国发〔2021〕7号）。",
    )
    verdicts = {(f.kind, f.text): f.verdict for f in review.findings}
    assert verdicts["title", "城市公园管理办法"] == "exact"
    assert verdicts["document_number", "国发〔2021〕5号"] == "exact"
    assert verdicts["article", "第九条"] == "not_found"
    assert verdicts["title", "城市公园管理条例"] == "changed"
    assert verdicts["title", "银杏保护规划"] == "not_found"
    assert verdicts["document_number", "国发〔2021〕7号"] == "not_found"


@pytest.mark.parametrize(
    ("sentence", "figure", "verdict"),
    [
        ("北港灯塔修缮所需经费320万元由市财政承担。", "320万元", "exact"),
        ("北港灯塔修缮所需经费三百二十万元由市财政承担。", "三百二十万元", "exact"),
        ("北港灯塔修缮所需经费350万元由市财政承担。", "350万元", "number_differs"),
        ("全市水产养殖面积12.5万亩。", "12.5万亩", "exact"),
        ("2023年河湾市渔业产量35.2万吨。", "35.2万吨", "exact"),
        ("2022年河湾市渔业产量35.2万吨。", "35.2万吨", "number_differs"),
        ("渡船票价不得超过2元。", "2元", "superseded"),
        ("银杏大道全长37公里。", "37公里", "unchecked"),
        (
            "2019年全市水产养殖面积12.5万亩。",
            "12.5万亩",
            "unchecked",
        ),  # of a year that is not named
        ("2023年河湾市渔业产量同比下降6.7%。", "6.7%", "number_differs"),  # 增长
    ],
)
def test_the_verdict_of_a_figure(
    library: Library, sentence: str, figure: str, verdict: str
) -> None:
    found = only(check_draft(library, sentence), "figure")
    assert (found.text, found.verdict) == (figure, verdict), found


YEARS = """港口统计公报
2025年2月1日
一、收入
单位：万元
指标 | 2023年 | 2024年
港口收入 | 231.8 | 245.9
引航收入 | 120.4 | 131.7
二、目标
到2027年，绿化覆盖率达到42%。到2030年，绿化覆盖率达到46.5%。
"""


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("2024年港口收入245.9万元。", "exact"),
        ("2023年港口收入245.9万元。", "number_differs"),  # the year after's
        ("2024年引航收入245.9万元。", "number_differs"),  # another row's
        ("2023年港口收入231.8万元。", "exact"),
        ("到2030年绿化覆盖率达到46.5%。", "exact"),
        ("到2027年绿化覆盖率达到46.5%。", "number_differs"),
    ],
)
def test_a_figure_is_of_the_year_and_the_row_that_the_draft_names(
    tmp_path: Path, sentence: str, verdict: str
) -> None:
    library = reader_over(tmp_path, YEARS)
    assert only(check_draft(library, sentence), "figure").verdict == verdict


def test_nothing_changed_passes_and_nothing_sound_is_called_wrong(library: Library) -> None:
    """One sign of each sentence put for another, by chance: never exact; marks alone: never wrong."""
    rng = random.Random(0)
    catalogue = library.index().catalogue
    texts = [p.document.text for p in map(catalogue.parsed, catalogue.doc_ids()) if p]
    lines = [
        line
        for text in texts
        for line in text.split("\n")
        if 12 < len(line) < 60 and "“" not in line
    ]
    for line in lines:
        at = rng.choice([i for i, char in enumerate(line) if char.isalnum()])
        other = rng.choice([c for c in ("5", "不", "甲") if c != line[at]])
        altered = line[:at] + other + line[at + 1 :]
        if not any(altered in text for text in texts):
            found = only(check_draft(library, f"文件指出，“{altered}”。"))
            assert found.verdict not in ("exact", "punctuation"), (line, altered)
        sound = only(check_draft(library, f"文件指出，“{line.replace('，', ', ')}”。"))
        assert sound.verdict in ("exact", "punctuation", "superseded"), line


def test_what_belongs_to_a_figure_is_compared() -> None:
    for one, other in (
        ("1.5", "15"),
        ("3-5", "35"),
        ("-2.3%", "2.3%"),
        ("2:1", "21"),
        ("5%", "5‰"),
    ):
        assert comparable(one).text != comparable(other).text
    assert comparable("１０，０００ 家").text == comparable("10000家").text
    assert with_equal_figures("补助三百万元") == with_equal_figures("补助 300万元")
    text = "二〇二四年，\n共 ３０ 万 元"
    plain = normalised(text)
    assert [text[at] for at in plain.offsets][-1] == "元"
    assert plain.text == "2024年,共30万元"


def test_what_a_draft_takes() -> None:
    kinds = [
        (t.kind, t.text)
        for t in read_draft("> 渡船每日开行八班。\n《关于印发〈办法〉的通知》说“好”。")
    ]
    assert ("quotation", "渡船每日开行八班。") in kinds
    assert ("title", "关于印发〈办法〉的通知") in kinds
    nested = read_draft("《违反《规定》的解释》指出，“应当处理的情形”。")
    assert [t.text for t in nested if t.kind == "title"] == ["违反《规定》的解释"]
    assert nested[-1].credit.title == "违反《规定》的解释"


def test_the_word_file_has_a_comment_a_finding(library: Library, tmp_path: Path) -> None:
    import docx

    source = docx.Document()
    paragraph = source.add_paragraph("通知说：")
    paragraph.add_run("“公园门票价格不得超过30元”").bold = True
    paragraph.add_run("，另有320万元。")
    source.save(str(tmp_path / "稿.docx"))
    text = "".join(run.text for run in paragraph.runs)
    review = check_draft(library, text)
    write_commented(review, tmp_path / "out.docx", draft=tmp_path / "稿.docx")
    made = docx.Document(str(tmp_path / "out.docx"))
    assert made.paragraphs[0].text == text
    assert len(list(made.comments)) == len(review.findings)
    assert any("30 → 原文：20" in comment.text for comment in made.comments)
    assert len(made.tables[-1].rows) == len(review.findings) + 1


def test_the_command(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bearing_qa.answer.library.SentenceEncoder", BigramEncoder)
    draft = tmp_path / "稿.md"
    draft.write_text("通知说，“公园门票价格不得超过30元”。", encoding="utf-8")
    index = str(getattr(library.place, "path"))  # noqa: B009
    run = CliRunner().invoke
    done = run(app, ["check", str(draft), "--json", "--strict", "--index", index])
    assert done.exit_code == 3, done.output
    told = json.loads(done.stdout)
    assert set(told) == {"draft", "findings", "counts"}
    assert list(told["counts"]) == list(VERDICTS)
    assert told["findings"][0]["differences"] == [{"draft": "30", "source": "20"}]
    done = run(
        app,
        ["check", "-", "--strict", "--index", index],
        input="通知说，“公园门票价格不得超过20元”。",
    )
    assert done.exit_code == 0, done.output
    assert "一致" in done.stdout
    for target in (draft, tmp_path / "no" / "out.docx", tmp_path / "out.pdf"):
        refused = run(app, ["check", str(draft), "--docx", str(target), "--index", index])
        assert refused.exit_code == 1
        assert draft.read_text(encoding="utf-8").startswith("通知说")
    empty = run(app, ["check", "-", "--index", index], input=" ")
    assert empty.exit_code == 1
