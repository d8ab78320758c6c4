"""Words for the frame of the page: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "title": ("政策文件问答", "Ask policy documents"),
    "intro": (
        "回答只引用原文，每处引文注明章节和页码；资料中没有的，会如实说明。",
        "Answers quote the documents, each quotation with its section and page. If the documents do not answer, the page says so.",
    ),
    "phrased_intro": (
        "回答由语言模型阅读原文后写成，每句都与引文核对过；引文为原文，注明章节和页码；资料中没有的，会如实说明。",
        "A language model reads and words the answers; each sentence is checked against its citations, which quote the documents with "
        "section and page. If the documents do not answer, the page says so.",
    ),
    "tab_ask": ("提问", "Ask"),
    "tab_evaluate": ("评测", "Evaluate"),
    "tab_library": ("资料", "Library"),
}
