"""On paper: A4 and Letter, nothing cut at the side, no row cut at a page's end; what is signed off, or everything."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page

from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from sse_compliance.findings.terms import Terms
from sse_compliance.report.grouping import failing_causes
from sse_compliance.report.page.whole import page as page_of
from sse_compliance.report.pdf import render_pdf
from tests.browser.chromium import executable
from tests.browser.conftest import OpenReport
from tests.unit.findings.made import waiver
from tests.unit.findings.recorded_run import EVIDENCE, results_over
from tests.unit.judge.recorded import recorded_findings
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


def test_folded_parts_are_printed_by_choice_only(open_report: OpenReport) -> None:
    short, full = (text_of(open_report(small_fleet(), print_full=choice)) for choice in (False, True))
    for folded in ("Without it the connector can't hold its session to the cloud.", "192.0.2.12"):
        assert folded in full
        assert folded not in short


def text_of(page: Page) -> str:
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    return " ".join(" ".join(one.extract_text() for one in printed.pages).split())


@pytest.fixture(scope="module")
def lab_run() -> Results:
    """The lab's recorded devices, with a waiver."""
    accepted = next(f for f in recorded_findings() if f.state is State.NON_COMPLIANT and f.is_root)
    own = waiver(accepted.requirement, device=accepted.device, host=accepted.target)
    return results_over(EVIDENCE, Terms(waivers=(own,)))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("fleet", ["lab", "50 devices"])
def test_what_is_signed_off_is_six_pages_at_most(
    open_report: OpenReport, lab_run: Results, fleet: str, paper: str
) -> None:
    results = lab_run if fleet == "lab" else large_fleet(50, bad_share=0.4)
    printed = pypdf.PdfReader(io.BytesIO(open_report(results).pdf(format=paper, print_background=True)))
    assert len(printed.pages) <= 6


@pytest.fixture(scope="module")
def printed(lab_run: Results) -> list[str]:
    """The text of each page of the lab's report on paper, without blanks."""
    executable()
    return [solid(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(render_pdf(lab_run))).pages]


def solid(text: str) -> str:
    """A text without blanks and ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_what_is_signed_off(lab_run: Results, printed: list[str]) -> None:
    """Verdict, scope, each cause, each device, waivers, and the block that is signed."""
    text = "".join(printed)
    for told in ("Failed", f"Onall{len(lab_run.devices)}devices", f"1of{len(printed)}"):
        assert told in printed[0]
    for told in ("Notassessed", "Devicesandareas", "Waivers", "J.Doe", "Sign-offfailed", "Approvedby"):
        assert told in text
    for device in lab_run.devices:
        assert device.name in text
    heads = [page for page in printed if "DeviceStateWherePLTDNS" in page]
    assert len(heads) >= 2, "each page of the matrix has its head"


def test_no_cause_and_no_row_is_cut_at_the_end_of_a_page(lab_run: Results, printed: list[str]) -> None:
    for cause in failing_causes(lab_run):
        whole = solid(one_line(cause.summary)), solid(cause.requirement)
        assert any(all(part in page for part in whole) for page in printed), cause.summary
    for unassessed in page_of(lab_run).unassessed:
        words = [solid(word) for word in unassessed.reason.replace("`", "").split()]
        ends = words[0], words[-1], unassessed.devices[0]
        assert any(all(part in page for part in ends) for page in printed), unassessed.reason


def test_the_browser_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    executable()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert render_pdf(small_fleet()).startswith(b"%PDF-")
    assert list(tmp_path.iterdir()) == []
