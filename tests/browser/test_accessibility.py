"""axe-core finds no violation, in light and dark, wide and on a phone, with everything folded open."""

from __future__ import annotations

from typing import Any

import pytest

from sse_compliance.findings.results import Results
from tests.browser.conftest import OpenReport
from tests.unit.report.samples import HEALTHY, UNREACHABLE, build, hostile, large_fleet, small_fleet

SCHEMES = ("light", "dark")
SAMPLES = {
    "small": small_fleet(),
    "hostile": hostile(),
    "large": large_fleet(100),
    "passed": build({"a": HEALTHY}),
    "not assessed": build({"a": UNREACHABLE}),
    "empty": build({}),
}


CASES = [(sample, width, scheme) for sample in ("small", "hostile") for width in (1280, 390) for scheme in SCHEMES]
CASES += [("large", 1280, "light"), ("passed", 1280, "dark"), ("not assessed", 1280, "dark"), ("empty", 390, "light")]


@pytest.mark.parametrize("sample, width, scheme", CASES)
def test_axe_finds_nothing(open_report: OpenReport, axe: str, sample: str, width: int, scheme: str) -> None:
    results: Results = SAMPLES[sample]
    page = open_report(results, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true })")
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then((result) => result.violations)")
    assert [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found] == []
