"""The verb ``diff``: one run's results beside an earlier one's, without asking any device."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from sse_compliance.files.text import one_line
from sse_compliance.findings.baseline import compare, subject_of
from sse_compliance.findings.finding import Change, Finding, GateMode
from sse_compliance.findings.gate import ExitCode, Gate, decide
from sse_compliance.findings.results import Verdict
from sse_compliance.findings.results_file import read_results
from sse_compliance.report.words import said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("before", type=Path, help="compliance.json of the earlier run")
    parser.add_argument("after", type=Path, help="compliance.json of the later run")


def run(args: argparse.Namespace) -> int:
    """Lists what is new, still so, fixed and gone.

    Returns:
        What a run of ``after`` with ``--baseline before --gate regressions`` would exit with.

    Raises:
        InputError: a file can't be used.
    """
    before, after = read_results(args.before), read_results(args.after)
    findings, told = compare(after.findings, subject_of(after), before, args.before.name)
    for change in (Change.NEW, Change.STILL, Change.FIXED):
        print(f"{change}: {told.changes[change]}")
        for line in _lines(finding for finding in findings if finding.change is change):
            print(f"  {line}")
    print(f"gone: {told.changes[Change.GONE]}")
    for text in told.gone:
        print(f"  {one_line(text)}")
    for text in told.not_compared:
        print(f"not compared: {one_line(text)}")
    if after.summary.verdict is Verdict.INCOMPLETE:
        print(f"{after.summary.verdict}: {one_line(after.summary.why)}")
        return ExitCode.INTERRUPTED
    decision = decide(findings, Gate(GateMode.REGRESSIONS))
    print(f"{decision.verdict}: {one_line(decision.why)}")
    return decision.exit_code


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    """A line each; what follows from another finding after all that does not."""
    for finding in sorted(findings, key=lambda one: (one.device, one.cause is not None)):
        cause = f" (follows from {finding.cause})" if finding.cause else ""
        what = f"{finding.device} {finding.key}: {finding.standing}: {said(finding)}{cause}"
        yield one_line(what)
