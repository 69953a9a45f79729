"""The section of one device: its link as a picture, what is unmet, each remedy once, and the rest in brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sse_compliance.catalogue.info import Command
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import DeviceResult, Results, RootCause
from sse_compliance.findings.stations import Link, Stop
from sse_compliance.report.grouping import consequences, failing_causes, other_causes, roots
from sse_compliance.report.page.anchors import anchor, cause_anchor, evidence_link
from sse_compliance.report.page.exhibits import ShownExhibit, shown
from sse_compliance.report.page.figure import Picture, of_device
from sse_compliance.report.words import STATES, problem

#: Links to remedies at the head of a device's section.
MOST_JUMPS = 8
#: Causes that are shown in full.
CAUSES = 100


@dataclass(frozen=True, slots=True)
class FindingPart:
    """A requirement that is unmet on a device, on one host or on several, with what follows from it."""

    #: One for each host; their remedy is shared.
    findings: Sequence[Finding]
    title: str
    #: What is wrong, in a sentence.
    sentence: str
    anchor: str
    remediation: str
    commands: Sequence[Command]
    #: The cause that it is one case of, where the page shows it; None elsewhere.
    cause: str | None
    consequences: Sequence[Finding]
    #: Of the first, and of the others.
    exhibits: Sequence[ShownExhibit]
    more_exhibits: Sequence[ShownExhibit]
    in_full: bool

    @property
    def finding(self) -> Finding:
        return self.findings[0]


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
    #: Its link; None where the page leaves it out.
    picture: Picture | None
    roots: Sequence[FindingPart]
    not_assessed: Sequence[ReasonPart]
    compliant: Sequence[Finding]
    not_applicable: Sequence[ReasonPart]
    evidence_link: str | None

    @property
    def jumps(self) -> Sequence[FindingPart]:
        """What is to be mended, with a place on the page where its remedy stands."""
        bad = [part for part in self.roots if part.finding.standing is State.NON_COMPLIANT]
        return [part for part in bad if part.in_full or part.cause][:MOST_JUMPS]


class Remedies:
    """Sentences and remedies: those of the root causes name host and device, the catalogue's own serve for the rest."""

    def __init__(self, results: Results) -> None:
        self._info = {requirement.id: requirement for requirement in results.requirements}
        self._causes: dict[tuple[str, State, str, str | None], RootCause] = {
            (cause.requirement, cause.state, device, target): cause
            for cause in results.root_causes
            for device in cause.devices
            for target in cause.targets or (cause.target,)
        }
        shown = [*failing_causes(results)[:CAUSES], *other_causes(results)[:CAUSES]]
        self._anchors = {id(cause): cause_anchor(cause) for cause in shown}

    def variants(self, findings: Iterable[Finding]) -> dict[str, dict[str, list[str]]]:
        """Of each cause that the page shows, what is wrong on which of its devices, in a sentence."""
        said: dict[str, dict[str, list[str]]] = {}
        for finding in findings:
            cause = self._causes.get((finding.requirement, finding.standing, finding.device, finding.target))
            anchor_of = self._anchors.get(id(cause))
            if anchor_of is not None and finding.problem and finding.is_root:
                names = said.setdefault(anchor_of, {}).setdefault(finding.problem, [])
                if finding.device not in names:
                    names.append(finding.device)
        return said

    def part(
        self, findings: Sequence[Finding], device: str, follow: Sequence[Finding], *, in_full: bool
    ) -> FindingPart:
        """What is unmet of one requirement on one device."""
        first = findings[0]
        causes = [self._causes.get((f.requirement, f.standing, device, f.target)) for f in findings]
        info, cause = self._info.get(first.requirement), causes[0]
        same = len({finding.problem or finding.key for finding in findings}) == 1
        is_one = len({id(one) for one in causes}) == 1
        return FindingPart(
            findings=findings,
            title=info.title if info else "",
            sentence=problem(first) if same or cause is None else one_line(cause.summary),
            anchor=f"{anchor(device)}:{first.requirement}:{STATES[first.standing].name}",
            remediation=cause.remediation if cause and is_one else info.remediation if info else "",
            commands=tuple(dict.fromkeys(command for one in causes if one for command in one.commands)),
            cause=self._anchors.get(id(cause)),
            consequences=follow,
            exhibits=shown(first) if in_full else (),
            more_exhibits=[exhibit for other in findings[1:] for exhibit in shown(other)] if in_full else (),
            in_full=in_full,
        )


def device_part(
    device: DeviceResult,
    findings: Sequence[Finding],
    remedies: Remedies,
    *,
    full: int,
    is_open: bool,
    link: Link | None,
) -> DevicePart:
    follow = consequences(findings)
    own = roots(findings)
    groups: dict[tuple[str, State], list[Finding]] = {}
    for finding in own:
        if finding.standing is not State.NOT_ASSESSED:
            groups.setdefault((finding.requirement, finding.standing), []).append(finding)
    unknown = [finding for finding in own if finding.standing is State.NOT_ASSESSED]
    parts = [
        remedies.part(
            group,
            device.name,
            [other for finding in group for other in follow.get(finding.key, ())],
            in_full=place < full,
        )
        for place, group in enumerate(groups.values())
    ]
    return DevicePart(
        device=device,
        anchor=anchor(device.name),
        is_open=is_open and device.state in (State.NON_COMPLIANT, State.NOT_ASSESSED),
        picture=None if link is None else of_device(device, link, _Targets(device, parts)),
        roots=parts,
        not_assessed=_by_reason([*unknown, *(c for f in unknown for c in follow.get(f.key, ()))]),
        compliant=[finding for finding in findings if finding.standing is State.COMPLIANT],
        not_applicable=_by_reason([finding for finding in findings if finding.standing is State.NOT_APPLICABLE]),
        evidence_link=evidence_link(device),
    )


class _Targets:
    """Where the findings of a station stand in the section of a device."""

    def __init__(self, device: DeviceResult, parts: Sequence[FindingPart]) -> None:
        self._anchor = anchor(device.name)
        self._parts = {f.key: part.anchor for part in parts for f in (*part.consequences, *part.findings)}

    def __call__(self, stop: Stop) -> str:
        assert stop.finding is not None, "a station that was judged has a finding"
        return self._parts.get(stop.finding.key) or f"{self._anchor}:{STATES[stop.finding.standing].name}"


def _by_reason(findings: Sequence[Finding]) -> list[ReasonPart]:
    reasons: dict[str, list[Finding]] = {}
    for finding in findings:
        reasons.setdefault(finding.reason or "no reason given", []).append(finding)
    return [ReasonPart(reason, group) for reason, group in reasons.items()]
