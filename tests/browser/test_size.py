"""Pages of 1,000 and 5,000 devices with 60 findings each open in Chromium within a few seconds and 250 to 400 MB."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sse_compliance.findings.results import Results
from sse_compliance.report.html import write_html
from sse_compliance.report.page.whole import DEVICES_IN_SIGHT
from tests.browser.chromium import FLAGS, executable
from tests.browser.conftest import OpenReport
from tests.unit.report.samples import WITHOUT_DNS, build, large_fleet


@dataclass(frozen=True, slots=True)
class Cost:
    """What a browser took from its start to the loaded page, over all its processes."""

    seconds: float
    #: Processor time of all its processes, which other work on the machine does not stretch.
    processor_seconds: float
    #: Peak of the anonymous memory, shared pages counted once.
    megabytes: float


def _family(process: int) -> list[int]:
    family = [process]
    for one in family:
        # A process may end while it is looked at.
        with suppress(OSError):
            for path in Path(f"/proc/{one}/task").glob("*/children"):
                family += [int(child) for child in path.read_text().split()]
    return family


def _anonymous(process: int) -> float:
    total = 0
    for one in _family(process):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:"))
    return total / 1024


def _processor(process: int) -> dict[int, float]:
    """The processor time of each process of a family so far, in seconds."""
    times = {}
    for one in _family(process):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        times[one] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return times


def cost_of(page: Path, profile: Path) -> Cost:
    """Opens a page in a browser of its own and lets it print the document that it made of it."""
    command = [executable(), "--headless", *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    started, peak, times = time.monotonic(), 0.0, dict[int, float]()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, _anonymous(process.pid))
            times |= _processor(process.pid)
            time.sleep(0.02)
    assert process.returncode == 0
    return Cost(time.monotonic() - started, sum(times.values()), peak)


@pytest.mark.parametrize(
    "results, seconds, megabytes",
    [
        (large_fleet(1000, 60), 2.5, 250),
        (build({f"ftd-{number:04d}": WITHOUT_DNS for number in range(1000)}), 3.0, 300),
        (large_fleet(5000, 60), 4.0, 400),
    ],
    ids=["5 % faulty", "all faulty", "5,000"],
)
def test_a_large_fleet_opens_at_once(results: Results, seconds: float, megabytes: float, tmp_path: Path) -> None:
    """The best of three. Other work on the machine stretches the clock, so processor time beyond what the browser takes
    for an empty page counts where the clock alone says no."""
    write_html(results, tmp_path / "large.html")
    (tmp_path / "empty.html").write_text("<!DOCTYPE html><title>empty</title>")
    costs = [cost_of(tmp_path / "large.html", tmp_path / f"profile-{number}") for number in range(3)]
    empty = cost_of(tmp_path / "empty.html", tmp_path / "profile-empty")
    for cost in (*costs, empty):
        print(f"{cost.seconds:.2f} s, {cost.processor_seconds:.2f} s of processor time, {cost.megabytes:.0f} MB")
    clock = min(cost.seconds for cost in costs)
    processor = min(cost.processor_seconds for cost in costs) - empty.processor_seconds
    assert min(clock, processor) < seconds
    assert max(cost.megabytes for cost in costs) < megabytes


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
