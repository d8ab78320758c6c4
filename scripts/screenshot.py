"""Takes docs/page.png from a page that is being shown: python scripts/screenshot.py [URL]."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

QUESTION = "国产航空轴承的寿命和国外差多少？"
TARGET = Path(__file__).parent.parent / "docs" / "page.png"


def main(url: str) -> None:
    """Asks one question and keeps what the page shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 720})
        page.goto(url)
        box = page.locator("#question textarea, #question input").first
        box.fill(QUESTION)
        box.press("Enter")
        page.wait_for_selector("article.card")
        page.wait_for_timeout(800)
        page.screenshot(path=str(TARGET))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860")
