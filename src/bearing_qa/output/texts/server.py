"""Words for what the server refuses: key → Chinese, English."""

WORDS: dict[str, tuple[str, str]] = {
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
