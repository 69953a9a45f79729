"""Running the suite as a user would: pytest in a process of its own, from the project's root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sse_compliance.findings.results import Results
from sse_compliance.report.results_file import read_results

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A run that ended."""

    status: int
    output: str
    reports: Path

    @property
    def results(self) -> Results:
        """What it wrote to compliance.json."""
        return read_results(self.reports / "compliance.json")

    @property
    def roots(self) -> dict[str, set[str]]:
        """The root findings of each device."""
        found: dict[str, set[str]] = defaultdict(set)
        for finding in self.results.findings:
            if finding.is_root:
                found[finding.device].add(finding.key)
        return found


def run_suite(reports: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> SuiteRun:
    """Runs ``pytest`` with the given arguments, reports going to a directory of the test's own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--reports={reports}", *map(str, arguments)]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
    ended = subprocess.run(
        command, cwd=ROOT, env={**own, **(environment or {})}, capture_output=True, text=True, timeout=170
    )
    return SuiteRun(ended.returncode, ended.stdout + ended.stderr, reports)
