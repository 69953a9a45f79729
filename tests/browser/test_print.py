"""On paper: A4 and Letter, nothing cut at the side, no row cut at a page's end, nothing folded away."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from tests.browser.conftest import OpenReport
from tests.unit.report.samples import large_fleet, small_fleet

#: Width of the text on each paper, in CSS pixels: paper less the page rule's margins of 14 mm.
WIDTHS = {"A4": round((210 - 28) / 25.4 * 96), "Letter": round((215.9 - 28) / 25.4 * 96)}


def pages(open_report: OpenReport, paper: str, devices: int) -> list[str]:
    """The text of each printed page, blanks made alike."""
    page = open_report(large_fleet(devices, bad_share=0.2))
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper, print_background=True, prefer_css_page_size=False)))
    return [" ".join(one.extract_text().split()) for one in printed.pages]


@pytest.mark.parametrize("paper", WIDTHS)
def test_no_row_of_the_matrix_is_cut(open_report: OpenReport, paper: str) -> None:
    texts = pages(open_report, paper, 130)
    cell = r"(?: [✓✕?–](?: (?:\d+|compliant|non- ?compliant|not assessed))?| ftd (?:us|eu|apj))"
    rows = re.compile(rf"\b(ftd-\d{{4}})({cell}+)")
    found: dict[str, int] = {}
    for text in texts:
        for name, cells in rows.findall(text):
            found[name] = max(found.get(name, 0), len(re.findall("[✓✕?–]", cells)))
    areas = len({info.area for info in large_fleet(1).requirements})
    assert len(found) == 130
    assert {name: count for name, count in found.items() if count != areas + 1} == {}


@pytest.mark.parametrize("paper, width", WIDTHS.items())
@pytest.mark.parametrize("devices", [0, 60])
def test_nothing_is_wider_than_the_paper(open_report: OpenReport, paper: str, width: int, devices: int) -> None:
    results = large_fleet(devices) if devices else small_fleet()
    page = open_report(results, viewport={"width": width, "height": 900})
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("svg"))
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == []


def test_every_row_and_card_asks_not_to_be_cut(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    page.emulate_media(media="print")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("tr, .card, .cause, li, .fix")]
            .filter((one) => getComputedStyle(one).breakInside !== "avoid").length"""
    )
    assert cut == 0


def test_folded_parts_are_printed(open_report: OpenReport) -> None:
    page = open_report(small_fleet())
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(one.extract_text() for one in printed.pages).split())
    assert "Without it the connector can't hold its session to the cloud." in text
    assert "192.0.2.12" in text
