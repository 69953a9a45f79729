"""The findings of a run, arranged the ways that reports show them. Nothing is judged or counted anew here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sse_compliance.files.text import plural
from sse_compliance.findings.finding import Finding, State, rank
from sse_compliance.findings.results import DeviceResult, Results, RootCause


def rows(results: Results) -> tuple[DeviceResult, ...]:
    """What has a row of its own in a report: the devices, and what else findings are about, with the little that there
    is to tell of it."""
    return results.devices + tuple(DeviceResult(o.name, o.kind, "-", "-", o.state) for o in results.others)


def by_device(results: Results) -> Mapping[str, Sequence[Finding]]:
    """The findings of every row, in the run's order."""
    found: dict[str, list[Finding]] = {name: [] for name in results.subjects}
    for finding in results.findings:
        found.setdefault(finding.device, []).append(finding)
    return found


def by_requirement(results: Results) -> Mapping[str, Sequence[Finding]]:
    """The findings of every requirement, in the run's order."""
    found: dict[str, list[Finding]] = {requirement.id: [] for requirement in results.requirements}
    for finding in results.findings:
        found.setdefault(finding.requirement, []).append(finding)
    return found


def worst_first(devices: Iterable[DeviceResult]) -> list[DeviceResult]:
    """Devices by their state, the worst first; in the run's order where it is the same."""
    return sorted(devices, key=lambda device: rank(device.state))


def failing_causes(results: Results) -> list[RootCause]:
    """The root causes that fail the gate; the others are waived or advisory."""
    return [cause for cause in results.root_causes if cause.state is State.NON_COMPLIANT]


def other_causes(results: Results) -> list[RootCause]:
    """The root causes that fail no gate: they are waived, or advice."""
    return [cause for cause in results.root_causes if cause.state is not State.NON_COMPLIANT]


def is_open(finding: Finding) -> bool:
    """Whether somebody has to look at it: unmet for any reason, or not assessed."""
    return finding.standing not in (State.COMPLIANT, State.NOT_APPLICABLE)


def consequences(findings: Sequence[Finding]) -> Mapping[str, Sequence[Finding]]:
    """For the key of each root finding of a device, what follows from it, over any number of steps.

    A cause that is not among the findings, or that leads round in a circle, counts as no cause: nothing is hidden below
    a finding that the report does not show.
    """
    open_findings = {finding.key: finding for finding in findings if is_open(finding)}
    follow: dict[str, list[Finding]] = defaultdict(list)
    for finding in open_findings.values():
        root = _root(finding, open_findings)
        if root is not finding:
            follow[root.key].append(finding)
    return follow


def _root(finding: Finding, known: Mapping[str, Finding]) -> Finding:
    current, seen = finding, {finding.key}
    while current.cause is not None and current.cause in known:
        current = known[current.cause]
        if current.key in seen:
            return finding
        seen.add(current.key)
    return current


def roots(findings: Sequence[Finding]) -> list[Finding]:
    """The open findings of a device that are not shown below another, the worst first."""
    below = {finding.key for follow in consequences(findings).values() for finding in follow}
    own = [finding for finding in findings if is_open(finding) and finding.key not in below]
    return sorted(own, key=lambda finding: rank(finding.standing))


def keys_by_requirement(findings: Iterable[Finding]) -> str:
    """``SSE-DNS-01, SSE-DNS-02 (5 hosts)``: many findings of a device in little room."""
    targets: dict[str, int] = {}
    for finding in findings:
        targets[finding.requirement] = targets.get(finding.requirement, 0) + (finding.target is not None)
    return ", ".join(name if count < 1 else f"{name} ({plural(count, 'host')})" for name, count in targets.items())
