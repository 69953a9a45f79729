"""What ``sse-compliance history`` takes over many stored runs: ``python -m bench.history``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.fleet import ROOT
from bench.measure import run
from sse_compliance.findings.results_file import write_results
from tests.unit.report.samples import large_fleet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--devices", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sse-bench-") as name:
        folder = Path(name)
        (folder / "runs").mkdir()
        for night in range(options.runs):
            results = large_fleet(options.devices, 60, bad_share=0.02 + 0.05 * (night % 5))
            began = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=night)).isoformat()
            results = replace(results, run=replace(results.run, started_at=began))
            write_results(results, folder / "runs" / f"{night:04}.json")
        size = sum(path.stat().st_size for path in (folder / "runs").iterdir()) / 1e6
        page = folder / "history.html"
        cost = run(
            [sys.executable, "-m", "sse_compliance", "history", str(folder / "runs"), f"--output={page}"], cwd=ROOT
        )
        print(f"{options.runs} runs of {options.devices} devices, {size:.0f} MB of results, status {cost.status}")
        print(
            f"{cost.wall:.1f} s, {cost.cpu:.1f} s CPU, {cost.memory:.0f} MB; {page.stat().st_size / 1e6:.1f} MB of page"
        )
    return cost.status


if __name__ == "__main__":
    raise SystemExit(main())
