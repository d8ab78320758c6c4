"""Words for evaluation: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "evaluate_intro": (
        "上传评测题（每题一行：问题，加上原文依据、章节或文件中的一种），看检索和回答有多准。\n"
        "表格的第一行写列名：`编号`、`问题`、`依据`（几处依据用 `||` 或换行分开）、`答案`、`无答案`，其余列可作分组。\n"
        "JSONL 的写法见 `docs/evaluation.md`。",
        "Upload judged questions (one a line: the question, and a quotation, a section or a document that answers) "
        "to see how well they are found and answered.\n"
        "Columns of a table: `id`, `question`, `quote` (several divided by `||`), `answer`, `unanswerable`; others may "
        "group the figures. JSONL: see `docs/evaluation.md`.",
    ),
    "questions": ("评测题", "Judged questions"),
    "evaluate": ("开始评测", "Evaluate"),
    "stop": ("停止", "Stop"),
    "reports": ("报告", "Report"),
    "no_questions": ("请先选择一个评测题文件。", "Choose a file of questions first."),
    "evaluating": ("评测", "Evaluating"),
    "stopped": ("已停止，没有结果。", "Stopped; there are no figures."),
    "evaluated": (
        "{n} 题。逐题的对错和依据见报告 report.html。",
        "{n} questions. What each got is in report.html.",
    ),
    "complaints": (
        "题目文件中有 {n} 处不能使用",
        "{n} entries of the question file could not be used",
    ),
}
