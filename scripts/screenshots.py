"""Takes the pictures of the page for the documents: python scripts/screenshots.py [URL].

docs/page.png is the one in the READMEs; the others stand in docs/page-*.png. The page has to be shown over
corpus/ alone: make app.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

DOCS = Path(__file__).parent.parent / "docs"
ANSWERED = "国产航空轴承的寿命和国外差多少？"
COMPUTED = "2023年的主营业务收入比2022年少了多少？"
REFUSED = "谁提出了新质生产力？"
WIDE, NARROW = (1440, 900), (390, 844)
SHOTS = (
    ("page.png", WIDE, "light", "zh-CN", ANSWERED),
    ("page-table-dark.png", WIDE, "dark", "zh-CN", COMPUTED),
    ("page-refusal.png", WIDE, "light", "zh-CN", REFUSED),
    ("page-english.png", WIDE, "light", "en-US", COMPUTED),
    ("page-phone.png", NARROW, "light", "zh-CN", ANSWERED),
    ("page-phone-dark.png", NARROW, "dark", "zh-CN", REFUSED),
    ("page-library.png", WIDE, "light", "zh-CN", ""),
)
"""File, window, colours, language, question (none: the library)."""
COLOURS = 128
"""A page of text needs few; a picture stays far below 200 KB."""


def main(url: str) -> None:
    """Takes all pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for shot in SHOTS:
            _take(browser, url, *shot)
        browser.close()


def _take(
    browser: Browser,
    url: str,
    name: str,
    size: tuple[int, int],
    scheme: str,
    locale: str,
    question: str,
) -> None:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale=locale,  # type: ignore[arg-type]
    )
    page.set_default_timeout(120_000)
    page.goto(url)
    if question:
        box = page.locator("#question textarea, #question input").first
        box.fill(question)
        box.press("Enter")
        page.wait_for_selector("section.answer")
        page.wait_for_selector(".document .current")
    else:
        page.get_by_role("tab").nth(2).click()
        page.wait_for_selector("table.library")
    page.wait_for_timeout(2000)
    page.screenshot(path=str(DOCS / name))
    page.close()
    _shrink(DOCS / name)


def _shrink(path: Path) -> None:
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
