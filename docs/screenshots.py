"""Takes the README's pictures of a report, light and dark: ``python docs/screenshots.py reports/compliance.html``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).with_name("images")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(page_file: Path) -> None:
    """Write ``report-light.png`` and ``report-dark.png`` of the page's first screen."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": 1280, "height": 1100}, color_scheme=scheme)
            page.goto(page_file.resolve().as_uri())
            page.screenshot(path=IMAGES / f"report-{scheme}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
