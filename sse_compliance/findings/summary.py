"""What a run comes to: the state of each device, the counts, the verdict and the exit code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum

from sse_compliance.findings.model import Finding, Level, Severity, State
from sse_compliance.findings.results import Summary, Verdict


class ExitCode(IntEnum):
    """What the process exits with; 2 to 5 are pytest's own."""

    PASSED = 0
    NON_COMPLIANT = 1
    INTERRUPTED = 2
    #: Nothing failed, but something required could not be assessed.
    NOT_ASSESSED = 10


def device_state(findings: Iterable[Finding]) -> State:
    """The state of a device: the worst that one of its required findings has.

    A device on which nothing was found compliant is *not assessed*, unless nothing of the catalogue concerns it.
    """
    states = {finding.state for finding in findings if finding.level is Level.REQUIRED}
    for state in (State.NON_COMPLIANT, State.NOT_ASSESSED, State.WAIVED, State.COMPLIANT, State.NOT_APPLICABLE):
        if state in states:
            return state
    return State.NOT_ASSESSED


def device_states(findings: Iterable[Finding], devices: Collection[str]) -> Mapping[str, State]:
    """The state of each device of a run; one without any finding is *not assessed*."""
    by_device: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_device[finding.device].append(finding)
    return {device: device_state(by_device[device]) for device in devices}


def summarise(findings: Collection[Finding], devices: Collection[str], *, interrupted: str | None = None) -> Summary:
    """The counts and the verdict.

    Args:
        findings: all findings of the run.
        devices: the names of the devices that the run was over.
        interrupted: why the run did not come to its end, where it did not.
    """
    states = Counter(finding.state for finding in findings)
    verdict, exit_code, why = _verdict(findings, interrupted)
    unmet = Counter(finding.severity for finding in findings if finding.state is State.NON_COMPLIANT)
    by_state = Counter(device_states(findings, devices).values())
    return Summary(
        verdict=verdict,
        exit_code=exit_code,
        why=why,
        devices={state: by_state[state] for state in State if by_state[state]},
        states={state: states[state] for state in State},
        severities={severity: unmet[severity] for severity in Severity},
    )


def _verdict(findings: Collection[Finding], interrupted: str | None) -> tuple[Verdict, ExitCode, str]:
    failed = [finding for finding in findings if finding.state is State.NON_COMPLIANT]
    open_ = [f for f in findings if f.state is State.NOT_ASSESSED and f.level is Level.REQUIRED]
    if interrupted is not None:
        return Verdict.INCOMPLETE, ExitCode.INTERRUPTED, f"The run did not come to its end: {interrupted}."
    if failed:
        where = len({finding.device for finding in failed})
        roots = sum(finding.is_root for finding in failed)
        why = (
            f"{_count(where, 'device')} with {_count(len(failed), 'unmet requirement')}, {_count(roots, 'root cause')}."
        )
        return Verdict.FAILED, ExitCode.NON_COMPLIANT, why
    if open_:
        where = len({finding.device for finding in open_})
        checks, where_ = _count(len(open_), "required check"), _count(where, "device")
        why = f"Nothing failed, but {checks} on {where_} could not be made."
        return Verdict.NOT_ASSESSED, ExitCode.NOT_ASSESSED, why
    met = sum(finding.state is State.COMPLIANT for finding in findings)
    if not met:
        return Verdict.NOT_ASSESSED, ExitCode.NOT_ASSESSED, "No requirement was found to be met: nothing was judged."
    return Verdict.PASSED, ExitCode.PASSED, f"All that is required is met ({_count(met, 'compliant finding')})."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
