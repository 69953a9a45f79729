"""The finding on pytest's report of an item: putting it there, telling it, and judging items without reporting them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

import pytest

# Not public, but the one way to run an item once more; pytest-rerunfailures uses it as well.
from _pytest.runner import runtestprotocol
from pydantic import TypeAdapter

from sse_compliance.files.text import visible
from sse_compliance.findings.finding import Finding, State
from sse_compliance.judge.outcome import message

_FINDING = TypeAdapter(Finding)
_ATTRIBUTE = "sse_finding"


def attach(report: pytest.TestReport, finding: Finding) -> None:
    """Puts a finding on a report, in a form that xdist can send to the controller."""
    setattr(report, _ATTRIBUTE, _FINDING.dump_python(finding, mode="json"))


def attached(report: pytest.TestReport) -> Finding | None:
    """The finding on a report; None where there is none."""
    found = getattr(report, _ATTRIBUTE, None)
    return None if found is None else _FINDING.validate_python(found)


def tell(report: pytest.TestReport, finding: Finding, remedy: str) -> None:
    """Puts a finding into pytest's report of its item, in the outcome that the catalogue gives its state."""
    text = message(finding, remedy)
    if finding.waiver is not None:
        text += visible(f"\n  waived     {finding.waiver}")
    match finding.state:
        case State.COMPLIANT | State.NOT_APPLICABLE:
            pass
        case State.NON_COMPLIANT:
            report.outcome, report.longrepr = "failed", text
        case State.NOT_ASSESSED:
            # pytest calls a failure outside of the call phase an error, and so do JUnit and pytest-html.
            report.outcome, report.when = "failed", "setup"
            if not (finding.reason or "").startswith("the test itself broke"):
                report.longrepr = text
        case State.ADVISORY | State.WAIVED:
            report.outcome, report.longrepr = "skipped", text
            report.wasxfail = text


def properties(finding: Finding) -> list[tuple[str, object]]:
    """What JUnit says of a finding."""
    return [
        ("requirement", finding.requirement),
        ("device", finding.device),
        *([("target", finding.target)] if finding.target else []),
        ("state", str(finding.state)),
        ("severity", str(finding.severity)),
        ("level", str(finding.level)),
    ]


def judge_quietly(items: Sequence[pytest.Item]) -> Iterator[Finding]:
    """Runs items without telling anybody: no report sees them, and they can be run again.

    Their fixtures are set up and torn down as in a run of their own.
    """
    for item, following in zip_longest(items, items[1:]):
        told = list(item.user_properties)
        reports = runtestprotocol(item, log=False, nextitem=following)
        item.user_properties[:] = told
        for report in reports:
            finding = attached(report)
            if finding is not None:
                yield finding
