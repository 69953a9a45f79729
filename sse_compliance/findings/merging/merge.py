"""Several runs over parts of a fleet made into one: shards, regions, sites."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.regions import Regions
from sse_compliance.catalogue.requirements import Catalogue
from sse_compliance.errors import InputError
from sse_compliance.files.clock import now
from sse_compliance.files.text import plural
from sse_compliance.findings.baseline import Subject, compare
from sse_compliance.findings.causes import root_causes
from sse_compliance.findings.finding import Finding, GateMode, rank
from sse_compliance.findings.gate import ExitCode, Gate
from sse_compliance.findings.lost import not_brought, places, unjudged
from sse_compliance.findings.merging.joined import (
    joined_baseline,
    joined_causes,
    joined_requirements,
    joined_run,
    joined_waivers,
)
from sse_compliance.findings.notices import merged_notices
from sse_compliance.findings.results import (
    Baseline,
    DeviceResult,
    Results,
    RootCause,
    Run,
    ShardOf,
    Summary,
    Verdict,
    WaiverUse,
)
from sse_compliance.findings.results_file import is_worse
from sse_compliance.findings.summary import device_states, summarise
from sse_compliance.findings.waivers import Waiver, under, uses
from sse_compliance.inventory.device import Device

#: So many of the devices that are lost are named beside the verdict.
_MOST_NAMED = 10

#: A run and the name of the file that it was read from.
Named = tuple[str, Results]


@dataclass(frozen=True, slots=True)
class Books:
    """What the merged runs judged by: with it, causes and lost devices are told as one run would tell them."""

    catalogue: Catalogue
    regions: Regions

    def fit(self, run: Run) -> bool:
        """Whether a run judged by them."""
        mine, theirs = (self.catalogue.source, self.regions.source), (run.catalogue, run.allowlist)
        return all(own.sha256 == other.sha256 for own, other in zip(mine, theirs, strict=True))


@dataclass(frozen=True, slots=True)
class Whole:
    """How the whole is judged, where that is settled at the merge and not by each run."""

    #: The gate, and the least severity that fails it; the runs' own, which must be one, where None.
    gate: GateMode | None = None
    fail_on: Severity | None = None
    #: The waivers, each judged once over the whole; what the runs said of theirs where None.
    waivers: tuple[Waiver, ...] | None = None
    #: The earlier run and its name; what the runs said of theirs where None.
    baseline: tuple[Results, str] | None = None
    #: The devices that must be there; those that the runs brought where None.
    expected: tuple[Device, ...] | None = None
    #: What the runs judged by; None where that is not at hand.
    books: Books | None = None
    began: datetime = field(default_factory=now)


def merge_results(runs: Sequence[Named], whole: Whole | None = None) -> Results:
    """The results of several runs as those of one, its verdict reached anew over all findings, in whichever order they
    are given.

    It is never better than what the runs said of themselves: where a run was cut short, or said worse than its findings
    show, the whole is incomplete; where a device has no finding at all, or shards are missing, it is not assessed.

    Raises:
        InputError: two runs hold the same device, or judged by another catalogue, allowlist or gate; shards are of
            different fleets; or a device is missing and the catalogue that would tell what, is not at hand.
    """
    whole = whole or Whole()
    runs = sorted(runs, key=lambda named: (sorted(named[1].subjects), named[1].run.started_at, named[0]))
    _check_alike(runs, whole)
    _check_disjoint(runs)
    parts = [results for _, results in runs]
    lost = _lost(parts, whole)
    devices = tuple(sorted((*(d for part in parts for d in part.devices), *not_brought(lost)), key=lambda d: d.name))
    findings = tuple(sorted((*_findings(parts), *_findings_of_lost(lost, whole)), key=_order))
    findings, waivers = _under_waivers(findings, devices, parts, whole)
    run = joined_run([part.run for part in parts], whole.gate, whole.fail_on)
    findings, baseline = _compared(findings, devices, parts, run, whole)
    states = device_states(findings, [*(device.name for device in devices), *(o.name for p in parts for o in p.others)])
    devices = tuple(replace(device, state=states[device.name]) for device in devices)
    requirements = joined_requirements(parts, findings, whole.books.catalogue if whole.books else None)
    return Results(
        run=run,
        summary=_summary(runs, findings, [device.name for device in devices], run, [device.name for device in lost]),
        requirements=requirements,
        devices=devices,
        others=tuple({o.name: replace(o, state=states[o.name]) for p in parts for o in p.others}.values()),
        findings=findings,
        root_causes=_root_causes(findings, devices, parts, requirements, whole),
        waivers=waivers,
        baseline=baseline,
        notices=merged_notices((notice for part in parts for notice in part.notices), devices),
    )


def _order(finding: Finding) -> tuple[str, str, str]:
    return finding.device, finding.requirement, finding.target or ""


def _findings(parts: Iterable[Results]) -> Iterable[Finding]:
    """All findings; what several runners found of one portal once, as the one that is worst off found it."""
    found: dict[tuple[str, str, str], Finding] = {}
    for part in parts:
        for finding in part.findings:
            other = found.get(_order(finding))
            if other is None or _badness(finding) > _badness(other):
                found[_order(finding)] = finding
    return found.values()


def _badness(finding: Finding) -> tuple[int, str]:
    return -rank(finding.standing), str(finding)


def _lost(parts: Sequence[Results], whole: Whole) -> tuple[Device, ...]:
    brought = {device.name for part in parts for device in part.devices}
    lost = tuple(device for device in whole.expected or () if device.name not in brought)
    if lost and whole.books is None:
        names = ", ".join(device.name for device in lost[:5])
        raise InputError(
            f"{plural(len(lost), 'device')} in none of the runs ({names}), and what would have been judged "
            "on them can't be told: the runs judged by another catalogue, allowlist or parameters than this `merge`; "
            "give it the --parameters and --regions-file that they had, or use the version that they used",
            place="--expect",
        )
    return lost


def _findings_of_lost(lost: Iterable[Device], whole: Whole) -> Iterable[Finding]:
    if whole.books is None:
        return ()
    catalogue, regions = whole.books.catalogue, whole.books.regions
    return [
        unjudged(requirement, device, host, regions, "none of the merged runs was over this device")
        for device in lost
        for requirement, host in places(catalogue, device, regions)
    ]


def _under_waivers(
    findings: tuple[Finding, ...], devices: Iterable[DeviceResult], parts: Iterable[Results], whole: Whole
) -> tuple[tuple[Finding, ...], tuple[WaiverUse, ...]]:
    if whole.waivers is None:
        return findings, joined_waivers(waiver for part in parts for waiver in part.waivers)
    tags = {device.name: device.tags for device in devices}
    found = tuple(under(replace(finding, waiver=None), whole.waivers, tags) for finding in findings)
    return found, uses(found, whole.waivers, tags, whole.began)


def _compared(
    findings: tuple[Finding, ...], devices: tuple[DeviceResult, ...], parts: Iterable[Results], run: Run, whole: Whole
) -> tuple[tuple[Finding, ...], Baseline | None]:
    if whole.baseline is None:
        return findings, joined_baseline([part.baseline for part in parts if part.baseline is not None])
    earlier, name = whole.baseline
    return compare(findings, Subject(devices, run.catalogue, run.allowlist), earlier, name)


def _root_causes(
    findings: tuple[Finding, ...],
    devices: Iterable[DeviceResult],
    parts: Iterable[Results],
    requirements: Iterable[RequirementInfo],
    whole: Whole,
) -> tuple[RootCause, ...]:
    if whole.books is None:
        return joined_causes([cause for part in parts for cause in part.root_causes], requirements)
    regions = whole.books.regions
    hosts = {(device.region, device.profile) for device in devices}
    patterns = {e.fqdn: e.pattern for region, profile in sorted(hosts) for e in regions.endpoints(region, profile)}
    apis = {device.name: regions.api(device.region) for device in devices}
    return root_causes(findings, whole.books.catalogue, patterns, apis)


def _summary(
    runs: Sequence[Named], findings: Collection[Finding], devices: Collection[str], run: Run, lost: Sequence[str]
) -> Summary:
    gate = Gate(run.gate, run.fail_on)
    doubts = [doubt for name, part in runs if (doubt := _doubt(name, part))]
    summary = summarise(findings, devices, gate=gate, interrupted="; ".join(doubts) or None)
    judged = {finding.device for finding in findings}
    silent = sorted(set(devices) - judged)
    lacking = [f"there is no finding at all of {', '.join(silent)}"] if silent else []
    if lost:
        more = f" and {len(lost) - _MOST_NAMED:,} more" if len(lost) > _MOST_NAMED else ""
        lacking.append(f"none of the merged runs was over {', '.join(lost[:_MOST_NAMED])}{more}")
    if run.shard is not None and len(devices) < run.shard.devices:
        lacking.append(
            f"only {len(devices)} of the {plural(run.shard.devices, 'device')} that the shards divide are there: "
            f"{run.shard.missing or 'a part of a shard'} is missing (--expect INVENTORY names the devices)"
        )
    if lacking and summary.verdict is Verdict.PASSED:
        why = f"Nothing failed, but {'; '.join(lacking)}."
        return replace(summary, verdict=Verdict.NOT_ASSESSED, exit_code=ExitCode.NOT_ASSESSED, why=why)
    return replace(summary, why=" ".join((summary.why, *(f"{text[0].upper()}{text[1:]}." for text in lacking))))


def _doubt(name: str, part: Results) -> str | None:
    """Why a run's findings are not all that it found; None where they are."""
    if part.summary.verdict is Verdict.INCOMPLETE:
        return f"{name} was cut short"
    held = summarise(
        part.findings, [device.name for device in part.devices], gate=Gate(part.run.gate, part.run.fail_on)
    )
    shard, open_only = part.run.shard, part.summary.verdict is Verdict.NOT_ASSESSED
    if shard is not None and len(shard.parts) > 1 and open_only:
        return None  # some of the shards, merged: whether they are all there is looked at again
    if is_worse(part.summary, held):
        return f"{name} says {part.summary.verdict}, which its findings do not show ({held.verdict})"
    return None


def _check_alike(runs: Sequence[Named], whole: Whole) -> None:
    settled = {what for what, given in (("gate", whole.gate), ("--fail-on", whole.fail_on)) if given is not None}
    for (first_name, first), (name, other) in pairwise(runs):
        _check_one_fleet(name, first_name, first.run.shard, other.run.shard)
        for what, left, right in (
            ("catalogue", first.run.catalogue.sha256, other.run.catalogue.sha256),
            ("allowlist", first.run.allowlist.sha256, other.run.allowlist.sha256),
            ("gate", first.run.gate, other.run.gate),
            ("--fail-on", first.run.fail_on, other.run.fail_on),
        ):
            if left != right and what not in settled:
                raise InputError(
                    f"expected the same {what} as {first_name} ({left[:12]}), found {right[:12]}; "
                    "runs can only be merged when they judged by the same",
                    place=name,
                )


def _check_one_fleet(name: str, first_name: str, first: ShardOf | None, other: ShardOf | None) -> None:
    if first is None or other is None:
        return
    for what, left, right in (
        ("number of shards", str(first.of), str(other.of)),
        ("devices divided", f"{first.devices} ({first.digest[:12]})", f"{other.devices} ({other.digest[:12]})"),
    ):
        if left != right:
            raise InputError(
                f"expected the same {what} as {first_name}, {left}, found {right}; shards can only be merged "
                "when they divide one fleet alike: run them with one inventory, one N and one selection",
                place=name,
            )


def _check_disjoint(runs: Sequence[Named]) -> None:
    seen: dict[str, str] = {}
    for name, results in runs:
        for device in results.devices:
            if device.name in seen:
                raise InputError(
                    f"device {device.name} is in {seen[device.name]} as well; expected it once", place=name
                )
            seen[device.name] = name


def moved_evidence(devices: Iterable[DeviceResult], prefix: str) -> tuple[DeviceResult, ...]:
    """Devices whose evidence files are named from another folder, ``prefix`` leading to the one that they lie in."""
    return tuple(
        replace(device, evidence_file=f"{prefix}/{device.evidence_file}") if device.evidence_file else device
        for device in devices
    )
