"""Words for what to know of a cited document: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "stale": (
        "《{title}》的文件在建立索引后已被改动或移走；这里引的是改动前的文字，重建索引后再问。",
        "The file of “{title}” has changed or gone since the index was built; this quotes it as it was. Rebuild, then ask again.",
    ),
    "repealed": (
        "《{title}》已由《{source}》废止或失效：“{quote}”",
        "“{title}” is repealed by “{source}”: “{quote}”",
    ),
    "amended": (
        "《{source}》修改了《{title}》：“{quote}”",
        "“{source}” amends “{title}”: “{quote}”",
    ),
    "newer": (
        "《{title}》有更新的版本：{source}，{date}。",
        "There is a newer edition of “{title}”: {source}, {date}.",
    ),
    "expires": (
        "《{title}》写明了有效期：{quote}",
        "“{title}” says how long it is in force: {quote}",
    ),
    "unread": (
        "《{title}》有一部分没有读到：{what}（{place}）。",
        "A part of “{title}” was not read: {what} ({place}).",
    ),
    "partly_read": ("部分未读取", "Not read in part"),
    "unread_picture_pages": ("整页是图片，没有文字", "pages that are pictures without text"),
    "unread_picture": ("图片中的文字", "text in a picture"),
    "unread_equation": ("公式", "an equation"),
    "unread_font": ("字体没有字符对照表的文字", "text in a font without a character map"),
    "unread_object": ("嵌入的图表或对象", "an embedded chart or object"),
    "unread_hidden": ("隐藏的部分", "a hidden part"),
    "unread_formula": ("没有计算结果的公式", "a formula that was never calculated"),
    "unread_unsure": (
        "扫描页中没有认清的文字",
        "text of a scanned page that was hardly recognised",
    ),
    "unread_order": (
        "这些数字与页面自身的文字顺序不一致，请核对原件",
        "figures that differ from the page's own text; check the original",
    ),
}
