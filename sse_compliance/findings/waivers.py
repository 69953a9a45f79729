"""Waivers: what somebody has approved not to be met, for how long, and where.

A waiver covers exactly the requirements that it names. What follows from a waived finding is not covered by itself: it
may have a second cause that nobody has approved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import WaiverUse

#: A waiver that ends within this time is told, so that somebody can act before it does.
SOON = timedelta(days=14)

#: Why a waiver matches nothing where nothing that it is about was judged.
NOTHING_JUDGED = "Nothing in its scope was judged in this run."

#: The tags of each device of a run, by its name.
Tags = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Waiver:
    """One requirement that may be unmet on the devices and hosts named; at least one of the three is."""

    requirement: str
    justification: str
    approver: str
    #: With zone.
    expires: datetime
    device: str | None = None
    tag: str | None = None
    host: str | None = None
    states: frozenset[State] = frozenset({State.NON_COMPLIANT})

    @property
    def scope(self) -> str:
        """``device ftd-nyc-01``, ``tag lab, host mx01.sse.itd.cisco.com``."""
        parts = (("device", self.device), ("tag", self.tag), ("host", self.host))
        return ", ".join(f"{kind} {name}" for kind, name in parts if name is not None)

    @property
    def text(self) -> str:
        """What a report shows at a finding that it covers."""
        return f"{self.justification} (approved by {self.approver}, until {self.expires.isoformat()})"

    def concerns(self, finding: Finding, tags: Tags) -> bool:
        """Whether a finding is in its scope, whatever the finding's state."""
        return (
            finding.requirement == self.requirement
            and self.device in (None, finding.device)
            and (self.tag is None or self.tag in tags.get(finding.device, ()))
            and self.host in (None, finding.target)
        )

    def covers(self, finding: Finding, tags: Tags) -> bool:
        """Whether it covers a finding."""
        return finding.state in self.states and self.concerns(finding, tags)


def under(finding: Finding, waivers: Iterable[Waiver], tags: Tags) -> Finding:
    """A finding with the waiver in force that covers it, the first where several do; unchanged where none does."""
    for waiver in waivers:
        if waiver.covers(finding, tags):
            return replace(finding, waiver=waiver.text)
    return finding


def uses(findings: Iterable[Finding], waivers: Sequence[Waiver], tags: Tags, now: datetime) -> tuple[WaiverUse, ...]:
    """What each waiver was good for in a run.

    Args:
        findings: of the run.
        waivers: none of them expired at ``now``.
        tags: of the run's devices.
        now: when the run began; with zone.
    """
    by_requirement: dict[str, list[Waiver]] = defaultdict(list)
    for waiver in waivers:
        by_requirement[waiver.requirement].append(waiver)
    covered: Counter[Waiver] = Counter()
    missed: dict[Waiver, Counter[State]] = defaultdict(Counter)
    for finding in findings:
        for waiver in by_requirement.get(finding.requirement, ()):
            if waiver.covers(finding, tags):
                covered[waiver] += 1
            elif waiver.concerns(finding, tags):
                missed[waiver][finding.state] += 1
    return tuple(_use(waiver, covered[waiver], missed[waiver], now) for waiver in waivers)


def _use(waiver: Waiver, covered: int, missed: Counter[State], now: datetime) -> WaiverUse:
    return WaiverUse(
        requirement=waiver.requirement,
        scope=waiver.scope,
        justification=waiver.justification,
        approver=waiver.approver,
        expires=waiver.expires.isoformat(),
        ends_soon=waiver.expires - now <= SOON,
        findings=covered,
        unused=None if covered else _why_unused(missed),
    )


def _why_unused(missed: Counter[State]) -> str:
    if not missed:
        return NOTHING_JUDGED
    states = ", ".join(f"{count} {state}" for state, count in missed.items())
    return f"What it names needs no such waiver: {states}."
