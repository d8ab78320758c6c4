"""Takes the pictures of the page for the documents: python scripts/screenshots.py [URL].

docs/page.png is the one in the READMEs, docs/page-english.png the page in English; docs/pages/ has every view at two widths, in
light and dark colours. The page has to be shown over corpus/ alone: make app.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
ANSWERED = "国产航空轴承的寿命和国外差多少？"
COMPUTED = "2023年的主营业务收入比2022年少了多少？"
REFUSED = "谁提出了新质生产力？"
DRAFT = (
    "周宇在讲话中指出，“国内航空轴承使用寿命多在 800 小时左右，与国外产品3000-5000 小时相比差距较大”，"
    "“直径 8 米及以上轴承全部依靠进口”。2023年主营业务收入2180亿元，2022年为2500亿元。"
    "全行业共有企业约 10000 家，规模以上的企业1400多家。《轴承行业发展白皮书》提出，要加快发展。"
)
OLD = """# 河湾市渡口条例（2015年）

第一条 为了加强渡口管理，保障渡运安全，制定本条例。

第二条 渡船每日开行六班，票价不得超过2元。遇有大雾，船长应当停止开航。

第三条 渡口经营人应当遵守下列规定：
（一）配备救生设备；
（二）在三十日内报送上一年度渡运情况；
（三）保持码头整洁。

第四条 违反本条例第三条规定的，由县级人民政府交通部门责令改正，处100元以上500元以下罚款。

第五条 乡镇人民政府可以对渡口经营人给予补贴。

第六条 本条例自2015年3月1日起施行。
"""
NEW = """# 河湾市渡口条例（2023年）

第一条 为了加强渡口管理，保障渡运安全，制定本条例。

第二条 渡口工作坚持安全第一、方便群众。

第三条 渡船每日开行八班，票价不得超过2元。

遇有大雾，船长应当停止开航。

第四条 渡口经营人应当遵守下列规定：
（一）配备救生设备；
（二）在六十日内报送上一年度渡运情况。

第五条 违反本条例第四条规定的，由县级人民政府交通部门责令改正，处200元以上500元以下罚款。

第六条 乡镇人民政府应当对渡口经营人给予补贴。

第七条 本条例自2023年5月1日起施行。
"""
WIDE, NARROW = (1440, 900), (390, 844)
LONGEST = 2400
"""How much of a page on a phone is shown, in pixels."""
COLOURS = 128
"""A page of text needs few; a picture stays below 200 KB."""


def start(page: Page) -> None:
    """The page as it opens."""
    page.wait_for_selector("#question textarea, #question input")


def _ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea, #question input").first
    box.fill(question)
    box.press("Enter")
    page.wait_for_selector("section.answer")
    page.wait_for_selector(".document .current")


def answer(page: Page) -> None:
    """An answer of sentences beside its document."""
    _ask(page, ANSWERED)


def table(page: Page) -> None:
    """An answer worked out from a table's cells."""
    _ask(page, COMPUTED)


def refusal(page: Page) -> None:
    """What is shown where the corpus does not say."""
    _ask(page, REFUSED)


def check(page: Page) -> None:
    """A draft with its findings."""
    page.get_by_role("tab").nth(1).click()
    page.locator("#draft textarea").fill(DRAFT)
    page.locator("#check").click()
    page.wait_for_selector(".review .findings")


def compare(page: Page) -> None:
    """Two editions side by side."""
    page.get_by_role("tab").nth(2).click()
    for side, text in (("old", OLD), ("new", NEW)):
        file = {"name": f"{side}.md", "mimeType": "text/markdown", "buffer": text.encode()}
        page.locator(f"#compare-{side}-file input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        page.wait_for_timeout(1500)
    page.locator("#compare").click()
    page.wait_for_selector(".comparison article")


def digest(page: Page) -> None:
    """A theme collected."""
    page.get_by_role("tab").nth(3).click()
    page.locator("#theme textarea, #theme input").first.fill("航空轴承国产化")
    page.locator("#digest").click()
    page.wait_for_selector("#digest-items input[type=checkbox]")


def evaluate(page: Page) -> None:
    """Figures on judged questions."""
    page.get_by_role("tab").nth(4).click()
    page.locator("#questions input[type=file]").set_input_files(QUESTIONS)
    page.wait_for_timeout(1000)
    page.locator("#evaluate").click()
    page.wait_for_selector("#summary .card")


def library(page: Page) -> None:
    """The documents and the index."""
    page.get_by_role("tab").nth(5).click()
    page.wait_for_selector("table.library")


VIEWS: tuple[Callable[[Page], None], ...] = (
    start,
    answer,
    table,
    refusal,
    check,
    compare,
    digest,
    evaluate,
    library,
)


def main(url: str) -> None:
    """Takes all pictures."""
    (DOCS / "pages").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _take(browser, url, answer, DOCS / "page.png")
        _take(browser, url, table, DOCS / "page-english.png", locale="en-US")
        for view in VIEWS:
            for size in (WIDE, NARROW):
                for scheme in ("light", "dark"):
                    path = DOCS / "pages" / f"{view.__name__}-{size[0]}-{scheme}.png"
                    _take(browser, url, view, path, size=size, scheme=scheme)
        browser.close()


def _take(
    browser: Browser,
    url: str,
    view: Callable[[Page], None],
    path: Path,
    *,
    size: tuple[int, int] = WIDE,
    scheme: str = "light",
    locale: str = "zh-CN",
) -> None:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=locale,
    )
    page.set_default_timeout(120_000)
    page.goto(url)
    view(page)
    page.wait_for_timeout(2000)
    if size == NARROW:
        height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
        page.screenshot(
            path=str(path),
            full_page=True,
            clip={"x": 0, "y": 0, "width": size[0], "height": height},
        )
    else:
        page.screenshot(path=str(path))
    page.close()
    _shrink(path)


def _shrink(path: Path) -> None:
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
