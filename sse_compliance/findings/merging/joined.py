"""What several runs say of themselves put together: when they were, their causes, waivers and baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.requirements import Catalogue
from sse_compliance.findings.finding import Finding, GateMode, State, rank
from sse_compliance.findings.results import Baseline, Results, RootCause, Run, ShardOf, WaiverUse
from sse_compliance.findings.waivers import NOTHING_JUDGED


def joined_run(runs: Sequence[Run], gate: GateMode | None, fail_on: Severity | None) -> Run:
    partial = dict.fromkeys(run.partial for run in runs if run.partial is not None)
    return replace(
        runs[0],
        started_at=min((run.started_at for run in runs), key=_moment),
        finished_at=max((run.finished_at for run in runs), key=_moment),
        selection="; ".join(dict.fromkeys(run.selection for run in runs)),
        mode=" and ".join(sorted({run.mode for run in runs})),
        title=_both(run.title for run in runs),
        change=_both(run.change for run in runs),
        gate=gate or runs[0].gate,
        fail_on=fail_on or runs[0].fail_on,
        partial=" ".join(partial) if partial else None,
        of_devices=max((run.of_devices for run in runs if run.of_devices is not None), default=None),
        shard=_shard([run.shard for run in runs if run.shard is not None]),
    )


def _both(texts: Iterable[str | None]) -> str | None:
    return "; ".join(sorted({text for text in texts if text is not None})) or None


def _shard(shards: Sequence[ShardOf]) -> ShardOf | None:
    if not shards:
        return None
    return replace(shards[0], parts=tuple(sorted({part for shard in shards for part in shard.parts})))


def _moment(text: str) -> tuple[float, str]:
    try:
        return datetime.fromisoformat(text).timestamp(), text
    except ValueError:
        return 0.0, text


def joined_requirements(
    parts: Iterable[Results], findings: Iterable[Finding], catalogue: Catalogue | None
) -> tuple[RequirementInfo, ...]:
    """The requirements of all runs, in the catalogue's order: a run holds only those that it judged."""
    known = {requirement.id: requirement for part in parts for requirement in part.requirements}
    if catalogue is not None:
        judged = {finding.requirement for finding in findings}
        return tuple(known.get(r.id) or r.info() for r in catalogue if r.id in judged)
    areas = list(dict.fromkeys(requirement.area for requirement in known.values()))
    return tuple(sorted(known.values(), key=lambda requirement: (areas.index(requirement.area), requirement.id)))


def joined_causes(causes: Iterable[RootCause], requirements: Iterable[RequirementInfo]) -> tuple[RootCause, ...]:
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


def joined_waivers(waivers: Iterable[WaiverUse]) -> tuple[WaiverUse, ...]:
    """Each waiver once, with what it covered in all runs."""
    groups: dict[WaiverUse, list[WaiverUse]] = {}
    for waiver in waivers:
        groups.setdefault(replace(waiver, ends_soon=False, findings=0, unused=None), []).append(waiver)
    return tuple(_used(group) for group in groups.values())


def _used(group: Sequence[WaiverUse]) -> WaiverUse:
    findings = sum(waiver.findings for waiver in group)
    reasons = dict.fromkeys(waiver.unused for waiver in group if waiver.unused is not None)
    if len(reasons) > 1:
        reasons.pop(NOTHING_JUDGED, None)
    return replace(
        group[0],
        ends_soon=any(waiver.ends_soon for waiver in group),
        findings=findings,
        unused=None if findings else " ".join(reasons) or None,
    )


def joined_baseline(baselines: Sequence[Baseline]) -> Baseline | None:
    if not baselines:
        return None
    changes: Counter[str] = Counter()
    for baseline in baselines:
        changes.update(baseline.changes)
    return Baseline(
        name=", ".join(dict.fromkeys(baseline.name for baseline in baselines)),
        started_at=min((baseline.started_at for baseline in baselines), key=_moment),
        changes=dict(changes),
        gone=tuple(dict.fromkeys(gone for baseline in baselines for gone in baseline.gone)),
        not_compared=tuple(dict.fromkeys(text for baseline in baselines for text in baseline.not_compared)),
    )
