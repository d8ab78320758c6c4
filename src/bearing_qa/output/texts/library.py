"""Words for the library and its index: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
    "library": ("资料", "Library"),
    "doc_title": ("文件", "Document"),
    "doc_issuer": ("发文机关或讲话人", "Issuer or speaker"),
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
    "roll_back": ("恢复上一版本", "Restore the previous version"),
    "rolled_back": (
        "已从版本 {left} 恢复到版本 {version}：文件 {documents} 份，段落 {passages} 个。文件夹里的文件没有变动，重建索引时仍以现有文件为准。",
        "Restored version {version} in place of {left}: {documents} documents, {passages} passages. The files in the folder "
        "have not changed; a rebuild will use them as they are now.",
    ),
    "version_changed": (
        "版本刚刚更新，没有恢复；请核对后再操作。",
        "The version in use has just changed, so nothing was restored. Check it and try again.",
    ),
    "read_only": (
        "这个页面是只读的：不能上传、移除文件，也不能重建索引。",
        "This page is read-only: nothing can be uploaded, removed or rebuilt.",
    ),
    "upload": ("把文件拖到这里加入，可多选", "Drop files here to add them"),
    "overwrite": ("覆盖同名文件", "Replace files of the same name"),
    "put": ("加入资料库", "Add to the library"),
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
    "put_replaced": ("已覆盖", "replaced"),
    "put_exists": ("同名文件已存在，未覆盖", "already there, not replaced"),
    "put_refused": ("未接受", "refused"),
    "put_removed": ("已移除", "removed"),
    "rebuild": ("重建索引", "Rebuild the index"),
    "rebuild_hint": (
        "重建索引后，提问才会用到这些改动。",
        "Answers use the change after a rebuild.",
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
}
