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
}
