"""The gate: from the findings of a run to its verdict and exit code.

Nothing else decides. ``docs/verdict.md`` holds the whole rule as a table, and the tests read that table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.files.text import plural
from sse_compliance.findings.finding import Change, Finding, GateMode, State
from sse_compliance.findings.results import Verdict


class ExitCode(IntEnum):
    """What the process exits with; 2 to 5 are pytest's own."""

    PASSED = 0
    FAILED = 1
    INTERRUPTED = 2
    #: Nothing failed, but something required could not be assessed.
    NOT_ASSESSED = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """The rule that a run's findings are held against."""

    mode: GateMode = GateMode.STRICT
    #: The least severity that fails the run.
    fail_on: Severity = Severity.LOW

    def fails(self, finding: Finding) -> bool:
        """Whether a finding fails the run.

        Under ``regressions`` a requirement that could be assessed in the baseline and can't be now fails it as well.
        """
        if not _reaches(finding.severity, self.fail_on):
            return False
        if self.mode is GateMode.STRICT:
            return finding.standing is State.NON_COMPLIANT
        # What was not compared has no change; it counts as new.
        return is_damage(finding) and finding.change is not Change.STILL


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says."""

    verdict: Verdict
    exit_code: ExitCode
    #: One or two sentences.
    why: str


def is_open(finding: Finding) -> bool:
    """Whether something required could not be assessed."""
    return finding.standing is State.NOT_ASSESSED and finding.level is Level.REQUIRED


def is_damage(finding: Finding) -> bool:
    """Whether something required is unmet or could not be assessed, and no waiver covers it."""
    return finding.standing is State.NON_COMPLIANT or is_open(finding)


def decide(findings: Collection[Finding], gate: Gate, *, interrupted: str | None = None) -> Decision:
    """The verdict on a run.

    Args:
        findings: all of them, with waivers applied; under ``regressions`` with ``change`` set.
        gate: the rule.
        interrupted: why the run did not come to its end, where it did not.
    """
    if interrupted is not None:
        why = f"The run did not come to its end: {interrupted}."
        return Decision(Verdict.INCOMPLETE, ExitCode.INTERRUPTED, why)
    failing = [finding for finding in findings if gate.fails(finding)]
    if failing:
        return Decision(Verdict.FAILED, ExitCode.FAILED, _why_failed(failing, findings, gate))
    unassessed = [finding for finding in findings if is_open(finding)]
    if unassessed:
        checks, devices = plural(len(unassessed), "required check"), plural(_devices(unassessed), "device")
        why = f"Nothing failed, but {checks} on {devices} could not be made.{_accepted(findings, gate)}"
        return Decision(Verdict.NOT_ASSESSED, ExitCode.NOT_ASSESSED, why)
    met = sum(finding.standing is State.COMPLIANT for finding in findings)
    if not met:
        why = "No requirement was found to be met: nothing was judged."
        return Decision(Verdict.NOT_ASSESSED, ExitCode.NOT_ASSESSED, why)
    accepted = _accepted(findings, gate)
    met_text = f"({plural(met, 'compliant finding')})"
    why = f"Nothing fails the gate {met_text}.{accepted}" if accepted else f"All that is required is met {met_text}."
    return Decision(Verdict.PASSED, ExitCode.PASSED, why)


def _why_failed(failing: Collection[Finding], findings: Collection[Finding], gate: Gate) -> str:
    unmet = [finding for finding in failing if finding.standing is State.NON_COMPLIANT]
    lost = [finding for finding in failing if finding.standing is State.NOT_ASSESSED]
    new = "newly " if gate.mode is GateMode.REGRESSIONS else ""
    sentences = []
    if unmet:
        sentences.append(f"Something required is {new}not met on {plural(_devices(unmet), 'device')}.")
    if gate.mode is GateMode.STRICT:
        bad = {finding.device for finding in findings if finding.standing is State.NON_COMPLIANT}
        unknown = {finding.device for finding in findings if is_open(finding)} - bad
        if unknown:
            sentences.append(f"{plural(len(unknown), 'more device')} could not be assessed.")
    if lost:
        checks, devices = plural(len(lost), "required check"), plural(_devices(lost), "device")
        sentences.append(f"{checks} on {devices} could not be made, other than in the baseline.")
    waived = {(finding.device, finding.key) for finding in findings if finding.standing is State.WAIVED}
    follow = sum((finding.device, finding.cause) in waived for finding in unmet)
    if follow:
        sentences.append(f"{follow} of them from what a waiver covers: it covers only the requirement that it names.")
    return " ".join(sentences) + _accepted(findings, gate)


def _accepted(findings: Collection[Finding], gate: Gate) -> str:
    """What is unmet and let through, so that no passing verdict hides it."""
    let_through = [f for f in findings if f.standing is State.NON_COMPLIANT and not gate.fails(f)]
    below = sum(not _reaches(finding.severity, gate.fail_on) for finding in let_through)
    waived = sum(finding.standing is State.WAIVED for finding in findings)
    known = len(let_through) - below
    parts = [f"{known} unmet as in the baseline"] if known else []
    parts += [f"{below} unmet below --fail-on {gate.fail_on}"] if below else []
    parts += [f"{waived} waived"] if waived else []
    return f" Let through: {', '.join(parts)}." if parts else ""


def _reaches(severity: Severity, least: Severity) -> bool:
    return severity.rank <= least.rank


def _devices(findings: Collection[Finding]) -> int:
    return len({finding.device for finding in findings})
