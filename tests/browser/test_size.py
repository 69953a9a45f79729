"""Pages of large fleets: what a browser lays out stays bounded; ``python -m bench.opening`` says what it takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from sse_compliance.findings.results import Results
from sse_compliance.report.page.whole import DEVICES_IN_SIGHT
from tests.browser.conftest import OpenReport
from tests.unit.report.samples import WITHOUT_DNS, build, large_fleet


@pytest.mark.parametrize(
    "make, elements",
    [
        (lambda: large_fleet(1000, 60), 40_000),
        (lambda: build({f"ftd-{number:04d}": WITHOUT_DNS for number in range(1000)}), 80_000),
        (lambda: large_fleet(5000, 60), 75_000),
    ],
    ids=["5 % faulty", "all faulty", "5,000"],
)
def test_the_elements_of_a_large_page_are_bounded(
    open_report: OpenReport, make: Callable[[], Results], elements: int
) -> None:
    page = open_report(make(), java_script_enabled=False)
    assert page.locator("*").count() < elements


def test_a_large_fleet_is_searched_and_sorted_over_all_its_devices(open_report: OpenReport) -> None:
    page = open_report(large_fleet(500, 60))
    assert page.locator(".matrix tbody tr:visible").count() == DEVICES_IN_SIGHT
    page.get_by_label("Search").fill("ftd-0377")
    assert page.locator(".matrix tbody tr:visible th").all_text_contents() == ["ftd-0377"]
    assert page.locator("details.device:visible h3").all_text_contents() == ["ftd-0377"]
    page.get_by_label("Search").fill("")
    page.get_by_role("button", name="Device").click()
    names = page.locator(".matrix tbody tr:visible th").all_text_contents()
    assert names == [f"ftd-{number:04d}" for number in range(500)]


def test_a_link_into_a_folded_part_opens_it(open_report: OpenReport) -> None:
    page = open_report(large_fleet(500, 60), java_script_enabled=False)
    page.goto(page.url + "#device-ftd-0377")
    expect(page.locator("#device-ftd-0377")).to_be_in_viewport()
