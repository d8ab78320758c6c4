"""Words for a document beside its answer: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "source": ("原文", "Document"),
    "sources": ("引用的文件", "Cited documents"),
    "outline": ("目录", "Contents"),
    "page_count": ("{n} 页", "{n} pages"),
    "previous_citation": ("上一处引用", "Previous citation"),
    "next_citation": ("下一处引用", "Next citation"),
    "find": ("在文中查找", "Find in document"),
    "find_previous": ("上一个", "Previous match"),
    "find_next": ("下一个", "Next match"),
    "back_to_answer": ("回到回答", "Back to the answer"),
    "link_moved": (
        "文件在这个链接发出后有改动，引文的位置变了，请核对前后文。",
        "The document has changed since this link was made; the quotation stands elsewhere now. Check what is around it.",
    ),
    "link_lost": (
        "文件在这个链接发出后有改动，其中已没有这段引文。",
        "The document has changed since this link was made; it no longer has this quotation.",
    ),
    "original": ("原件", "Original"),
    "original_open": ("查看原件页面", "Show the page of the original file"),
    "original_page": ("原件第 {page} 页，共 {pages} 页", "Original, page {page} of {pages}"),
    "close": ("关闭", "Close"),
    "page_before": ("上一页", "Previous page"),
    "page_after": ("下一页", "Next page"),
    "original_unmarked": (
        "引文位置未能在本页标出，请对照文字查找。",
        "The quotation could not be marked on this page; please find it by its words.",
    ),
    "original_changed": (
        "原件在建立索引后有改动，与引文可能不符；请先更新索引。",
        "The file has changed since it was indexed and may differ from the quotation; update the index first.",
    ),
    "original_gone": (
        "原件已不在文件夹中。",
        "The file is no longer in the folder.",
    ),
    "original_failed": (
        "原件第 {page} 页无法显示，请直接打开文件查看。",
        "Page {page} of the file cannot be shown; please open the file itself.",
    ),
}
