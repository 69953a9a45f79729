"""The finding on pytest's report of an item: putting it there, and telling it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from pydantic import TypeAdapter

from sse_compliance.errors import Unavailable
from sse_compliance.files.text import for_log
from sse_compliance.findings.finding import Finding, State
from sse_compliance.judge.judgement import Judgement
from sse_compliance.judge.outcome import Case, judge, message

_FINDING = TypeAdapter(Finding)
_ATTRIBUTE = "sse_finding"


def asks_for_device(definitions: Mapping[str, Sequence[pytest.FixtureDef[Any]]]) -> bool:
    """Whether a test that is given fixtures by these definitions gets a device of the run.

    Another plugin's ``host``, and a parameter of that name, are no device; a fixture that wraps the plugin's own is.
    """
    for definition in reversed(definitions.get("host", ())):
        if definition.func.__module__.startswith("sse_compliance."):
            return True
        if "host" not in definition.argnames:
            break
    return False


def wants_device(item: pytest.Item) -> bool:
    """Whether an item gets a device of the run."""
    info = getattr(item, "_fixtureinfo", None)
    return info is not None and asks_for_device(info.name2fixturedefs)


def attach(report: pytest.TestReport, finding: Finding, *, travels: bool = False) -> None:
    """Puts a finding on a report; in a form that xdist can send to the controller where it ``travels``."""
    setattr(report, _ATTRIBUTE, _FINDING.dump_python(finding, mode="json") if travels else finding)


def attached(report: pytest.TestReport) -> Finding | None:
    """The finding on a report; None where there is none."""
    found = getattr(report, _ATTRIBUTE, None)
    return found if found is None or isinstance(found, Finding) else _FINDING.validate_python(found)


def ended_around(case: Case, error: BaseException | None) -> Finding:
    """The finding of an item that did not come to its judgement: something around the test, or pytest, ended it."""
    if isinstance(error, pytest.skip.Exception):
        error = Unavailable(f"skipped by something else than the suite: {error.msg}")
    return judge(case, error or Unavailable("the test was not called"), Judgement(), None, in_test=False)


def tell(
    report: pytest.TestReport, finding: Finding, remedy: Callable[[], str], *, with_traceback: bool = False
) -> None:
    """Puts a finding into pytest's report of its item, in the outcome that the catalogue gives its state.

    Args:
        report: of the item.
        finding: what the item found.
        remedy: gives what to do about it.
        with_traceback: whether pytest's own account stays: where something broke, it is what helps.
    """
    if finding.state in (State.COMPLIANT, State.NOT_APPLICABLE):
        return  # pytest knows
    text = message(finding, remedy())
    if finding.waiver is not None:
        text += for_log(f"\n  waived     {finding.waiver}")
    match finding.standing:
        case State.NON_COMPLIANT:
            report.outcome, report.longrepr = "failed", text
        case State.NOT_ASSESSED:
            # pytest calls a failure outside of the call phase an error, and so do JUnit and pytest-html.
            report.outcome, report.when = "failed", "setup"
            if not with_traceback:
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
        ("state", str(finding.standing)),
        ("severity", str(finding.severity)),
        ("level", str(finding.level)),
    ]
