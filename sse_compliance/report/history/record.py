"""What is kept of a run for the history: little enough that hundreds of runs fit into memory.

The findings of a device are sets of their keys, written as the bits of integers; :class:`Keys` gives each key its bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import Results, Verdict, WaiverUse


@dataclass(slots=True)
class Keys:
    """The numbers of the keys of findings (``SSE-NET-01[host]``), and the keys of numbers."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)

    def bit(self, key: str) -> int:
        """The bit of a key."""
        number = self._numbers.setdefault(key, len(self._names))
        if number == len(self._names):
            self._names.append(key)
        return 1 << number

    def of(self, bits: int) -> Iterator[str]:
        """The keys in a set, in the order in which they came up."""
        while bits:
            lowest = bits & -bits
            yield self._names[lowest.bit_length() - 1]
            bits ^= lowest


@dataclass(slots=True)
class DeviceRecord:
    """How a device came out in a run; the rest are sets of keys."""

    state: State
    met: int = 0
    #: Required and unmet, no waiver in force.
    unmet: int = 0
    #: Of these, what follows from nothing else.
    roots: int = 0
    #: Waived, or does not apply: neither met nor unmet.
    excused: int = 0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run."""

    name: str
    at: datetime
    verdict: Verdict
    #: Checksums: runs that differ in them judged something else.
    catalogue: str
    allowlist: str
    catalogue_version: str
    #: Why it says nothing about the whole fleet; None where it does.
    limited: str | None
    devices: dict[str, DeviceRecord]
    waivers: tuple[WaiverUse, ...] = ()

    @property
    def judged_by(self) -> tuple[str, str]:
        """What it judged by."""
        return self.catalogue, self.allowlist


def record_of(results: Results, name: str, keys: Keys) -> RunRecord:
    """What is kept of a run.

    Args:
        results: of the run.
        name: what its file is called on the page.
        keys: those of the history.
    """
    run = results.run
    devices = {device.name: DeviceRecord(device.state) for device in results.devices}
    for finding in results.findings:
        if finding.device in devices:
            _keep(devices[finding.device], finding, keys.bit(finding.key))
    return RunRecord(
        name=name,
        at=datetime.fromisoformat(run.started_at),
        verdict=results.summary.verdict,
        catalogue=run.catalogue.sha256,
        allowlist=run.allowlist.sha256,
        catalogue_version=one_line(run.catalogue.version),
        limited=_limited(results),
        devices=devices,
        waivers=results.waivers,
    )


def _keep(device: DeviceRecord, finding: Finding, bit: int) -> None:
    match finding.standing:
        case State.COMPLIANT:
            device.met |= bit
        case State.NON_COMPLIANT:
            device.unmet |= bit
            if finding.cause is None:
                device.roots |= bit
        case State.WAIVED | State.NOT_APPLICABLE:
            device.excused |= bit


def _limited(results: Results) -> str | None:
    if results.summary.verdict is Verdict.INCOMPLETE:
        return one_line(f"cut short: {results.summary.why}")
    if results.coverage is not None:
        return f"partial: {results.coverage}"
    return one_line(f"partial: {results.run.partial}") if results.run.partial else None
