"""What was read becomes an answer: units, cells and what is worked out of them, each with the span that supports it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bearing_qa.answer.citations import quote
from bearing_qa.answer.compose import draft_answer
from bearing_qa.answer.draft import CitedSlice, Draft
from bearing_qa.answer.read import Candidate
from bearing_qa.answer.refuse import reason_to_refuse, unknown_numbers, what_is_unsupported
from bearing_qa.types import Citation, Parsed
from tests.read import as_read, asked, parsed_of

FISHERY = parsed_of(
    "海岛渔业发展规划\n一、发展基础\n近年来全岛渔业稳步发展，各项指标见下表。\n"
    "年份 总产值（万元） 增长 产量（吨） 增长\n2021 5200 6.1% 830 3.2%\n2022 5460 5.0% 861 3.7%\n"
    "2023 5320 -2.6% 842 -2.2%\n"
)
REGIONS = parsed_of(
    "各区产值\n一、工业\n各区产值见下表。\n地区 产值（亿元） 失业率（%） 增速\n"
    "东区 1350.5 5.2 12.5%\n西区 1020 5.0 4.1%\n北区 405 4.8 -3.0%\n合计 2775.5 5.1 6.0%\n"
)
YEARS = parsed_of(
    "渡槽修缮行动方案\n一、年度指标\n渡槽修缮年度指标见下表。\n"
    "指标 | 单位 | 2024年（基期） | 2025年 | 2026年 | 2027年\n"
    "当年修缮渡槽数 | 座 | 12 | 41 | 33 | 17\n渡槽完好率 | % | 31.5 | 57 | 79 | 96\n"
    "市级补助资金 | 万元 | 880 | 3650 | 2790 | 1680\n"
)
RULES = parsed_of(
    "露营地管理办法\n第一条 拆除营地设施造成损失的，应当给予补偿。但是，拆除违法设施的除外。补偿由县财政承担。\n"
    "第二条 入营者不得有下列行为：\n（一）在林内生火；\n（二）攀折花木。\n"
    "第三条 出口额47亿元，见注释[2]，共9个品种[3]。\n"
)


def citations_of(draft: Draft) -> list[Citation]:
    return [
        quote(parsed, start=start, end=end, kind=kind, section=0, score=score)
        for parsed, kind, start, end, score in draft.cited
    ]


def drafted(question: str, candidates: Sequence[Candidate]) -> Draft:
    """The draft of an answer, which its citations support."""
    draft = draft_answer(asked(question), candidates)
    assert what_is_unsupported(draft, citations_of(draft)) == ""
    return draft


@pytest.mark.parametrize(
    ("parsed", "question", "read", "said"),
    [
        (FISHERY, "2023年的产量比2022年少了多少吨？", [("2023", "842")], "计算：861 − 842 = 19 吨"),
        (FISHERY, "从2021年到2023年产量增加多少吨？", [("2023", "842")], "计算：842 − 830 = 12 吨"),
        (FISHERY, "2022年的产量比前一年多了多少吨？", [("2022", "861")], "计算：861 − 830 = 31 吨"),
        (
            FISHERY,
            "2021年、2022年和2023年的产量合计多少吨？",
            [("2022", "861")],
            "计算：830 + 861 + 842 = 2533 吨",
        ),
        (FISHERY, "2023年的总产值比上一年缩水多少万元？", [("2023", "5320")], "计算：5460 − 5320 = 140 万元"),
        (
            FISHERY,
            "2023年的产量比2022年下降了百分之几？",
            [("2023", "842")],
            "计算：(842 − 861) ÷ 861 × 100 = -2.21 %",
        ),
        (FISHERY, "哪一年的产量最高？", [("2021", "830")], "2022：产量 861 吨"),
        (FISHERY, "2022年的产量是多少？", [("2022", "861")], "2022：产量 861 吨"),
        (REGIONS, "哪个地区产值最高？", [("合计", "2775.5")], "东区：产值 1350.5 亿元"),  # no region
        (REGIONS, "哪个地区产值最低？", [("东区", "1350.5")], "北区：产值 405 亿元"),
        (REGIONS, "西区的产值是多少亿元？", [("西区", "1020")], "西区：产值 1020 亿元"),
        # columns that are years, and a column of units
        (YEARS, "到2027年渡槽完好率要达到多少？", [("渡槽完好率", "96")], "渡槽完好率：2027年 96 %"),
        (
            YEARS,
            "2026年的渡槽完好率比2025年高多少个百分点？",
            [("渡槽完好率", "79")],
            "计算：79 − 57 = 22 个百分点",
        ),
        (
            YEARS,
            "当年修缮渡槽数从2025年到2027年减少多少座？",
            [("当年修缮渡槽数", "17")],
            "计算：41 − 17 = 24 座",
        ),
        (
            YEARS,
            "2025年到2027年一共修缮渡槽多少座？",
            [("当年修缮渡槽数", "41", "33", "17")],
            "计算：41 + 33 + 17 = 91 座",
        ),
    ],
)  # fmt: skip
def test_cells_are_shown_with_their_heads_and_worked_out(
    parsed: Parsed, question: str, read: list[tuple[str, ...]], said: str
) -> None:
    assert said in drafted(question, as_read(parsed, *read)).text


def test_an_equation_cites_every_row_that_it_needs() -> None:
    read = as_read(FISHERY, ("2023", "842"))
    cited = [c.text for c in citations_of(drafted("2023年的产量比2022年少了多少吨？", read))]
    assert [any(text.startswith(year) for text in cited) for year in ("2021", "2022", "2023")] == [
        False,
        True,
        True,
    ]


def test_the_greatest_fall_of_a_column_of_changes_is_named(speech: Parsed) -> None:
    read = as_read(speech, ("2023", "-4.7%"), ("2022", "-9%"), ("2021", "17.8%"))
    draft = drafted("2021到2023年，产量同比跌得最厉害的是哪年？", read)
    assert draft.text.startswith("2022：轴承产量 同比增长 -9%")


def test_a_series_is_given_whole(speech: Parsed) -> None:
    read = as_read(speech, ("2021", "233"), ("2022", "212"), ("2023", "202"))
    text = drafted("2021—2023年轴承产量分别是多少？", read).text
    assert all(words in text for words in ("233 亿套", "212 亿套", "202 亿套"))


def test_a_blank_cell_is_never_filled(speech: Parsed) -> None:
    read = as_read(speech, ("2024", "6.67%"), ("2023", "2180"), sure=5.0)[:1]
    text = drafted("2024年1—9月的主营业务收入是多少亿元？", read).text
    assert "2180" not in text
    assert "亿元" not in text


def test_a_rule_is_not_cut_from_its_exception() -> None:
    draft = drafted("拆除设施给不给补偿？", as_read(RULES, ("拆除营地设施", "应当给予补偿。")))
    assert "但是，拆除违法设施的除外" in draft.text
    assert "县财政" not in draft.text


def test_an_exception_that_the_reader_marked_too_is_given_once() -> None:
    read = as_read(RULES, ("拆除营地设施", "应当给予补偿。", "拆除违法设施的除外。"))
    assert drafted("拆除设施给不给补偿？", read).text.count("除外") == 1


@pytest.mark.parametrize(
    ("following", "is_quoted"),
    [
        ("前款规定的补贴不得叠加享受。", True),
        ("法律、行政法规另有规定的除外。", True),
        ("但个人不在此列。", True),
        ("前款所称企业，是指在本县注册的企业。", False),
        ("补贴由县财政承担。", False),
    ],
)
def test_what_takes_a_rule_back_is_quoted_with_it(following: str, is_quoted: bool) -> None:
    text = f"补贴办法\n第一条 企业每吨补贴30元。{following}\n第二条 本办法自发布之日起施行。\n"
    draft = drafted(
        "企业每吨补贴多少？", as_read(parsed_of(text), ("补贴30元", "企业每吨补贴30元。"))
    )
    assert (following.strip("。") in draft.text) == is_quoted


def test_rows_of_another_document_choose_no_row_of_this_one() -> None:
    others = as_read(parsed_of(f"旧规划\n{FISHERY.document.text}", doc_id="y"), ("2022", "861"))
    draft = drafted("产量是多少？", [*as_read(FISHERY, ("2023", "842")), *others])
    assert draft.text.startswith("2023") and "861" not in draft.text


def test_a_clause_is_not_cut_inside_a_figure_or_a_time() -> None:
    words = "本县共有渔船12,345艘，每日8:30出港，风力大于6级时停航，由各乡镇渔业管理站负责通知船主和船员并登记。"
    parsed = parsed_of(f"渔船管理办法\n第一条 {words}\n第二条 本办法自发布之日起施行。\n")
    assert "12,345艘" in drafted("渔船多少艘？", as_read(parsed, ("渔船", "345艘，"))).text
    assert "8:30出港" in drafted("几点出港？", as_read(parsed, ("渔船", "30出港，"))).text


def test_items_that_say_it_are_quoted_in_the_text_s_order() -> None:
    read = as_read(RULES, ("入营者", "攀折花木。", "在林内生火；"))
    text = drafted("入营者不得有什么行为？", read).text
    assert text.index("在林内生火") < text.index("攀折花木")
    assert "拆除" not in text


def test_a_lead_alone_is_given_with_what_it_leads_to(plan: Parsed) -> None:
    text = drafted("要交什么材料？", as_read(plan, ("审计报告", "应当提交下列材料"))).text
    assert "申请书" in text and "营业执照复印件" in text


def test_brackets_of_the_text_are_no_marks() -> None:
    draft = drafted("出口额是多少？", as_read(RULES, ("注释", "出口额47亿元，见注释[2]，")))
    assert "注释［2］" in draft.text
    (citation,) = citations_of(draft)
    assert "注释[2]" in citation.text


def test_sentences_side_by_side_are_one_citation(speech: Parsed) -> None:
    """Neighbours in a paragraph are joined, whatever comes first; across paragraphs they are not."""
    passage = next(p for p in speech.passages if p.kind == "text" and len(p.sentences) >= 3)
    one, two, three = passage.sentences[:3]
    draft = Draft()
    for sentence in (two, one):
        words = speech.document.text[sentence.start : sentence.end]
        draft.add(words, (speech, "text", sentence.start, sentence.end, 1.0))
    assert [(start, end) for _, _, start, end, _ in draft.cited] == [(one.start, two.end)]
    assert draft.text.count("[1]") == 2
    other = next(p for p in speech.passages if p.kind == "text" and p.start > three.end + 200)
    draft.add("别处", (speech, "text", other.start, other.end, 1.0))
    assert len(draft.cited) == 2


def test_a_figure_that_no_citation_bears_refuses_any_draft(speech: Parsed) -> None:
    """However sure the reader is."""
    heading = speech.sections[1]
    span: CitedSlice = (speech, "heading", heading.start, heading.head_end, 1.0)
    words = speech.document.text[heading.start : heading.head_end]
    candidates = as_read(speech, ("2023", "2180"))
    for said, is_refused in ((words, False), (f"{words}，共99项", True)):
        draft = Draft()
        draft.add(said, span)
        reason = reason_to_refuse(
            asked("第一部分讲什么？"), candidates, 1.0, draft, citations_of(draft)
        )
        assert bool(reason) == is_refused


def test_a_reader_that_is_not_sure_says_where_the_nearest_passage_is() -> None:
    candidates = as_read(RULES, ("拆除营地设施", "补偿"))
    question = asked("拆除树木给不给补偿？")
    draft = draft_answer(question, candidates)
    reason = reason_to_refuse(question, candidates, 0.0, draft, citations_of(draft))
    assert "《露营地管理办法》" in reason
    assert "没有提到" not in reason
    assert reason_to_refuse(question, candidates, 1.0, draft, citations_of(draft)) == ""
    assert reason_to_refuse(question, [], 1.0, Draft(), []) == "没有找到相关的段落"


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("云政办发〔2017〕38号的落款日期是什么？", []),
        ("云政办发〔2019〕38号的落款日期是什么？", ["云政办发〔2019〕38号"]),
        ("云政办发〔2017〕38号和云政办发〔2017〕99号分别讲什么？", ["云政办发〔2017〕99号"]),
        ("落款日期是什么？", []),
        ("(2019)38号的落款日期是什么？", ["(2019)38号"]),
    ],
)
def test_of_several_document_numbers_the_unknown_one_is_named(
    question: str, unknown: list[str]
) -> None:
    notice = parsed_of(
        "关于加强管理的通知\n云政办发〔2017〕38号\n各县：\n要加强管理。\n2017年9月6日\n"
    )
    (candidate,) = as_read(notice, ("加强管理。", "加强管理。"))
    assert unknown_numbers(asked(question), candidate) == unknown
