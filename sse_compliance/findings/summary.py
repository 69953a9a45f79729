"""What a run comes to: the state of each device, the counts, and the line that a pipeline looks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.finding import Change, Finding, State
from sse_compliance.findings.gate import Gate, decide, is_damage, is_open
from sse_compliance.findings.results import Results, Summary, Verdict


def device_state(findings: Iterable[Finding]) -> State:
    """The state of a device: the worst that one of its required findings has.

    A device on which nothing was found compliant is *not assessed*, unless nothing of the catalogue concerns it.
    """
    states = {finding.standing for finding in findings if finding.level is Level.REQUIRED}
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


def summarise(
    findings: Collection[Finding],
    devices: Collection[str],
    *,
    gate: Gate | None = None,
    interrupted: str | None = None,
) -> Summary:
    """Counts and verdict.

    Args:
        findings: all findings of the run, with waivers and baseline applied.
        devices: the names of the devices that the run was over.
        gate: the rule of the verdict; strict, on every severity, where None.
        interrupted: why the run did not come to its end, where it did not.
    """
    states = Counter(finding.standing for finding in findings)
    decision = decide(findings, gate or Gate(), interrupted=interrupted)
    unmet = Counter(finding.severity for finding in findings if finding.standing is State.NON_COMPLIANT)
    by_state = Counter(device_states(findings, devices).values())
    return Summary(
        verdict=decision.verdict,
        exit_code=decision.exit_code,
        why=decision.why,
        devices={state: by_state[state] for state in State if by_state[state]},
        states={state: states[state] for state in State},
        severities={severity: unmet[severity] for severity in Severity},
    )


def new_damage(findings: Iterable[Finding]) -> int:
    """How many required findings are worse than in the baseline and not waived; advisory ones can be new as well."""
    return sum(is_damage(finding) and finding.change is Change.NEW for finding in findings)


def verdict_line(results: Results, exit_code: int | None = None) -> str:
    """One line to find with ``grep``: ``SSE-VERDICT: failed exit=1 devices=12 non-compliant=1 not-assessed=0 …``.

    Keys may be added at its end, never changed. ``new`` (required findings that are worse than in the baseline) is
    there only where the run had a baseline.

    Args:
        results: of the run.
        exit_code: the process's, where something beside the compliance tests changed it.
    """
    findings = results.findings
    counts: dict[str, int | str] = {
        "exit": results.summary.exit_code if exit_code is None else exit_code,
        "devices": len(results.devices),
        "non-compliant": sum(finding.standing is State.NON_COMPLIANT for finding in findings),
        "not-assessed": sum(is_open(finding) for finding in findings),
        "waived": sum(finding.standing is State.WAIVED for finding in findings),
    }
    if results.baseline is not None:
        counts["new"] = new_damage(findings)
    if results.run.partial is not None:
        counts["partial"] = "yes"
    # A run that ended otherwise than its findings say is no verdict, whatever they say.
    same = counts["exit"] == results.summary.exit_code
    verdict = str(results.summary.verdict if same else Verdict.INCOMPLETE).replace(" ", "-")
    return f"SSE-VERDICT: {verdict} " + " ".join(f"{key}={count}" for key, count in counts.items())
