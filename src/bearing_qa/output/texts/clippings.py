"""Words for what a user collects: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "tab_clippings": ("采集夹", "Clippings"),
    "clippings_intro": (
        "在回答或引文下点“采集”，内容就收进这里，只存在这个浏览器里，直到删除。可以排序、加备注，再导出。",
        "Choose “Clip” below an answer or a citation to keep it here, in this browser only, until you delete it. "
        "Put the items in order, add notes, then export them.",
    ),
    "clip": ("采集", "Clip"),
    "clipped": ("已采集", "Clipped"),
    "clippings_empty": ("还没有采集内容。", "Nothing has been clipped yet."),
    "clippings_full": (
        "采集夹已满（至多 {most} 条，或浏览器的空间已用完），请先导出或删除一些。",
        "The clippings are full ({most} items at most, or the browser has no room left). Export or remove some first.",
    ),
    "clip_up": ("上移", "Move up"),
    "clip_down": ("下移", "Move down"),
    "clip_remove": ("移除", "Remove"),
    "clip_undo": ("撤销移除", "Undo"),
    "clip_note": ("备注", "Note"),
    "clippings_clear": ("全部移除", "Remove all"),
    "clippings_save": ("存为文件备份", "Save a backup"),
    "clippings_load": ("导入备份", "Load a backup"),
    "clippings_unreadable": (
        "这个文件不是采集夹的备份。",
        "This file is not a backup of clippings.",
    ),
    "clippings_word": ("导出 Word", "Export as Word"),
    "clippings_markdown": ("导出 Markdown", "Export as Markdown"),
    "clippings_excel": ("导出 Excel", "Export as Excel"),
    "clipping_noted": ("备注：{note}", "Note: {note}"),
    "clipping_number": ("序号", "No."),
    "clipping_question": ("问题", "Question"),
    "clipping_answer": ("回答", "Answer"),
    "clipping_quotation": ("引文", "Quotation"),
    "clipping_source": ("出处", "Source"),
    "clipping_state": ("核对", "Checked"),
    "clipping_note": ("备注", "Note"),
    "clipping_same": ("与原文一致", "as in the document"),
    "clipping_changed": (
        "原文已改动，没有这句话",
        "the document has changed and no longer says this",
    ),
    "clipping_gone": ("索引中已没有这份文件", "the document is no longer in the index"),
}
