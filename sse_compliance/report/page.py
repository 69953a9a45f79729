"""What the HTML page shows, worked out before the template lays it out, within bounds that a browser opens at once.

Findings that pass are listed with what was observed as long as there are few of them; on a large fleet only by their
ids. Evidence is shown for root findings, up to a number of them. The page says what it leaves out and where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.report.exhibits import ShownExhibit, shown
from sse_compliance.report.grouping import by_device, by_requirement, consequences, roots, rows, worst_first
from sse_compliance.report.matrix import Matrix, matrix
from sse_compliance.report.words import STATES

#: Up to so many findings, every one of them is a row of its own.
FEW_FINDINGS = 4_000
#: So many root findings are shown in full, with evidence; the rest as one line each.
FULL_FINDINGS = 300
#: Devices whose rows and sections are laid out when the page is opened; the rest is folded, since a browser takes
#: seconds for a table of a thousand rows.
DEVICES_IN_SIGHT = 100
#: Device sections that stand open when the page is opened.
OPEN_DEVICES = 20


@dataclass(frozen=True, slots=True)
class FindingPart:
    """A root finding of a device with what follows from it."""

    finding: Finding
    title: str
    remediation: str
    consequences: Sequence[Finding]
    exhibits: tuple[ShownExhibit, ...]
    in_full: bool


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """Findings of a device that were not assessed for one and the same reason."""

    reason: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class DevicePart:
    """The section of one device."""

    device: DeviceResult
    anchor: str
    is_open: bool
    roots: Sequence[FindingPart]
    not_assessed: Sequence[ReasonPart]
    compliant: Sequence[Finding]
    not_applicable: Sequence[ReasonPart]
    evidence_link: str | None


@dataclass(frozen=True, slots=True)
class StatePart:
    """The devices of one requirement that have one state."""

    state: State
    count: int
    #: Device names, with the hosts where the requirement is per host and some are not compliant.
    devices: Sequence[str]


@dataclass(frozen=True, slots=True)
class RequirementPart:
    """The section of one requirement."""

    info: RequirementInfo
    states: Sequence[StatePart]


@dataclass(frozen=True, slots=True)
class UnassessedPart:
    """Devices that could not be assessed for one and the same reason."""

    reason: str
    devices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template needs beside the results themselves."""

    matrix: Matrix
    in_sight: int
    devices: Sequence[DevicePart]
    requirements: Sequence[RequirementPart]
    unassessed: Sequence[UnassessedPart]
    #: Whether passing findings are listed by their ids only.
    brief: bool
    #: How many root findings are shown without their evidence.
    without_evidence: int


def anchor(device: str) -> str:
    """The fragment of a device's section."""
    return f"device-{quote(device, safe='')}"


def evidence_link(device: DeviceResult) -> str | None:
    """A link to the device's evidence file, relative to the page; None where there is none or it is absolute."""
    name = device.evidence_file
    if not name or name.startswith("/") or "\\" in name:
        return None
    return f"./{quote(name)}"


def page(results: Results) -> Page:
    """What the page of a run shows."""
    brief = len(results.findings) > FEW_FINDINGS
    catalogue = _Catalogue(results)
    found = by_device(results)
    devices, left = [], FULL_FINDINGS
    for place, device in enumerate(worst_first(rows(results))):
        part = _device(device, found[device.name], catalogue, full=left, is_open=place < OPEN_DEVICES)
        left -= sum(root.in_full for root in part.roots)
        devices.append(part)
    by_id = by_requirement(results)
    return Page(
        matrix=matrix(results),
        in_sight=DEVICES_IN_SIGHT,
        devices=devices,
        requirements=[RequirementPart(entry, _states(by_id[entry.id])) for entry in results.requirements],
        unassessed=_unassessed(rows(results), found),
        brief=brief,
        without_evidence=sum(not root.in_full for part in devices for root in part.roots),
    )


class _Catalogue:
    """Titles and remedies: those of the root causes name host and device, the catalogue's own serve for the rest."""

    def __init__(self, results: Results) -> None:
        self._info = {requirement.id: requirement for requirement in results.requirements}
        self._causes = {
            (cause.requirement, target, cause.state): cause
            for cause in results.root_causes
            for target in cause.targets or (cause.target,)
        }

    def title(self, finding: Finding) -> str:
        info = self._info.get(finding.requirement)
        return info.title if info else ""

    def remediation(self, finding: Finding) -> str:
        cause = self._causes.get((finding.requirement, finding.target, finding.standing))
        info = self._info.get(finding.requirement)
        return cause.remediation if cause else info.remediation if info else ""


def _device(
    device: DeviceResult, findings: Sequence[Finding], catalogue: _Catalogue, *, full: int, is_open: bool
) -> DevicePart:
    follow = consequences(findings)
    own = roots(findings)
    unmet = [finding for finding in own if finding.standing is not State.NOT_ASSESSED]
    return DevicePart(
        device=device,
        anchor=anchor(device.name),
        is_open=is_open and device.state in (State.NON_COMPLIANT, State.NOT_ASSESSED),
        roots=[
            FindingPart(
                finding,
                catalogue.title(finding),
                catalogue.remediation(finding),
                follow.get(finding.key, ()),
                shown(finding) if place < full else (),
                in_full=place < full,
            )
            for place, finding in enumerate(unmet)
        ],
        not_assessed=_by_reason(
            [f for f in own if f.standing is State.NOT_ASSESSED]
            + [c for f in own if f.standing is State.NOT_ASSESSED for c in follow.get(f.key, ())]
        ),
        compliant=[finding for finding in findings if finding.standing is State.COMPLIANT],
        not_applicable=_by_reason([finding for finding in findings if finding.standing is State.NOT_APPLICABLE]),
        evidence_link=evidence_link(device),
    )


def _unassessed(devices: Sequence[DeviceResult], found: Mapping[str, Sequence[Finding]]) -> list[UnassessedPart]:
    reasons: dict[str, list[str]] = {}
    for device in devices:
        if device.error is not None or device.state is State.NOT_ASSESSED:
            reasons.setdefault(device.error or _first_reason(found[device.name]), []).append(device.name)
    parts = [UnassessedPart(reason, names) for reason, names in reasons.items()]
    return sorted(parts, key=lambda part: -len(part.devices))


def _first_reason(findings: Sequence[Finding]) -> str:
    unassessed = [finding for finding in roots(findings) if finding.standing is State.NOT_ASSESSED]
    return f"{unassessed[0].key}: {unassessed[0].reason}" if unassessed else "no reason given"


def _by_reason(findings: Sequence[Finding]) -> list[ReasonPart]:
    reasons: dict[str, list[Finding]] = {}
    for finding in findings:
        reasons.setdefault(finding.reason or "no reason given", []).append(finding)
    return [ReasonPart(reason, group) for reason, group in reasons.items()]


def _states(findings: Sequence[Finding]) -> list[StatePart]:
    parts = []
    for state in STATES:
        same = [finding for finding in findings if finding.standing is state]
        if same:
            parts.append(StatePart(state, len(same), [_with_hosts(*group) for group in _devices(same, state)]))
    return parts


def _devices(findings: Sequence[Finding], state: State) -> list[tuple[str, list[str]]]:
    """Each device once, with the hosts that it concerns where that is worth telling."""
    open_state = state not in (State.COMPLIANT, State.NOT_APPLICABLE)
    return [
        (device, [finding.target for finding in group if finding.target is not None and open_state])
        for device, group in groupby(findings, key=lambda finding: finding.device)
    ]


def _with_hosts(device: str, hosts: list[str]) -> str:
    return f"{device} ({', '.join(hosts)})" if hosts else device
