"""Running the suite as a user would: pytest in a process of its own, from the project's root."""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from tests.integration.program import start

#: Seconds that a run may take on a busy machine.
TIME_LIMIT = 170

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A run that ended."""

    status: int
    output: str
    reports: Path
    #: Every command line on the machine while it ran.
    command_lines: frozenset[bytes]

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


def run_suite(
    reports: Path, *arguments: str | Path, environment: Mapping[str, str] | None = None, anew: bool = False
) -> SuiteRun:
    """Runs ``pytest`` with the given arguments, reports going to a directory of the test's own.

    Args:
        reports: the directory.
        arguments: pytest's.
        environment: more of it.
        anew: whether in an interpreter of its own, whose command line is the run's.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
    options = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", f"--reports={reports}", *map(str, arguments)]
    with tempfile.NamedTemporaryFile() as output:
        process = start("pytest", options, ROOT, {**own, **(environment or {})}, Path(output.name), anew=anew)
        deadline, seen = time.monotonic() + TIME_LIMIT, set[bytes]()
        while process.exitcode is None:
            seen |= _command_lines()
            if time.monotonic() > deadline:
                process.kill()
                raise TimeoutError(f"the suite took more than {TIME_LIMIT} s: {options}")
            process.join(0.1)
        text = output.read().decode("utf-8", "replace")
    return SuiteRun(process.exitcode, text, reports, frozenset(seen))


def _command_lines() -> set[bytes]:
    """The command lines of all processes, as ``ps`` would show them."""
    seen = set()
    for process in Path("/proc").iterdir():
        with suppress(OSError):  # it has ended by now, or is no process
            seen.add((process / "cmdline").read_bytes())
    return seen
