"""A run beside an earlier one: what is new, what is still so, what was fixed, and what could not be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Protocol

from sse_compliance.catalogue.info import Source
from sse_compliance.files.text import plural
from sse_compliance.findings.finding import Change, Finding, State
from sse_compliance.findings.results import Baseline, Results, Verdict

#: A finding's place: device, requirement, host.
_Place = tuple[str, str, str | None]


class Placed(Protocol):
    """A device, as far as it matters for comparing."""

    @property
    def name(self) -> str: ...

    @property
    def region(self) -> str: ...

    @property
    def platform(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What a run is over, as far as it tells what can be compared."""

    devices: Collection[Placed]
    catalogue: Source
    allowlist: Source


def subject_of(results: Results) -> Subject:
    """The subject of a run that is over."""
    return Subject(results.devices, results.run.catalogue, results.run.allowlist)


def without_devices(results: Results, names: Set[str]) -> Results:
    """The results of a run as if it had not been over some of its devices."""
    return replace(
        results,
        devices=tuple(device for device in results.devices if device.name not in names),
        findings=tuple(finding for finding in results.findings if finding.device not in names),
    )


def compare(
    findings: Iterable[Finding], subject: Subject, earlier: Results, name: str
) -> tuple[tuple[Finding, ...], Baseline]:
    """The findings of a run, each with its change, and what is told of the baseline.

    A device that is in another region, or is another platform, than in the baseline is not compared: all that is unmet
    on it counts as new. So does everything else that the baseline does not hold.

    Args:
        findings: with waivers applied.
        subject: what the run was over.
        earlier: the results of the baseline.
        name: what the baseline is called in reports.
    """
    moved = _moved(subject.devices, earlier.devices)
    before = {_place(finding): finding for finding in earlier.findings if finding.device not in moved}
    changed = tuple(replace(f, change=_change(before.get(_place(f)), f)) for f in findings)
    places = {_place(finding) for finding in changed}
    absent = [finding for place, finding in before.items() if place not in places]
    inapplicable = [finding for finding in changed if finding.change is Change.GONE]
    counts = Counter(finding.change for finding in changed if finding.change is not None)
    counts[Change.GONE] += len(absent)
    sentences = (
        *_about_the_run(earlier),
        *_sources(subject, earlier),
        *moved.values(),
        *_unknown_devices(subject.devices, earlier.devices),
        *_unknown_places([f for f in changed if f.device not in moved and _place(f) not in before], earlier),
    )
    baseline = Baseline(
        name=name,
        started_at=earlier.run.started_at,
        changes={change: counts[change] for change in Change},
        gone=tuple(_gone(absent, inapplicable, changed)),
        not_compared=sentences,
    )
    return changed, baseline


def _place(finding: Finding) -> _Place:
    return finding.device, finding.requirement, finding.target


def _change(before: Finding | None, now: Finding) -> Change | None:
    """How a finding compares; None where there is nothing to compare it with and nothing wrong with it."""
    was = None if before is None else _kind(before)
    match _kind(now):
        case "met":
            if was is None:
                return None
            return Change.FIXED if was in ("unmet", "not assessed") else Change.SAME
        case "not applicable":
            if was is None:
                return None
            return Change.SAME if was == "not applicable" else Change.GONE
        case kind:
            accepted_then = before is not None and before.waiver is not None
            if accepted_then and now.standing is State.NON_COMPLIANT:
                return Change.NEW  # a waiver covered it then, none does now: it was accepted for a time only
            return Change.STILL if kind == was else Change.NEW


def _kind(finding: Finding) -> str:
    """What the device showed, whatever level and waiver make of it."""
    match finding.state:
        case State.COMPLIANT:
            return "met"
        case State.NOT_APPLICABLE:
            return "not applicable"
        case State.NOT_ASSESSED:
            return "not assessed"
        case _:
            return "unmet"


# ---------------------------------------------------------------------------------------------- what can't be compared


def _about_the_run(earlier: Results) -> Iterator[str]:
    if earlier.summary.verdict is Verdict.INCOMPLETE:
        yield f"The baseline is of a run that was cut short: {earlier.summary.why}"


def _sources(subject: Subject, earlier: Results) -> Iterator[str]:
    for now, then in ((subject.catalogue, earlier.run.catalogue), (subject.allowlist, earlier.run.allowlist)):
        if now.sha256 != then.sha256:
            versions = f"{then.version}, this run's is {now.version}"
            if then.version == now.version:
                versions = f"{then.version} as this run's is, but the files differ"
            yield f"The baseline's {now.name} is {versions}; findings are compared by requirement and host."


def _moved(now: Iterable[Placed], then: Iterable[Placed]) -> Mapping[str, str]:
    """The devices that can't be compared, each with the sentence that tells why."""
    before = {device.name: device for device in then}
    sentences = {}
    for device in now:
        was = before.get(device.name, device)
        differences = [
            f"{what} was {old} and is {new}"
            for what, old, new in (("region", was.region, device.region), ("platform", was.platform, device.platform))
            if old != new
        ]
        if differences:
            sentences[device.name] = (
                f"{device.name}: {', '.join(differences)}; it is not compared, what is unmet on it counts as new."
            )
    return sentences


def _unknown_devices(now: Iterable[Placed], then: Iterable[Placed]) -> Iterator[str]:
    before = {device.name for device in then}
    for device in now:
        if device.name not in before:
            yield f"{device.name}: not in the baseline; what is unmet on it counts as new."


def _unknown_places(findings: Iterable[Finding], earlier: Results) -> Iterator[str]:
    """Requirements and hosts that the baseline did not judge on devices that it has."""
    known_devices = set(earlier.subjects)
    known_requirements = {finding.requirement for finding in earlier.findings}
    devices_of: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.device in known_devices:
            by_host = finding.target is not None and finding.requirement in known_requirements
            what = finding.target if by_host and finding.target else finding.requirement
            devices_of[what].add(finding.device)
    for what, devices in devices_of.items():
        where = plural(len(devices), "device")
        yield f"{what}: not judged in the baseline on {where} of this run; what is unmet of it counts as new."


# ---------------------------------------------------------------------------------------------- what is gone


def _gone(absent: Iterable[Finding], inapplicable: Iterable[Finding], now: Iterable[Finding]) -> Iterator[str]:
    now = tuple(now)
    devices = {finding.device for finding in now}
    requirements = {finding.requirement for finding in now}
    names: dict[str, None] = {}
    for finding in absent:
        if finding.device not in devices:
            names[finding.device] = None
        elif finding.requirement not in requirements:
            names[finding.requirement] = None
        else:
            names[f"{finding.device} {finding.key}"] = None
    for finding in inapplicable:
        names[f"{finding.device} {finding.key}"] = None
    yield from names
