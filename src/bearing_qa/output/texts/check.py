"""Words for checking a draft: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "tab_check": ("核对稿件", "Check a draft"),
    "check_intro": (
        "粘贴稿件，或选择文件（.docx、.md、.txt、.pdf）。引文、数字、文件标题、发文字号和条款逐一与资料对照。",
        "Paste a draft, or choose a file (.docx, .md, .txt, .pdf). Quotations, figures, titles, document numbers and articles are "
        "compared with the documents one by one.",
    ),
    "check_draft": ("稿件", "Draft"),
    "check_file": ("稿件文件", "File"),
    "check_button": ("核对", "Check"),
    "check_save": ("带批注的 Word", "Word with comments"),
    "check_heading": ("核对结果", "Findings"),
    "check_nothing": ("没有需要核对的引文和数字", "no quotation or figure to check"),
    "check_number": ("序号", "No."),
    "check_text": ("稿件", "Draft"),
    "check_verdict": ("结果", "Verdict"),
    "check_source": ("出处", "Source"),
    "check_difference": ("稿件：{draft} → 原文：{source}", "draft: {draft} → source: {source}"),
    "check_empty": ("请先粘贴稿件或选择文件", "paste a draft or choose a file first"),
    "verdict_exact": ("一致", "exact"),
    "verdict_punctuation": ("只是写法不同", "only marks differ"),
    "verdict_changed": ("与原文不同", "changed"),
    "verdict_number_differs": ("数字不同", "number differs"),
    "verdict_wrong_source": ("出处不对", "wrong source"),
    "verdict_superseded": ("旧版本", "superseded"),
    "verdict_not_found": ("没有找到", "not found"),
    "verdict_unchecked": ("未核对", "unchecked"),
}
