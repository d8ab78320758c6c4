"""Words for the frame of the page: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "title": ("政策文件问答", "Ask policy documents"),
    "intro": (
        "回答只用原文里的话，每一处都注明章节和页码；资料里没有的，会直接说没有。",
        "Answers are the documents' own words, each with its section and page; what they do not say is said to be missing.",
    ),
    "phrased_intro": (
        "回答由语言模型改写，每句都与引文核对过；引文是原文，注明章节和页码；资料里没有的，会直接说没有。",
        "A language model words the answers, each sentence checked against its citations; these are the documents' own words, "
        "with section and page; what they do not say is said to be missing.",
    ),
    "tab_ask": ("提问", "Ask"),
    "tab_evaluate": ("评测", "Evaluate"),
    "tab_library": ("资料", "Library"),
}
