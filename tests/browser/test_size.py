"""A page of 1,000 devices with 60 findings each opens in Chromium in under 3 s and 300 MB."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sse_compliance.findings.results import Results
from sse_compliance.report.html import write_html
from tests.browser.chromium import FLAGS, executable
from tests.browser.conftest import OpenReport
from tests.unit.report.samples import WITHOUT_DNS, build, large_fleet

SECONDS = 3.0
MEGABYTES = 300


@dataclass(frozen=True, slots=True)
class Cost:
    """What a browser took from its start to the loaded page, over all its processes."""

    seconds: float
    #: Peak of the anonymous memory, shared pages counted once.
    megabytes: float


def _family(process: int) -> list[int]:
    family = [process]
    for one in family:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                family += [int(child) for child in path.read_text().split()]
            except OSError:
                continue
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


def cost_of(page: Path, profile: Path) -> Cost:
    started = time.monotonic()
    command = [executable(), "--headless", *FLAGS, f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        peak, dom = 0.0, process.stdout
        first = dom.read(1)
        loaded = time.monotonic() - started
        while process.poll() is None:
            peak = max(peak, _anonymous(process.pid))
            if not dom.read(1 << 20):
                break
        process.wait()
    assert first == "<"
    return Cost(loaded, peak)
