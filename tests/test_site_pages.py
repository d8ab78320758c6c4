"""Pages as sites save them: the document alone is its text, and what the page says of it is its metadata."""

from __future__ import annotations

from pathlib import Path

import pytest

from bearing_qa.document.parse import parse_file
from bearing_qa.types import Parsed

LEAD = "为做好城乡居民基本医疗保险工作，现就有关事项通知如下。"
LINES = [
    "各乡镇人民政府，县政府各部门：",
    LEAD,
    "一、缴费标准",
    "个人缴费标准为每人每年380元。",
    "二、待遇",
    "住院报销比例为75％。",
]
ATTACHMENT = "附件：1.参保登记表.docx"
SIGNED = ["乙县人民政府", "2023年8月9日"]
TITLE = "乙县人民政府关于做好2024年医疗保险工作的通知"
BODY = (
    "".join(f"<p>{line}</p>" for line in LINES)
    + "<p>附件：<a href='/a/P0202.docx'>1.参保登记表.docx</a></p>"
    + "".join(f"<p>{line}</p>" for line in SIGNED)
)
TEXT = [*LINES, ATTACHMENT, *SIGNED]


def parsed(source: str, folder: Path, *, encoding: str = "utf-8") -> Parsed:
    """A page, whose <meta> names its encoding."""
    path = folder / "page.html"
    path.write_bytes(f"<meta charset={encoding}>{source}".encode(encoding))
    (item,) = parse_file(path, doc_id="page")
    assert isinstance(item, Parsed)
    return item


def lines_of(item: Parsed) -> list[str]:
    return item.document.text.split("\n")


def heads_of(item: Parsed) -> list[tuple[int, str]]:
    text = item.document.text
    return [(s.level, text[s.start : s.head_end]) for s in item.sections[1:]]


def test_a_page_of_a_ministry_is_its_document_and_its_table_the_metadata(tmp_path: Path) -> None:
    source = f"""<title>{TITLE}_乙县人民政府</title><meta name="Description" content="乙县人民政府网">
<div class="top-nav"><a href="/">首页</a><a href="/x">政务公开</a></div>
<div class="BreadcrumbNav">当前位置：<a href="/">首页</a> > <a href="/zw">政策文件</a></div>
<div class="xxgk-table"><ul><li><b>索 引 号：</b>11330000/2023-00012</li><li><b>发布机构：</b>乙县人民政府</li>
<li><b>文　　号：</b>乙政发〔2023〕9号</li><li><b>成文日期：</b>2023-08-09</li><li><b>发布日期：</b>2023-08-15</li></ul></div>
<h1>{TITLE}</h1><div class="info"><span>发布时间：2023-08-15 09:12</span> <span>来源：乙县医保局</span>
<span>浏览次数：<b>35</b>次</span> 字体：【<a href="#">大</a> <a href="#">中</a> <a href="#">小</a>】</div>
<div class="TRS_Editor">{BODY}</div><div>责任编辑：张三</div><div class="bdsharebuttonbox">分享到：<a href="#">微信</a></div>
<div>上一篇：<a href="/1">甲通知</a></div><div>【<a href="#">打印</a>】【<a href="#">关闭窗口</a>】</div>
<script type="text/template"><p>模板之语。</p></script>
<div class="footer">版权所有：乙县人民政府 浙ICP备0500000号</div>"""
    item = parsed(source, tmp_path, encoding="gb18030")
    assert lines_of(item) == [TITLE, *TEXT]
    assert item.document.title == TITLE
    assert item.document.metadata == {
        "number": "乙政发〔2023〕9号",
        "date": "2023-08-09",
        "issuer": "乙县人民政府",
        "published": "2023-08-15",
        "source": "乙县医保局",
    }
    assert heads_of(item) == [(1, "一、缴费标准"), (1, "二、待遇")]


def test_a_page_that_names_nothing_is_known_by_its_words(tmp_path: Path) -> None:
    source = f"""<title>{TITLE} - 乙县人民政府门户网站</title>
<table><tr><td><a href="/">首页</a> | <a href="/a">概况</a> | <a href="/b">新闻</a></td></tr></table>
<p>您现在的位置：<a href="/">首页</a> &gt;&gt; <a href="/b">公告</a></p><p>{TITLE}</p>
<p>2023-08-15 来源：乙县医保局 【字体：大 中 小】</p>{BODY}<p>[打印本页] [关闭窗口]</p><p>相关链接：</p>
<ul><li><a href="/1">国务院</a></li><li><a href="/2">省政府</a></li></ul><p>主办单位：乙县人民政府办公室</p>
<p>地址：乙县人民路1号</p><p>浙ICP备0500000号</p>"""
    item = parsed(source, tmp_path)
    assert lines_of(item) == [TITLE, *TEXT]
    assert item.document.title == TITLE
    assert item.document.metadata["source"] == "乙县医保局"


def test_the_names_of_the_standard_give_title_day_and_source(tmp_path: Path) -> None:
    source = f"""<title>通知公告</title><meta name="SiteName" content="乙县人民政府">
<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2023-08-15 08:00">
<meta name="ContentSource" content="乙县医保局"><h1>乙县人民政府</h1><div>{TITLE}</div>
<div id="zoom"><p>{LEAD}</p><p>一、缴费标准</p><p>每人每年380元。</p></div>"""
    item = parsed(source, tmp_path)
    assert lines_of(item) == [TITLE, LEAD, "一、缴费标准", "每人每年380元。"]
    assert item.document.title == TITLE
    assert item.document.metadata == {
        "date": "2023-08-15",
        "published": "2023-08-15",
        "source": "乙县医保局",
    }


def test_a_sidecar_overrides_what_a_page_says(tmp_path: Path) -> None:
    (tmp_path / "page.html.meta.toml").write_text('title = "甲"\ndate = "2020-01-01"', "utf-8")
    (tmp_path / "page.meta.toml").write_text('title = "甲"\ndate = "2020-01-01"', "utf-8")
    source = f'<meta name="ArticleTitle" content="乙"><meta name="PubDate" content="2023-08-15"><p>{LEAD}</p>'
    document = parsed(source, tmp_path).document
    assert (document.title, document.metadata["date"]) == ("甲", "2020-01-01")


TABLES = {
    "pairs beside each other": "<table><tr><td><b>索 引 号：</b></td><td>0001/2018-1</td><td><b>主题分类：</b></td><td>综合政务\\其他</td></tr>"
    "<tr><td>发文机关：</td><td>丙省人民政府办公厅</td><td>成文日期：</td><td>2018年11月07日</td></tr><tr><td>标　　题：</td><td colspan=3>丙省关于网站的意见</td></tr>"
    "<tr><td>发文字号：</td><td>丙政办发〔2018〕12号</td><td>发布日期：</td><td>2018年12月27日</td></tr></table>",
    "a label and its value in one cell": "<table><tr><td>索引号：0001</td><td>发布机构：丙省人民政府办公厅</td></tr><tr><td>名称：丙省关于网站的意见</td>"
    "<td>文号：丙政办发〔2018〕12号</td></tr><tr><td>生成日期：2018-11-07</td><td>主题词：</td></tr></table>",
    "a table in a table": "<table><tr><td><table><tr><td>索引号：</td><td>0001</td></tr><tr><td>发文机关：</td><td>丙省人民政府办公厅</td></tr>"
    "<tr><td>标题：</td><td>丙省关于网站的意见</td></tr><tr><td>发文字号：</td><td>丙政办发〔2018〕12号</td></tr><tr><td>成文日期：</td><td>2018.11.7</td></tr></table></td></tr></table>",
    "paragraphs": "<p>索 引 号：</p><p>0001</p><p>发文机关：</p><p>丙省人民政府办公厅</p><p>标 题：</p><p>丙省关于网站的意见</p><p>发文字号：</p>"
    "<p>丙政办发〔2018〕12号</p><p>成文日期：</p><p>2018年11月7日</p>",
    "a list of terms": "<dl><dt>索引号</dt><dd>：0001</dd></dl><div><span>发文机关：丙省人民政府办公厅</span> <span>标题：丙省关于网站的意见</span></div>"
    "<div>发文字号：丙政办发〔2018〕12号 成文日期：2018-11-07</div>",
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_of_metadata_is_no_text(table: str, tmp_path: Path) -> None:
    item = parsed(f"<div>{table}<p>各市人民政府：</p><p>一、要求</p><p>{LEAD}</p></div>", tmp_path)
    assert lines_of(item)[-3:] == ["各市人民政府：", "一、要求", LEAD]
    assert "发文机关" not in item.document.text
    assert item.document.title == "丙省关于网站的意见"
    assert item.document.metadata["date"] == "2018-11-07"
    assert item.document.metadata["number"] == "丙政办发〔2018〕12号"
    assert item.document.metadata["issuer"] == "丙省人民政府办公厅"


def test_a_table_of_documents_is_text(tmp_path: Path) -> None:
    rows = "<tr><td>标题</td><td>发文字号</td><td>成文日期</td></tr><tr><td>甲办法</td><td>甲政发〔2018〕1号</td><td>2018-01-02</td></tr>"
    for source in (f"<table>{rows}</table><p>{LEAD}</p>", f"<p>{LEAD}</p><table>{rows}</table>"):
        item = parsed(source, tmp_path)
        assert "标题 | 发文字号 | 成文日期" in item.document.text
        assert item.tables[0].rows[0].cells == ("甲办法", "甲政发〔2018〕1号", "2018-01-02")


PLAIN = {
    "a document about sites": "<h1>甲县政府网站管理办法</h1><p>主办单位：甲县政府办公室</p><p>第一条 网站底部标明网站标识码、ICP备案编号。</p>"
    "<p>第二条 页面设返回顶部、打印本页。</p><p>各单位应当公开ICP备案编号和版权所有信息，设扫一扫的二维码。</p>",
    "a document's own links": "<h1>关于公布清单的通知</h1><p>为做好城乡居民基本医疗保险工作，现就有关事项通知如下。</p>"
    "<ul><li><a href='/1'>就业补贴办法</a></li><li><a href='/2'>创业贷款办法</a></li></ul><p><a href='/3'>人才公寓办法</a></p>",
    "a meeting": "<h1>关于召开会议的通知</h1><p>时间：2023年8月9日</p><p>地点：县政府会议室</p><p>主办：乙县人民政府</p><p>来源：调研</p>"
    "<p>为做好城乡居民基本医疗保险工作，现就有关事项通知如下。</p><p>联系人：张三</p>",
    "names that look like a site's": "<div class='header'><p>乙县文件</p></div><div class='content'><p>为做好城乡居民基本医疗保险工作，现就有关事项通知如下。</p></div>"
    "<div class='content-footer'><p>乙县人民政府</p></div><div class='footer'><p>抄送：县委办公室。</p></div>",
    "words of buttons": "<p>打印</p><p>大</p><p>首页</p><p>为做好城乡居民基本医疗保险工作，现就有关事项通知如下。</p><p>下载</p>",
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN)
def test_a_page_without_a_site_loses_nothing(source: str, tmp_path: Path) -> None:
    said = [part for part in source.replace("<", ">").split(">")[2::2] if part.strip()]
    assert "".join(lines_of(parsed(source, tmp_path))) == "".join(said)


def test_what_belongs_to_the_document_stays_beside_its_article(tmp_path: Path) -> None:
    source = f"""<meta name="ArticleTitle" content="{TITLE}"><div class="header"><a href="/">首页</a></div>
<div class="article"><h1>{TITLE}</h1><p>乙政发〔2023〕9号</p><div class="content"><p>{LEAD}</p>
<ul><li><a href="/1">就业补贴办法</a></li><li><a href="/2">创业贷款办法</a></li></ul></div>
<div class="content-footer"><p>乙县人民政府</p><p>2023年8月9日</p></div>
<div class="links"><p>附件：</p><p><a href="/f.pdf?id=2">清单</a></p></div></div><div class="foot"><p>主办：乙县</p></div>"""
    item = parsed(source, tmp_path)
    assert lines_of(item) == [
        TITLE, "乙政发〔2023〕9号", LEAD, "就业补贴办法", "创业贷款办法", *SIGNED, "附件：", "清单",
    ]  # fmt: skip


def test_an_article_of_a_chat_is_read_though_its_style_hides_it(tmp_path: Path) -> None:
    source = f"""<title></title><meta property="og:title" content="乙县缴费通知"><div id="js_article">
<h1 class="rich_media_title" id="activity-name"> 乙县缴费通知 </h1><div id="meta_content" class="rich_media_meta_list">
<span>原创</span><a href="#" id="js_name">乙县发布</a> <em id="publish_time">2023-08-15 10:00</em></div>
<div class="rich_media_content " id="js_content" style="visibility: hidden; opacity: 0;"><section><p>{LEAD}</p>
<p style="display:none">藏</p></section></div><div class="rich_media_tool"><a href="#">阅读原文</a><span>赞</span></div>
<p>微信扫一扫<br>关注该公众号</p><p>预览时标签不可点</p></div>"""
    item = parsed(source, tmp_path)
    assert lines_of(item) == ["乙县缴费通知", LEAD]
    assert item.document.metadata == {
        "date": "2023-08-15",
        "published": "2023-08-15",
        "source": "乙县发布",
    }


def test_bars_that_turn_pages_and_boxes_to_share_go_within_an_article(tmp_path: Path) -> None:
    source = f"""<meta name="ArticleTitle" content="{TITLE}"><div id="zoom"><p>{LEAD}</p><p>首页 上一页 1 2 3 下一页 尾页</p>
<div class="share">分享到：<a href="#">微信</a></div><p>一、缴费标准</p><p>每人380元。</p><p>第1页/共3页 上一页 下一页</p><p>【打印】【关闭】</p></div>"""
    assert lines_of(parsed(source, tmp_path)) == [LEAD, "一、缴费标准", "每人380元。"]


def test_frames_with_other_files_are_told(tmp_path: Path) -> None:
    item = parsed(
        f'<div id="zoom"><p>{LEAD}</p><iframe src="/notice.pdf"></iframe></div>', tmp_path
    )
    assert [(part.kind, part.place) for part in item.document.unread] == [("object", "/notice.pdf")]


def test_figures_that_stand_apart_are_not_run_together(tmp_path: Path) -> None:
    source = (
        "<p>面积3×10<sup>4</sup>亩，产值262.6<sup>1</sup>亿元。</p><table><tr><th>项</th><th>值</th></tr><tr><td>甲</td><td>10<br>20</td></tr>"
        "<tr><td>乙</td><td><p>5%</p><p>6%</p></td></tr><tr><td>丙</td><td>1月1日<br>至3日</td></tr></table>"
    )
    item = parsed(source, tmp_path)
    assert "3×10⁴亩，产值262.6¹亿元。" in item.document.text
    assert [row.cells[1] for row in item.tables[0].rows] == ["10 20", "5% 6%", "1月1日至3日"]


def test_the_head_of_a_document_within_its_article_stays_above_the_title(tmp_path: Path) -> None:
    source = f"""<meta name="ArticleTitle" content="{TITLE}"><div>网站名</div><div id="zoom"><p>乙县人民政府文件</p>
<p>乙政发〔2023〕9号</p><p>{TITLE}</p><p>{LEAD}</p><p>主办：乙县</p><p>联系人：张三</p></div><div>网站地图</div><div>地址</div>"""
    assert lines_of(parsed(source, tmp_path)) == [
        "乙县人民政府文件", "乙政发〔2023〕9号", TITLE, LEAD, "主办：乙县", "联系人：张三",
    ]  # fmt: skip


def test_a_wrapper_around_article_and_menus_is_read_without_the_menus(tmp_path: Path) -> None:
    source = f"""<title>丙市公报-丙市统计局</title><div id="main" class="content">
<div class="location">当前位置：<a href="/">首页</a> > <a href="/t">公报</a></div><div class="article-title">丙市公报</div>
<div>发布日期：2023-04-02 10:21 来源：丙市统计局 阅读：<span>123</span> 次 字号：[ 大 中 小 ]</div>
<div class="box"><p>{LEAD}</p><p>一、综合</p><table><tr><th>指标</th><th>2022年</th></tr><tr><td>产值</td><td>262.6</td></tr></table>
<p>资料来源：丙市统计局</p></div><div class="fj">附件：<a href="/a.xls">统计表.xls</a></div>
<div class="right"><h3>热门文章</h3><ul><li><a href="/1">甲</a><span>2023-01-01</span></li></ul></div></div>
<div>Copyright © 2023 丙市统计局</div>"""
    item = parsed(source, tmp_path)
    assert lines_of(item) == [
        "丙市公报", LEAD, "一、综合", "指标 | 2022年", "产值 | 262.6", "资料来源：丙市统计局", "附件：统计表.xls",
    ]  # fmt: skip
    assert item.document.title == "丙市公报"
    assert heads_of(item) == [(1, "一、综合")]
