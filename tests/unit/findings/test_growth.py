"""What is done over a whole fleet takes steps in proportion to it: they are counted at 500 and at 2,000 devices.

Calls are counted, and so is each comparison of two devices' names, which is how a search through a list shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.findings.baseline import compare, subject_of
from sse_compliance.findings.causes import root_causes, with_causes
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.merging.merge import Books, Whole, merge_results
from sse_compliance.findings.results import Results
from sse_compliance.findings.waivers import uses
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.inventory.select import select_devices
from sse_compliance.inventory.sharding import Shard
from sse_compliance.report.csv import render_csv
from sse_compliance.report.html import render_html
from sse_compliance.report.junit import render_junit
from sse_compliance.report.markdown import render_markdown
from tests.unit.findings.made import CATALOGUE, NOW, device, finding, results, waiver

SMALL, LARGE = 500, 2_000
#: Four times the devices may take so many times the steps: in proportion it is 4, with a sort a little more; 16 where
#: each device is compared with each.
ALLOWED = 4.6


class Name(str):
    """A device's name; comparing two is a call that is seen."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def fleet(size: int) -> Results:
    """Each second device with one thing unmet, and what follows from it."""
    names = [Name(f"fw-{number:05}") for number in range(size)]
    found = []
    for number, name in enumerate(names):
        state = State.NON_COMPLIANT if number % 2 else State.COMPLIANT
        found += [finding("SSE-CFG-02", state, device=name), finding("SSE-PLT-01", State.COMPLIANT, device=name)]
    return results(found, [device(name) for name in names])


def steps(work: Callable[[], object]) -> int:
    """The calls that something takes."""
    calls = count()

    def seen(frame: FrameType, event: str, argument: Any) -> None:
        del frame, argument
        if event in ("call", "c_call"):
            next(calls)

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return next(calls)


def _merged(whole: Results) -> object:
    parts = []
    for part in range(1, 5):
        own = [one for one in whole.findings if Shard(part, 4).holds(one.device)]
        kept = [one for one in whole.devices if Shard(part, 4).holds(one.name)]
        parts.append((f"{part}.json", results(own, kept)))
    books = Books(CATALOGUE, load_regions())
    waivers = (waiver("SSE-CFG-02", device="fw-00001"),)
    return merge_results(parts, Whole(waivers=waivers, baseline=(whole, "before.json"), books=books, began=NOW))


def _caused(found: tuple[Finding, ...]) -> object:
    return root_causes(with_causes(found, CATALOGUE, lambda _: ()), CATALOGUE, {}, {})


def _chosen(whole: Results, folder: Path) -> object:
    devices = [Device(one.name, Platform.FTD, "us", tags=("dc",)) for one in whole.devices]
    names = folder / "names.txt"
    names.write_text("\n".join(one.name for one in devices), encoding="utf-8")
    return select_devices(devices, f"@{names}")


WORK: dict[str, Callable[[Results, Path], object]] = {
    "merging": lambda whole, _: _merged(whole),
    "comparing": lambda whole, _: compare(whole.findings, subject_of(whole), replace(whole), "before.json"),
    "causes": lambda whole, _: _caused(whole.findings),
    "waivers": lambda whole, _: uses(whole.findings, (waiver("SSE-CFG-02", tag="dc", device=None),), {}, NOW),
    "choosing": _chosen,
    "html": lambda whole, _: render_html(whole),
    "markdown": lambda whole, _: render_markdown(whole),
    "junit": lambda whole, _: render_junit(whole),
    "csv": lambda whole, _: render_csv(whole),
}


@pytest.mark.parametrize("name", WORK)
def test_steps_grow_with_the_fleet(name: str, tmp_path: Path) -> None:
    small, large = fleet(SMALL), fleet(LARGE)
    WORK[name](fleet(2), tmp_path)  # what is loaded once is no step of the fleet's
    few, many = (steps(partial(WORK[name], whole, tmp_path)) for whole in (small, large))
    assert many / few <= ALLOWED, f"{few:,} steps for {SMALL} devices, {many:,} for {LARGE}"


def test_a_search_through_a_list_is_seen() -> None:
    def quadratic(names: list[str]) -> None:
        known: list[str] = []
        for name in names:
            if name not in known:
                known.append(name)

    few, many = (steps(partial(quadratic, [one.device for one in fleet(size).findings])) for size in (50, 200))
    assert many / few > 12
