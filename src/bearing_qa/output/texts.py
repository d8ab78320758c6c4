"""Every word that the page shows, in Chinese and English. The corpus's own words stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

WORDS: Mapping[str, tuple[str, str]] = {
    # the page
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
    # checking a draft
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
    # two documents compared
    "tab_compare": ("条款对照", "Compare"),
    "compare_intro": (
        "选两份文件（资料中的，或上传的），逐条对照：哪些相同，哪些改了、移了、增了、删了，数字、期限和“应当、可以”有没有变。",
        "Choose two documents, of the library or files of your own. They are compared clause by clause: what is the same, "
        "changed, moved, added or removed, and whether figures, deadlines and duties changed.",
    ),
    "compare_old": ("旧文件", "Old"),
    "compare_new": ("新文件", "New"),
    "compare_old_file": ("旧文件（上传）", "Old file"),
    "compare_new_file": ("新文件（上传）", "New file"),
    "compare_button": ("对照", "Compare"),
    "compare_save": ("对照表", "Tables to save"),
    "compare_missing": ("请选两份文件", "choose two documents first"),
    "compare_title": ("{old} → {new}", "{old} → {new}"),
    "compare_of_them": ("其中改动涉及：", "changes in: "),
    "compare_change": ("变化", "Change"),
    "compare_flags": ("涉及", "Of"),
    "compare_old_number": ("旧条号", "Old no."),
    "compare_new_number": ("新条号", "New no."),
    "compare_differences": ("不同之处", "Differences"),
    "compare_old_place": ("旧文位置", "Old place"),
    "compare_new_place": ("新文位置", "New place"),
    "compare_sheet": ("条款对照", "comparison"),
    "compare_only_changed": ("只看有变化的", "changed ones only"),
    "compare_equal": ("两份文件的条款完全相同", "all clauses are the same"),
    "change_same": ("相同", "same"),
    "change_format": ("只是写法不同", "only marks differ"),
    "change_changed": ("改动", "changed"),
    "change_moved": ("移动", "moved"),
    "change_split": ("拆分", "split"),
    "change_merged": ("合并", "merged"),
    "change_added": ("新增", "added"),
    "change_removed": ("删除", "removed"),
    "flag_figure": ("数字", "figure"),
    "flag_deadline": ("期限", "deadline"),
    "flag_duty": ("义务", "duty"),
    "flag_scope": ("范围和条件", "scope"),
    "flag_who": ("主体", "who"),
    "flag_reference": ("引用", "reference"),
    "flag_effective": ("施行日期", "in force"),
    "flag_number": ("条号", "number"),
    # a theme collected
    "tab_digest": ("专题汇编", "Collect"),
    "digest_intro": (
        "写一个主题，如“养老服务”：列出各文件关于它的原文，新的在前；去掉不要的，看其中的数字和期限，导出 Word、Markdown 和 Excel。",
        "Name a theme, such as 养老服务: what the documents say on it, the newest first. Leave out what is not wanted, see its figures "
        "and deadlines, then save it as Word, Markdown and Excel.",
    ),
    "digest_theme": ("主题", "Theme"),
    "digest_depth": ("取多少", "How much"),
    "depth_sentence": ("逐句", "sentences"),
    "depth_paragraph": ("整段", "paragraphs"),
    "digest_button": ("汇编", "Collect"),
    "digest_items": ("原文", "What the documents say"),
    "digest_count": ("{documents} 份文件，{places} 处", "{places} places in {documents} documents"),
    "digest_save": ("导出", "Save"),
    "digest_files": ("汇编文件", "Files"),
    "digest_none": ("没有要导出的内容", "there is nothing to save"),
    "digest_references": ("参考文献", "References"),
    "digest_table": ("数字和期限", "Figures and deadlines"),
    "figures_sheet": ("指标", "figures"),
    "deadlines_sheet": ("期限", "deadlines"),
    "figure_indicator": ("指标（原文）", "Indicator (the text's words)"),
    "figure_year": ("年份", "Year"),
    "figure_unit": ("单位", "Unit"),
    "figure_values": ("数值（原文）", "Values (as written)"),
    "figure_differs": ("异同", "Differ"),
    "figure_differ": ("不同", "differ"),
    "figures_note": (
        "数值和指标都是原文，没有推算。年份取自数字所在的分句、句子或表格；句中没有的，取自上文或标题，“今年”取文件日期的年份，都在年份后注明；"
        "“不同”只表示同一指标、同一年份的数值不一样，是否矛盾请看原文。",
        "Values and indicators are the text's own words; nothing is worked out. A year is that of the figure's clause, sentence or table; where "
        "these name none it is taken from the paragraph or the headings, “this year” from the document's date, each marked behind it. “differ” says "
        "that values of one indicator and year are not the same; whether they contradict each other, the texts say.",
    ),
    "year_mark": ("（据{source}）", " (by the {source})"),
    "year_unknown": ("未写明", "not said"),
    "year_from_paragraph": ("上文", "paragraph"),
    "year_from_heading": ("标题", "heading"),
    "year_from_date": ("文件日期", "document's date"),
    "value_unit": ("{value}（{unit}）", "{value} ({unit})"),
    "deadline_date": ("日期", "Date"),
    "deadline_text": ("期限（原文）", "Deadline (the text's words)"),
    "deadline_place": ("出处", "Source"),
    "deadline_period": ("（时段）", "(a period)"),
    # a document at a glance
    "summary": ("概要", "Summary"),
    "summary_of": ("《{title}》概要：每一处都是原文", "{title} at a glance, in its own words"),
    "summary_purpose": ("目的", "What it is for"),
    "summary_who": ("谁发、发给谁、适用于谁", "By whom, to whom, for whom"),
    "summary_outline": ("各部分的第一句", "The first sentence of each part"),
    "table_more": (
        "另有 {n} 行，命令行和导出的文件里有全部",
        "{n} more rows, in the files and at the command line",
    ),
    "summary_nothing": ("没有写明", "not said"),
    "tables_none": ("没有数字和期限", "no figures and no deadlines"),
    "comma": ("，", ", "),
    "semicolon": ("；", "; "),
    "colon": ("：", ": "),
    # asking
    "question": ("问题", "Question"),
    "ask": ("提问", "Ask"),
    "expected": ("应为：{what}", "Expected: {what}"),
    "searching": ("检索…", "Searching…"),
    "reading": ("阅读原文…", "Reading…"),
    "scope": ("范围", "Scope"),
    "documents": ("文件", "Documents"),
    "documents_info": (
        "可选多份，也可输入编号、通配符或标题中的词",
        "several may be chosen; an id, a pattern or words of a title may be typed",
    ),
    "from": ("日期自", "Dated from"),
    "to": ("日期至", "Dated to"),
    "section": ("章节", "Section"),
    "section_hint": ("标题中的词，或“第三章”", "words of a heading, or 第三章"),
    "examples": ("可以这样问", "Questions to try"),
    "goes_on": ("接着上一问：{question}", "Going on from the question before: {question}"),
    "earlier": ("问过的问题", "Asked before"),
    "forget": ("清空", "Clear"),
    # the answer
    "answer": ("回答", "Answer"),
    "citation_n": ("引用 {n}", "Citation {n}"),
    "citations": ("引用", "Citations"),
    "open": ("在原文中看", "See in document"),
    "page": ("第 {first} 页", "p. {first}"),
    "recognised": ("识别文字，把握 {sure}", "recognised text, confidence {sure}"),
    "pages": ("第 {first}–{last} 页", "pp. {first}–{last}"),
    "passages": ("检索到的段落", "Passages found"),
    "nearest": ("最接近的段落", "Nearest passages"),
    "strong": ("很相关", "close"),
    "fair": ("相关", "related"),
    "weak": ("略相关", "loosely related"),
    "looked_for": ("查找的词", "Looked for"),
    "looked_in": ("查找范围", "Looked in"),
    "everything": (
        "全部 {documents} 份文件，{passages} 个段落",
        "all {documents} documents, {passages} passages",
    ),
    "reason": ("原因", "Reason"),
    "next": ("可以试试", "What to try"),
    "try_words": (
        "换成文件里会用的说法，或写出全称",
        "the words that a document would use, names in full",
    ),
    "try_scope": ("放宽上面的范围", "a wider scope above"),
    "try_single": ("一次只问一件事", "one matter at a time"),
    "try_nearest": ("看看下面最接近的段落", "the nearest passages below"),
    "partial": ("只回答了一部分：", "Answered in part:"),
    "phrased": (
        "这段回答由语言模型 {model} 改写，每句都与引文核对过；引文是原文，未经改写。",
        "Worded by the language model {model}, each sentence checked against its citations, which are the documents' own words.",
    ),
    "quoted_answer": ("看原文的回答", "The answer in the documents' words"),
    "dropped": ("未采用模型的 {n} 句", "{n} sentences of the model not used"),
    "copy_link": ("复制链接", "Copy link"),
    "copy_plain": ("复制引文", "Copy quotation"),
    "copy_reference": ("复制著录（GB/T 7714）", "Copy reference (GB/T 7714)"),
    "copy_markdown": ("复制 Markdown", "Copy Markdown"),
    "export_word": ("存为 Word", "Save as Word"),
    "export_markdown": ("存为 Markdown", "Save as Markdown"),
    "copied": ("已复制", "Copied"),
    # the document
    "source": ("原文", "Document"),
    "sources": ("引用的文件", "Cited documents"),
    "outline": ("目录", "Contents"),
    "page_count": ("{n} 页", "{n} pages"),
    "previous_citation": ("上一处引用", "Previous citation"),
    "next_citation": ("下一处引用", "Next citation"),
    "find": ("在文中查找", "Find in document"),
    "find_previous": ("上一个", "Previous match"),
    "find_next": ("下一个", "Next match"),
    # evaluation
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
    "complaints": ("{n} 处有误", "{n} faults in the file"),
    # the library
    "library": ("资料", "Library"),
    "doc_title": ("文件", "Document"),
    "doc_issuer": ("发文或讲话者", "Issuer or speaker"),
    "doc_date": ("日期", "Date"),
    "doc_pages": ("页", "Pages"),
    "doc_passages": ("段落", "Passages"),
    "doc_state": ("状态", "State"),
    "state_current": ("最新", "up to date"),
    "state_changed": ("已变", "changed"),
    "state_added": ("新增", "new"),
    "state_removed": ("已删", "deleted"),
    "more_documents": ("另有 {n} 份未列出。", "{n} more are not listed."),
    "serving": (
        "正在使用的版本 {version}，建于 {built_at}：文件 {documents} 份，段落 {passages} 个，编码器 {encoder}。",
        "Serving version {version}, built {built_at}: {documents} documents, {passages} passages, encoder {encoder}.",
    ),
    "earlier_versions": ("以前的版本", "Earlier versions"),
    "earlier_version": (
        "{version}，建于 {built_at}：文件 {documents} 份，段落 {passages} 个，编码器 {encoder}。",
        "{version}, built {built_at}: {documents} documents, {passages} passages, encoder {encoder}.",
    ),
    "roll_back": ("退回上一版本", "Go back to the version before"),
    "rolled_back": (
        "已从版本 {left} 退回版本 {version}：文件 {documents} 份，段落 {passages} 个。文件本身没有动，重建索引会按现在的文件再建。",
        "Went back from version {left} to {version}: {documents} documents, {passages} passages. The files are as they "
        "were; a rebuild takes them as they are now.",
    ),
    "version_changed": (
        "版本刚刚变了，没有退回；请看清楚再退。",
        "The serving version has just changed, so nothing was done; look again first.",
    ),
    "read_only": (
        "这个页面是只读的：不能上传、移除文件，也不能重建索引。",
        "This page is read-only: nothing can be uploaded, removed or rebuilt.",
    ),
    "upload": ("加入文件：拖到这里，可多选", "Files to add: drop them here, several at once"),
    "overwrite": ("同名文件用新的代替", "replace files of the same name"),
    "put": ("放进资料库", "Put into the library"),
    "limits": (
        "可加入 {types}；每个最多 {megabytes} MB，一次最多 {files} 个、共 {together} MB。",
        "{types}; at most {megabytes} MB each, {files} and {together} MB at once.",
    ),
    "no_files": (
        "请先选择文件：一次最多 {files} 个，每个最多 {megabytes} MB。",
        "Choose files first: at most {files} at once, {megabytes} MB each.",
    ),
    "remove_which": ("要移除的文件", "Files to remove"),
    "remove": ("移除", "Remove"),
    "put_added": ("已加入", "added"),
    "put_replaced": ("已代替", "replaced"),
    "put_exists": ("同名文件已在，未动", "there already, left as it is"),
    "put_refused": ("未接受", "refused"),
    "put_removed": ("已移除", "removed"),
    "rebuild": ("重建索引", "Rebuild the index"),
    "rebuild_hint": (
        "重建索引后，提问才会用到这些改动。",
        "Questions see the change after a rebuild.",
    ),
    "built": (
        "版本 {version}：文件 {documents} 份，段落 {passages} 个。",
        "Version {version}: {documents} documents, {passages} passages.",
    ),
    "encoded": ("新编码 {n} 条。", "{n} texts encoded."),
    "unchanged": ("内容没有变化。", "Nothing had changed."),
    "rejected": ("未读取", "not read"),
    "stage_read": ("读取", "read"),
    "stage_recognise": ("识别扫描页", "recognise scanned pages"),
    "stage_segment": ("分词", "segment"),
    "stage_encode": ("编码", "encode"),
    "stage_verify": ("校验", "verify"),
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
    # what the server refuses
    "busy": (
        "现在提问的人较多，请稍后再试。",
        "Too many are asking just now; try again in a moment.",
    ),
    "fault": (
        "服务器出错了，原因见服务器日志。",
        "Something failed in the server; its log says what.",
    ),
    "ambiguous": ("请求的长度说了两次。", "The request tells its length in two ways."),
    "too_often": (
        "请求过于频繁，请在 {seconds} 秒后再试。",
        "Too many requests; try again in {seconds} seconds.",
    ),
    "too_large": (
        "内容过大，最多 {megabytes} MB；请分几次上传。",
        "Too large: at most {megabytes} MB; upload in parts.",
    ),
    "too_many_files": (
        "文件过多，一次最多 {files} 个；请分几次上传。",
        "Too many files: at most {files} at once; upload in parts.",
    ),
    "too_slow": ("内容传得太慢，连接已断开。", "The request arrived too slowly and was given up."),
    "no_room": (
        "服务器磁盘已满，不能上传；请告诉管理员。",
        "The server's disk is full; tell its administrator.",
    ),
    "other_site": (
        "来自其他网站的请求不予受理；请在本页面上操作。",
        "Requests from other sites are refused; use this page itself.",
    ),
    "unknown_host": (
        "不认得主机名 {host}；请用 IP 地址打开，或由管理员加上 --allow-host {host}。",
        "The host name {host} is not known; open the page by its IP address, or start it with --allow-host {host}.",
    ),
    "no_such_path": (
        "这里没有 {path}；应为页面 /，或 docs/api.md 所列的接口。",
        "There is nothing at {path}; the page is at /, and docs/api.md lists what programs may call.",
    ),
    "no_such_method": (
        "{path} 不接受 {method}；见 docs/api.md。",
        "{path} takes no {method}; see docs/api.md.",
    ),
    "bad_call": (
        '请求的内容不合格式；应为 {{"data": [参数, …]}} 一类的 JSON，并指明有的函数；见 docs/api.md。',
        'The request is no call of a function; send JSON such as {{"data": [value, …]}}; see docs/api.md.',
    ),
    "login_needed": ("请先登录。", "Log in first."),
    "login_wrong": ("用户名或密码不对。", "User or password is wrong."),
    "login_user": ("用户名", "User"),
    "login_password": ("密码", "Password"),
    "login": ("登录", "Log in"),
    "logout": ("退出登录", "Log out"),
    "no_document": ("索引里没有文件 {doc_id}。", "There is no document {doc_id} in the index."),
}
"""Key → Chinese, English; ``{name}`` is filled in."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: ``words("page", first=7)``."""

    language: Language = "zh"

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, values filled in."""
        return WORDS[key][self.language == "en"].format(**values)

    def side_of(self, text: str) -> str:
        """This language's part of words that are written 中文 / English; other words as they are."""
        chinese, slash, english = text.partition(" / ")
        return (english if self.language == "en" else chinese) if slash else text

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return ", " if self.language == "en" else "、"


CHINESE, ENGLISH = Words("zh"), Words("en")


def words_for(accept_language: str) -> Words:
    """The words for a browser by its ``Accept-Language``: Chinese if it says so or says nothing."""
    first = accept_language.partition(",")[0].strip().lower()
    return Words("zh" if not first or first.startswith(("zh", "*")) else "en")
