"""What the HTML page shows, worked out before the template lays it out, within bounds that a browser opens at once.

Findings that pass are listed with what was observed as long as there are few of them; on a large fleet only by their
ids. Evidence is shown for root findings, up to a number of them. The page says what it leaves out and where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.link import Station
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.findings.stations import Link, Plan, fleet
from sse_compliance.report.grouping import (
    by_device,
    by_requirement,
    failing_causes,
    roots,
    rows,
    worst_first,
)
from sse_compliance.report.page.anchors import cause_anchor
from sse_compliance.report.page.device import CAUSES, DevicePart, Remedies, device_part
from sse_compliance.report.page.figure import Picture, of_fleet
from sse_compliance.report.page.matrix import Matrix, matrix
from sse_compliance.report.words import STATES

#: Up to so many findings, every one of them is a row of its own.
FEW_FINDINGS = 4_000
#: So many root findings are shown in full, with evidence; the rest as one line each.
FULL_FINDINGS = 300
#: Devices whose rows and sections are laid out when the page is opened; the rest is folded, since a browser takes
#: seconds for a table of a thousand rows.
DEVICES_IN_SIGHT = 100
#: Devices whose link is drawn, the worst ones; the rest is told in the matrix.
PICTURES = 100
#: Devices that have a section and a cell for each area, whatever their state; above that those that are compliant have
#: one row and one cell.
SECTIONS = 500
#: Device sections that stand open when the page is opened.
OPEN_DEVICES = 20


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
    #: The links of all devices as one picture; None for a run over one device.
    fleet: Picture | None
    requirements: Sequence[RequirementPart]
    unassessed: Sequence[UnassessedPart]
    #: Whether passing findings are listed by their ids only.
    brief: bool
    #: How many root findings are shown without their evidence.
    without_evidence: int
    #: How many devices have no picture.
    without_picture: int
    #: How many compliant devices are a row of the matrix only.
    without_section: int
    #: By the fragment of each cause: what is wrong, in a sentence, and on which of its devices.
    variants: Mapping[str, Mapping[str, Sequence[str]]]
    pictures: int = PICTURES


def page(results: Results) -> Page:
    """What the page of a run shows."""
    brief = len(results.findings) > FEW_FINDINGS
    remedies, plan = Remedies(results), Plan(results.requirements)
    found = by_device(results)
    links = {device.name: plan.link(found[device.name]) for device in results.devices}
    devices, left = [], FULL_FINDINGS
    for place, device in enumerate(worst_first(rows(results))):
        link = links.get(device.name) if place < PICTURES else None
        if place >= SECTIONS and device.state in (State.COMPLIANT, State.NOT_APPLICABLE):
            continue
        part = device_part(device, found[device.name], remedies, full=left, is_open=place < OPEN_DEVICES, link=link)
        left -= sum(root.in_full for root in part.roots)
        devices.append(part)
    by_id = by_requirement(results)
    return Page(
        matrix=matrix(results, whole=SECTIONS),
        in_sight=DEVICES_IN_SIGHT,
        devices=devices,
        fleet=_fleet(results, plan, links.values()) if len(links) > 1 else None,
        requirements=[RequirementPart(entry, _states(by_id[entry.id])) for entry in results.requirements],
        unassessed=_unassessed(rows(results), found),
        brief=brief,
        without_evidence=sum(not root.in_full for part in devices for root in part.roots),
        variants=remedies.variants(results.findings),
        without_picture=max(0, len(results.devices) - PICTURES),
        without_section=len(rows(results)) - len(devices),
    )


def _fleet(results: Results, plan: Plan, links: Iterable[Link]) -> Picture:
    target: dict[Station, str] = {}
    for cause in failing_causes(results)[:CAUSES]:
        target.setdefault(plan.station(cause.requirement), cause_anchor(cause))
    return of_fleet(fleet(links), results.summary.devices, target)


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
