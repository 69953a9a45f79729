"""The verb ``demo`` (``make report``): the suite against the lab, and the proof that it found what was planted.

Some of the lab's devices are broken on purpose, so the compliance run itself ends with status 1. The verb ends with 0
where the root findings are exactly the planted ones: none missing, none besides.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from sse_compliance.errors import SseError
from sse_compliance.files.shipped import shipped
from sse_compliance.files.text import one_line
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from sse_compliance.lab.lab import AT_ONCE, Lab, LabRefusedError, planted_in
from sse_compliance.lab.scenario import Planted
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.plugin.ending.results import RESULTS_FILE

#: What is written, besides the evidence.
FILES = ("compliance.html", "compliance.json", "junit.xml", "tests.html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="where reports go (default: %(default)s)")
    parser.add_argument("pytest_arguments", nargs="*", help="more arguments for pytest, after --")


def run(arguments: argparse.Namespace) -> int:
    """Runs the suite against the lab and compares.

    Raises:
        SseError: the lab did not start, or the run wrote no results.
    """
    for name in FILES:
        (arguments.reports / name).unlink(missing_ok=True)
    options = [f"--reports={arguments.reports}", f"--concurrency={AT_ONCE}", *arguments.pytest_arguments]
    try:
        with Lab.start() as lab:
            status, expected = _judge(f"--inventory={lab.inventory_file}", options, lab.environment), lab.planted
    except LabRefusedError as refused:
        print(f"No devices are emulated: {one_line(refused.lacking)}. Judging what was recorded of the same devices.")
        status = _judge(f"--evidence={shipped('fixtures/evidence')}", options, {})
        expected = planted_in(SCENARIOS)
    missing = [name for name in FILES if not (arguments.reports / name).is_file()]
    if missing:
        raise SseError(f"pytest ended with {status} and left no {', '.join(missing)} in {arguments.reports}")
    mistakes = differences(read_results(arguments.reports / RESULTS_FILE), expected)
    for mistake in mistakes:
        print(f"NOT AS PLANTED: {mistake}")
    if mistakes:
        return 1
    broken = sum(bool(planted.roots) or planted.not_assessed is not None for planted in expected.values())
    print(
        f"\nThe lab has {len(expected)} devices, {broken} of them broken on purpose: the run above ended with {status}."
    )
    print(f"Exactly the planted faults were found. Open {arguments.reports / 'compliance.html'}.")
    return 0


def _judge(devices: str, options: Sequence[str], environment: Mapping[str, str]) -> int:
    # In a process of its own, so that the run is what a user's is. Settings of the directory's are not for it.
    own = {name: value for name, value in os.environ.items() if not name.startswith("SSE_")}
    command = [sys.executable, "-m", "sse_compliance", "run", devices, *options]
    return subprocess.run(command, env={**own, **environment}).returncode


def differences(results: Results, expected: Mapping[str, Planted]) -> list[str]:
    """How the root findings of a run differ from what was planted, a sentence each."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in results.findings:
        if finding.is_root:
            found[finding.device].add(finding.key)
    errors = {device.name: device.error for device in results.devices}
    sentences = []
    for name, planted in expected.items():
        sentences += [f"{name}: {key} was planted and not found" for key in sorted(planted.keys - found[name])]
        sentences += [f"{name}: {key} was found and not planted" for key in sorted(found[name] - planted.keys)]
        error = errors.get(name, "there is no such device in the results")
        if planted.not_assessed is None and error is not None:
            sentences.append(f"{name}: could not be assessed: {error}")
        elif planted.not_assessed is not None and planted.not_assessed.lower() not in (error or "").lower():
            sentences.append(f"{name}: {planted.not_assessed!r} was expected as the reason, but it is {error!r}")
    return sentences
