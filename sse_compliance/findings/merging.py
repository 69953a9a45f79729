"""Several runs over parts of a fleet made into one: shards, regions, sites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import Finding, State, rank
from sse_compliance.findings.gate import ExitCode, Gate
from sse_compliance.findings.notices import merged_notices
from sse_compliance.findings.results import Baseline, DeviceResult, Results, RootCause, Run, Summary, Verdict, WaiverUse
from sse_compliance.findings.results_file import is_worse
from sse_compliance.findings.summary import summarise

#: A run and the name of the file that it was read from.
Named = tuple[str, Results]


def merge_results(runs: Sequence[Named]) -> Results:
    """The results of several runs as those of one, its verdict reached anew over all findings.

    It is never better than what the runs said of themselves: where a run was cut short, or said worse than its findings
    show, the whole is incomplete; where a device has no finding at all, it is not assessed.

    Raises:
        InputError: two runs hold the same device, or judged by another catalogue, allowlist or gate.
    """
    _check_alike(runs)
    _check_disjoint(runs)
    parts = [results for _, results in runs]
    findings = tuple(finding for part in parts for finding in part.findings)
    devices = tuple(device for part in parts for device in part.devices)
    others = tuple(other for part in parts for other in part.others)
    requirements = _requirements(parts)
    return Results(
        run=_run([part.run for part in parts]),
        summary=_summary(runs, findings, [device.name for device in devices]),
        requirements=requirements,
        devices=devices,
        others=others,
        findings=findings,
        root_causes=_causes([cause for part in parts for cause in part.root_causes], requirements),
        waivers=_waivers(waiver for part in parts for waiver in part.waivers),
        baseline=_baseline([part.baseline for part in parts if part.baseline is not None]),
        notices=merged_notices((notice for part in parts for notice in part.notices), devices),
    )


def _summary(runs: Sequence[Named], findings: Collection[Finding], devices: Collection[str]) -> Summary:
    gate = Gate(runs[0][1].run.gate, runs[0][1].run.fail_on)
    doubts = [doubt for name, part in runs if (doubt := _doubt(name, part, gate))]
    summary = summarise(findings, devices, gate=gate, interrupted="; ".join(doubts) or None)
    judged = {finding.device for finding in findings}
    silent = sorted(set(devices) - judged)
    if silent and summary.verdict is Verdict.PASSED:
        return replace(
            summary,
            verdict=Verdict.NOT_ASSESSED,
            exit_code=ExitCode.NOT_ASSESSED,
            why=f"Nothing failed, but there is no finding at all of {', '.join(silent)}.",
        )
    return summary


def _doubt(name: str, part: Results, gate: Gate) -> str | None:
    """Why a run's findings are not all that it found; None where they are."""
    if part.summary.verdict is Verdict.INCOMPLETE:
        return f"{name} was cut short"
    held = summarise(part.findings, [device.name for device in part.devices], gate=gate)
    if is_worse(part.summary, held):
        return f"{name} says {part.summary.verdict}, which its findings do not show ({held.verdict})"
    return None


def _check_alike(runs: Sequence[Named]) -> None:
    for (first_name, first), (name, other) in pairwise(runs):
        for what, left, right in (
            ("catalogue", first.run.catalogue.sha256, other.run.catalogue.sha256),
            ("allowlist", first.run.allowlist.sha256, other.run.allowlist.sha256),
            ("gate", first.run.gate, other.run.gate),
            ("--fail-on", first.run.fail_on, other.run.fail_on),
        ):
            if left != right:
                raise InputError(
                    f"{name}: expected the same {what} as {first_name} ({left[:12]}), found {right[:12]}; "
                    "runs can only be merged when they judged by the same"
                )


def _check_disjoint(runs: Sequence[Named]) -> None:
    seen: dict[str, str] = {}
    for name, results in runs:
        for subject in results.subjects:
            if subject in seen:
                raise InputError(f"{name}: device {subject} is in {seen[subject]} as well; expected it once")
            seen[subject] = name


def _run(runs: Sequence[Run]) -> Run:
    partial = dict.fromkeys(run.partial for run in runs if run.partial is not None)
    return replace(
        runs[0],
        started_at=min((run.started_at for run in runs), key=_moment),
        finished_at=max((run.finished_at for run in runs), key=_moment),
        selection="; ".join(dict.fromkeys(run.selection for run in runs)),
        mode=" and ".join(dict.fromkeys(run.mode for run in runs)),
        partial=" ".join(partial) if partial else None,
        of_devices=max((run.of_devices for run in runs if run.of_devices is not None), default=None),
    )


def _moment(text: str) -> tuple[float, str]:
    try:
        return datetime.fromisoformat(text).timestamp(), text
    except ValueError:
        return 0.0, text


def _requirements(parts: Iterable[Results]) -> tuple[RequirementInfo, ...]:
    """The requirements of all runs, in the order of the ids: a run holds only those that it judged."""
    known = {requirement.id: requirement for part in parts for requirement in part.requirements}
    areas = list(dict.fromkeys(requirement.area for requirement in known.values()))
    return tuple(sorted(known.values(), key=lambda requirement: (areas.index(requirement.area), requirement.id)))


def _causes(causes: Iterable[RootCause], requirements: Iterable[RequirementInfo]) -> tuple[RootCause, ...]:
    info = {requirement.id: requirement for requirement in requirements}
    groups: dict[tuple[str, str | None, State], list[RootCause]] = {}
    for cause in causes:
        groups.setdefault((cause.requirement, cause.target, cause.state), []).append(cause)
    joined = [_joined(group, info.get(group[0].requirement)) for group in groups.values()]
    return tuple(sorted(joined, key=lambda cause: (rank(cause.state), cause.severity.rank, -len(cause.devices))))


def _joined(group: Sequence[RootCause], info: RequirementInfo | None) -> RootCause:
    """One cause of the same cause in several runs; where their words differ, the catalogue's."""
    first = group[0]
    alike = all(cause.summary == first.summary for cause in group)
    same_fix = all(cause.remediation == first.remediation for cause in group)
    return replace(
        first,
        summary=first.summary if alike or info is None else info.cause or f"not met: {info.title}",
        commands=tuple(dict.fromkeys(command for cause in group for command in cause.commands)),
        remediation=first.remediation if same_fix or info is None else info.remediation,
        devices=tuple(sorted(device for cause in group for device in cause.devices)),
        targets=tuple(sorted({target for cause in group for target in cause.targets})),
        consequences=sum(cause.consequences for cause in group),
    )


def _waivers(waivers: Iterable[WaiverUse]) -> tuple[WaiverUse, ...]:
    """Each waiver once, with what it covered in all runs."""
    groups: dict[WaiverUse, list[WaiverUse]] = {}
    for waiver in waivers:
        groups.setdefault(replace(waiver, ends_soon=False, findings=0, unused=None), []).append(waiver)
    return tuple(_used(group) for group in groups.values())


def _used(group: Sequence[WaiverUse]) -> WaiverUse:
    findings = sum(waiver.findings for waiver in group)
    reasons = dict.fromkeys(waiver.unused for waiver in group if waiver.unused is not None)
    return replace(
        group[0],
        ends_soon=any(waiver.ends_soon for waiver in group),
        findings=findings,
        unused=None if findings else " ".join(reasons) or None,
    )


def _baseline(baselines: Sequence[Baseline]) -> Baseline | None:
    if not baselines:
        return None
    changes: Counter[str] = Counter()
    for baseline in baselines:
        changes.update(baseline.changes)
    return Baseline(
        name=", ".join(dict.fromkeys(baseline.name for baseline in baselines)),
        started_at=min((baseline.started_at for baseline in baselines), key=_moment),
        changes=dict(changes),
        gone=tuple(gone for baseline in baselines for gone in baseline.gone),
        not_compared=tuple(dict.fromkeys(text for baseline in baselines for text in baseline.not_compared)),
    )


def moved_evidence(devices: Iterable[DeviceResult], prefix: str) -> tuple[DeviceResult, ...]:
    """Devices whose evidence files are named from another folder, ``prefix`` leading to the one that they lie in."""
    return tuple(
        replace(device, evidence_file=f"{prefix}/{device.evidence_file}") if device.evidence_file else device
        for device in devices
    )
