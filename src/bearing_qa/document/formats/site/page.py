"""What of a page's tree is the document: the element that holds its article, and the blocks of the site around it.

Sites of the authorities name the article's element (TRS_Editor, UCAP-CONTENT, zoom …) and the parts around it (header, crumb,
share, footer …). An element goes for its name or because it holds links only, never when it holds the article or sentences
of its own; within the article nothing goes for its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

_EDITORS_TEXT = """
ucap-content js_content trs_editor trs_editor_view trs_ueditor zoom zoomcon artibody article_con article-con article_content
article-content articlecontent article-body article_body pages_content news_content news-content newscontent detail-content
detail_content detailcontent xxgk_content content_body con_text contenttxt view_content txt_con maintext main-text printcontent
print-content doc-content wp_articlecontent v_news_content vsb_content text_content rich_media_content
"""
_EDITORS = frozenset(_EDITORS_TEXT.split())
"""Names (id or class) that publishing systems give the element of an article's text."""
_WRAPPERS_TEXT = """
article content contents con main-content maincontent main detail text
"""
_WRAPPERS = frozenset(_WRAPPERS_TEXT.split())
"""Names that may be an article's element, or a larger part of the page."""
_PARTS_TEXT = """
nav navbar navigation topnav subnav menu topmenu crumb crumbs breadcrumb breadcrumbs breadcrumbnav dqwz topbar share sharebox
bdshare bdsharebuttonbox bshare jiathis sidebar qrcode ewm erweima copyright pagination pager friendlink friendlinks yqlj
related relate relates xgwz recommend toolbar wza popup modal dialog search searchbox login rich_media_meta_list
rich_media_tool rich_media_area_extra qr_code_pc
"""
_PARTS = frozenset(_PARTS_TEXT.split())
"""Names, or parts of names, of what stands around an article."""
_EDGES_TEXT = """
header head footer foot bottom links link top
"""
_EDGES = frozenset(_EDGES_TEXT.split())
"""Names of what stands around an article or around a part of it."""
_INNER_TEXT = """
article content contents con text txt main detail title zoom editor attachment attach fj file files table body
doc sign
"""
_INNER = frozenset(_INNER_TEXT.split())
"""Parts of a name that say it belongs to the document: content-footer, article-header, table-head."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[-_\s\d]+")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|ceb|zip|rar|txt)(?:$|[?#])", re.IGNORECASE
)
_BESIDE_LINKS = re.compile(r"[\s\u3000\d年月日|｜/·•>＞»:：,，、()（）\[\]【】.-]")
_ENDS = re.compile(r"。|[\d一二三四五六七八九十]\s*日|^\s*附件")
"""What the first and the last text of a document hold: a sentence, a day, the word for what is attached."""
MIN_SHARE = 0.5
"""An article's element holds at least this share of the page's sentences, or of its text where there are none."""
MIN_DEEPER_SHARE = 0.6
"""Of two elements, one inside the other, the inner is the article where it holds this share of the outer's text."""
MIN_SENTENCE_CHARS = 20
"""Text of this length with a full stop is a sentence of a document."""
MAX_BUTTON_CHARS = 20
"""Words beside links in a part of the site that stands within the article, such as 分享到."""
MAX_LIST_HEAD_CHARS = 6
"""Words above or before a list of links outside the article: 友情链接, 热点专题."""
MIN_HEADED_LINKS = 2
"""So many links below such words are a list."""
MIN_EDGE_LINKS = 2
"""Links that a header or footer holds where the article's element is not known."""
_NOT_SHOWN_TEXT = """
script style noscript template nav head header footer iframe object svg button select textarea
"""
_NOT_SHOWN = frozenset(_NOT_SHOWN_TEXT.split())


@dataclass(slots=True)
class Amount:
    """Text below an element: characters outside links, how many of them are more than blanks, digits and signs, characters
    in links, links, links to files, full stops outside links."""

    plain: int = 0
    words: int = 0
    linked: int = 0
    links: int = 0
    files: int = 0
    stops: int = 0

    def add(self, other: Amount) -> None:
        """Adds what another element holds."""
        self.plain += other.plain
        self.words += other.words
        self.linked += other.linked
        self.links += other.links
        self.files += other.files
        self.stops += other.stops

    def add_text(self, text: str | None) -> None:
        """Adds text outside links."""
        if text:
            self.plain += len(text.strip())
            self.words += len(_BESIDE_LINKS.sub("", text))
            self.stops += text.count("。")

    @property
    def has_sentence(self) -> bool:
        """Whether the element holds a sentence outside links."""
        return self.stops > 0 and self.plain >= MIN_SENTENCE_CHARS


Amounts = Mapping[HtmlElement, Amount]


def measure(root: HtmlElement) -> dict[HtmlElement, Amount]:
    """Amounts of all elements below ``root``, itself included. Linear in the tree."""
    amounts: dict[HtmlElement, Amount] = {}
    for element in reversed(list(root.iter())):
        own = amounts[element] = Amount()
        if not isinstance(element.tag, str) or element.tag in _NOT_SHOWN:
            continue
        own.add_text(element.text)
        for child in element:
            own.add(amounts[child])
            own.add_text(child.tail)
        if element.tag == "a" and element.get("href"):
            own.linked, own.plain = own.linked + own.plain, 0
            own.words, own.stops, own.links = 0, 0, own.links + 1
            own.files += bool(_FILE.search(element.get("href") or ""))
    return amounts


def names_of(element: HtmlElement) -> Iterator[str]:
    """Id and classes of an element."""
    yield from (element.get("id") or "").split()
    yield from (element.get("class") or "").split()


def find_article(root: HtmlElement, amounts: Amounts) -> HtmlElement | None:
    """The element that holds the document's text, None if none is named so or holds enough of it."""
    total = amounts[root]
    for names in (_EDITORS, _WRAPPERS):
        found = [
            element
            for element in root.iter()
            if isinstance(element.tag, str)
            and element.tag not in ("body", "html")
            and (
                element.tag == "article" or not names.isdisjoint(map(str.lower, names_of(element)))
            )
            and _holds_most(amounts[element], total)
        ]
        if found:
            most = max(amounts[element].plain for element in found)
            return [e for e in found if amounts[e].plain >= MIN_DEEPER_SHARE * most][-1]
    return None


def is_editor(element: HtmlElement) -> bool:
    """Whether a publishing system named the element as an article's."""
    return not _EDITORS.isdisjoint(map(str.lower, names_of(element)))


def _holds_most(part: Amount, total: Amount) -> bool:
    if total.stops:
        return part.stops >= MIN_SHARE * total.stops
    return part.plain > 0 and part.plain >= MIN_SHARE * total.plain


def furniture(
    root: HtmlElement,
    article: HtmlElement | None,
    amounts: Amounts,
    *,
    title: str,
    is_site: bool,
) -> list[HtmlElement]:
    """The outermost elements that belong to the site and not to the document."""
    kept = _around_title(root, title)
    if article is not None:
        kept |= {article, *article.iterancestors()}
        inside = set(article.iterdescendants()) if is_editor(article) else _between_ends(article)
    else:
        inside = set()
    is_known = article is not None and (is_site or is_editor(article))
    ends = _between_ends(root) if is_site else set(root.iter())
    text = set() if is_known else ends
    found: list[HtmlElement] = []
    stack = [root]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if element not in kept and element.tag not in ("html", "body", "a"):
            amount = amounts[element]
            if element in inside:
                is_part = _is_button(element, amount)
            else:
                is_part = _is_part(element, amount, is_known=is_known) or (
                    element not in text and _is_links(element, amount)
                )
            if is_part and not amount.files:
                found.append(element)
                continue
        stack.extend(reversed(element))
    return found


def _between_ends(root: HtmlElement) -> set[HtmlElement]:
    """The elements from the first to the last that say something of a document: a sentence, a day, 附件."""
    elements = list(root.iter())
    ends = [at for at, element in enumerate(elements) if _ENDS.search(_own_text(element))]
    return set(elements[ends[0] : ends[-1] + 1]) if ends else set(elements)


def _own_text(element: HtmlElement) -> str:
    """Text of an element itself, outside links and other elements."""
    if not isinstance(element.tag, str) or element.tag in _NOT_SHOWN or element.tag == "a":
        return ""
    return " ".join([element.text or "", *(child.tail or "" for child in element)])


def _around_title(root: HtmlElement, title: str) -> set[HtmlElement]:
    """The headings that are the document's title, and all elements around them."""
    heads = root.iter("h1", "h2", "h3", "h4") if title else ()
    same = [
        head
        for head in heads
        if "".join("".join(head.itertext()).split()) == "".join(title.split())
    ]
    return {element for head in same for element in (head, *head.iterancestors())}


def _is_part(element: HtmlElement, amount: Amount, *, is_known: bool) -> bool:
    """Whether an element outside the article is the site's by its name; ``is_known``: the article is surely found."""
    names = list(names_of(element))
    if any(map(_is_part_name, names)) or (element.tag == "aside" and is_known):
        return is_known or not amount.has_sentence
    if any(map(_is_edge_name, names)):
        least = 1 if is_known else MIN_EDGE_LINKS
        return amount.links >= least and (is_known or not amount.has_sentence)
    return False


def _is_links(element: HtmlElement, amount: Amount) -> bool:
    """Whether an element holds links and at most the head of their list, and is no list of attachments."""
    least = MIN_HEADED_LINKS if amount.words else 1
    is_headed = amount.words <= MAX_LIST_HEAD_CHARS and not amount.stops
    is_list = amount.links >= least and amount.linked > 0 and is_headed
    return is_list and not _is_attachment(element)


def _is_button(element: HtmlElement, amount: Amount) -> bool:
    """Whether an element within the article is a box of buttons, as to share it."""
    is_short = amount.links > 0 and amount.words <= MAX_BUTTON_CHARS and not amount.stops
    return is_short and any(map(_is_part_name, names_of(element)))


def _is_attachment(element: HtmlElement) -> bool:
    return "".join(element.itertext()).strip().startswith("附")


def _words_of(name: str) -> set[str]:
    return {word.lower() for word in _CAMEL.split(name) if word}


def _is_part_name(name: str) -> bool:
    """Whether a name says that an element stands around an article."""
    words = _words_of(name)
    return name.lower() in _PARTS or (bool(words & _PARTS) and not words & _INNER)


def _is_edge_name(name: str) -> bool:
    """Whether a name says that an element is the top or the bottom of a page."""
    words = _words_of(name)
    return bool(words & _EDGES) and not words & _INNER
