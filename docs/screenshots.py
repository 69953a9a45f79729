"""Takes the pictures of the pages that the documents show.

``python docs/screenshots.py reports/compliance.html history.html``
"""

from __future__ import annotations

import shutil
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).with_name("images")
#: Of WebP, at which letters stay sharp and a picture takes some 40 kB.
QUALITY = 75


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the page at a width, from a place on."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    #: The element at whose top it begins; the page's own where None.
    at: str | None = None
    is_print: bool = False


def shots_of_history() -> Iterator[Shot]:
    """The history's first screen, wide and on a phone."""
    yield Shot("history-1280", 1280, 1100)
    yield Shot("history-390-dark", 390, 844, "dark")


def shots() -> Iterator[Shot]:
    """The first screen at every width, light and dark and as printed; the link of the fleet, and of a device."""
    yield Shot("report-light", 1280, 1100)
    yield Shot("report-dark", 1280, 1100, "dark")
    for width, height in ((1440, 900), (1024, 900), (390, 844)):
        yield Shot(f"report-{width}", width, height)
    yield Shot("report-390-dark", 390, 844, "dark")
    yield Shot("report-print", 688, 972, is_print=True)
    yield Shot("report-1440-dark", 1440, 900, "dark")
    yield Shot("report-1024-dark", 1024, 900, "dark")
    yield Shot("device-light", 1280, 800, at=".device[open]")
    yield Shot("device-390-dark", 390, 844, "dark", at=".device[open]")
    yield Shot("matrix-1280", 1280, 700, at="#matrix")


def main(report: Path, history: Path) -> None:
    """Write every picture of both pages."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        taken = [(report, shot) for shot in shots()] + [(history, shot) for shot in shots_of_history()]
        for page_file, shot in taken:
            page = browser.new_page(viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme)
            page.goto(page_file.resolve().as_uri())
            _take(page, shot)
            page.close()
        browser.close()


def _take(page: Page, shot: Shot) -> None:
    if shot.is_print:
        page.emulate_media(media="print")
    if shot.at is not None:
        page.locator(shot.at).first.evaluate("one => one.scrollIntoView()")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (IMAGES / f"{shot.name}.webp").write_bytes(b64decode(taken["data"]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
