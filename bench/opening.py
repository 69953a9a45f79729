"""What a browser takes to open the pages of large fleets: ``python -m bench.opening``.

The page of 1,000 and 5,000 devices with 60 findings each, the page of 1,000 of which every one is broken, and the
``tests.html`` of a replay of 1,000, each from the browser's own start to the loaded page; an empty page beside them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from bench.judging import copies, replay
from sse_compliance.report.html import write_html
from sse_compliance.report.pdf import BROWSERS
from tests.unit.report.samples import WITHOUT_DNS, build, large_fleet

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """What a browser took from its start to the loaded page, over all its processes."""

    seconds: float
    #: Processor time, which other work on the machine does not stretch.
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
    times = {}
    for one in _family(process):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        times[one] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return times


def opening(page: Path) -> Opening:
    """Opens a page in a browser of its own and lets it print the document that it made of it."""
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None) or sys.exit("no Chromium is installed")
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as profile:
        command = [browser, *_FLAGS, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
        started, peak, times = time.monotonic(), 0.0, dict[int, float]()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                peak = max(peak, _anonymous(process.pid))
                times |= _processor(process.pid)
                time.sleep(0.02)
        if process.returncode:
            sys.exit(f"the browser ended with {process.returncode}")
        return Opening(time.monotonic() - started, sum(times.values()), peak)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        fleets = {
            "1,000 devices": partial(large_fleet, 1000, 60),
            "1,000 broken devices": partial(build, {f"ftd-{number:04d}": WITHOUT_DNS for number in range(1000)}),
            "5,000 devices": partial(large_fleet, 5000, 60),
        }
        pages = {"an empty page": folder / "empty.html"}
        pages["an empty page"].write_text("<!DOCTYPE html><title>empty</title>")
        for title, fleet in fleets.items():
            pages[title] = folder / f"{title.replace(' ', '-')}.html"
            write_html(fleet(), pages[title])
        replay(copies(folder, 1000, "ftd-blocked-ingest"), folder)
        pages["tests.html of 1,000"] = folder / "reports" / "tests.html"
        taken: dict[str, list[Opening]] = {title: [] for title in pages}
        for _ in range(options.runs):
            for title, page in pages.items():
                taken[title].append(opening(page))
        print(f"medians of {options.runs} interleaved runs; memory is the highest of them")
        for title, own in taken.items():
            seconds, processor = median(one.seconds for one in own), median(one.processor_seconds for one in own)
            size = pages[title].stat().st_size / 1e6
            print(
                f"{title:22} {size:5.1f} MB, {seconds:5.2f} s, {processor:5.2f} s of processor time, "
                f"{max(one.megabytes for one in own):4.0f} MB of memory"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
