"""What judging costs: a replay of a fleet's evidence beside trivial pytest items: ``python -m bench.judging``.

As many trivial items as the replay has, in turn with it; with ``--growth`` the replay of several sizes instead, to see
whether a device costs the same in a large fleet; with ``--jobs`` the replay in one process and in several.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench import stages
from bench.fleet import ROOT
from bench.measure import Cost, interleaved, median, run, verdict

_PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def copies(folder: Path, count: int, base: str) -> Path:
    """Evidence of so many devices, each a copy of a recorded one under a name of its own."""
    evidence = json.loads((ROOT / "fixtures" / "evidence" / f"{base}.json").read_text("utf-8"))
    target = folder / f"evidence-{base}-{count}"
    target.mkdir()
    for number in range(count):
        evidence["device"]["name"] = f"fw-{number:05}"
        (target / f"fw-{number:05}.json").write_text(json.dumps(evidence))
    return target


def replay(evidence: Path, folder: Path, *more: str) -> Cost:
    """One replay, reports included."""
    cost = run([*_PYTEST, f"--evidence={evidence}", f"--reports={folder / 'reports'}", *more], cwd=ROOT)
    verdict(cost)
    return cost


def trivial(items: int) -> Cost:
    """As many items that do nothing, with pytest alone."""
    env = {"BENCH_ITEMS": str(items)}
    own = ["-c", os.devnull, "--rootdir", str(ROOT / "bench" / "peers"), "-p", "no:xdist", "-p", "no:html"]
    return run([*_PYTEST, *own, str(ROOT / "bench" / "peers" / "trivial_items.py")], env, ROOT)


def items_of(cost: Cost) -> int:
    """How many items pytest's last line tells."""
    last = cost.said.strip().rpartition("\n")[2]
    return sum(int(count) for count in re.findall(r"([0-9]+) (?:passed|failed|skipped|xfailed|errors?)", last))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--base", default="ftd-us", help="the recorded device that is copied (default: %(default)s)")
    parser.add_argument("--growth", metavar="N,N…", help="replay fleets of these sizes instead")
    parser.add_argument("--jobs", type=int, metavar="N", help="in one process and in N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        if options.growth:
            sizes = [int(size) for size in options.growth.split(",")]
            fleets = {str(size): partial(replay, copies(folder, size, options.base), folder) for size in sizes}
            costs = interleaved(options.runs, fleets)
            print(f"{'devices':>8} {'wall s':>8} {'CPU ms/device':>14} {'MB':>6} {'kB/item':>8}")
            for size, own in costs.items():
                middle, items = median(own), items_of(own[0])
                print(
                    f"{size:>8} {middle.wall:8.2f} {middle.cpu / int(size) * 1000:14.1f} {middle.memory:6.0f} "
                    f"{middle.memory * 1024 / items:8.2f}"
                )
            return 0
        evidence = copies(folder, options.devices, options.base)
        if options.jobs:
            print(f"{options.devices} devices, medians of {options.runs} interleaved runs")
            costs = interleaved(
                options.runs,
                {
                    "one process": partial(replay, evidence, folder),
                    "without tests.html": partial(replay, evidence, folder, "-p", "no:html"),
                    f"--jobs {options.jobs}": partial(replay, evidence, folder, f"--jobs={options.jobs}"),
                },
            )
            for title, own in costs.items():
                middle = median(own)
                print(f"{title:20} {middle.wall:7.2f} s wall, {middle.cpu:7.2f} s CPU, {middle.memory:5.0f} MB")
            return 0
        _beside_trivial_items(evidence, folder, options.devices, options.runs)
    return 0


def _beside_trivial_items(evidence: Path, folder: Path, devices: int, runs: int) -> None:
    items = items_of(replay(evidence, folder))
    spent: dict[str, list[dict[str, float]]] = {"replay": [], "trivial": []}
    variants = {"replay": partial(replay, evidence, folder), "trivial": partial(trivial, items)}
    told = {name: partial(stages.told, run, folder / "stages", spent[name]) for name, run in variants.items()}
    costs = interleaved(runs, told)
    suite, plain = (median(own) for own in costs.values())
    print(f"{devices} devices, {items} items, medians of {runs} interleaved runs")
    for title, middle in (("replay, all reports", suite), ("trivial items, no report", plain)):
        print(f"{title:26} {middle.cpu:7.2f} s CPU, {middle.cpu / items * 1e6:6.0f} µs/item, {middle.memory:5.0f} MB")
    print(f"ratio: {suite.cpu / plain.cpu:.2f}")
    for name, own in spent.items():
        print(f"\n{name}\n{stages.table(own, devices)}")
    loops = [statistics.median(one["judge"] for one in own) for own in spent.values()]
    print(f"\nratio of the loops over the items: {loops[0] / loops[1]:.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
