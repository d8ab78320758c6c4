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
        "{n} 题。逐题的对错和依据列在下面，也在报告 report.html 里。",
        "{n} questions. What each got is listed below, and in report.html.",
    ),
    "template": ("下载评测题模板（CSV）", "Download a template of questions (CSV)"),
    "template_name": ("评测题模板", "questions-template"),
    "rated": (
        "您评价过的回答：有用 {useful}，没用 {useless}。可存为评测题文件：有用的以其引文为依据，没用的留待补上依据。",
        "Answers you rated: {useful} useful, {useless} not. They can be saved as a question file: the useful ones with what they "
        "cite as evidence, the others for you to judge.",
    ),
    "rated_save": ("存为评测题", "Save as questions"),
    "rated_forget": ("清除评价", "Clear the ratings"),
    "rated_name": ("评价过的问题", "rated-questions"),
    "complaints": (
        "题目文件中有 {n} 处不能使用",
        "{n} entries of the question file could not be used",
    ),
}
