"""The results of a run: what every report is a rendering of. ``compliance.json`` is this, written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sse_compliance.catalogue.info import Command, RequirementInfo, Source
from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.record import CLOSED
from sse_compliance.findings.finding import FileLine, Finding, GateMode, State

SCHEMA = 2


class Verdict(StrEnum):
    """What the gate says."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ASSESSED = "not assessed"
    #: The run was cut short or something in it broke: whatever it found, it says nothing about the rest.
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """A device and how it came out."""

    __pydantic_config__ = CLOSED

    name: str
    platform: str
    region: str
    profile: str
    state: State
    address: str = ""
    cloud: bool = True
    amp: bool = False
    proxy: str | None = None
    tags: tuple[str, ...] = ()
    model: str | None = None
    version: str | None = None
    collected_at: str = ""
    seconds: float = 0.0
    #: With ``--wait``: seconds from the start of the run until it passed the gate. None where nobody had to wait for
    #: it, and where it did not pass.
    came_back_after: float | None = None
    #: Why the device as a whole could not be assessed.
    error: str | None = None
    #: The kind of that error, in a few words: ``unreachable``, ``login refused`` …
    error_kind: str | None = None
    #: Name of its evidence file, relative to the results file, where one was kept.
    evidence_file: str | None = None
    #: Where the inventory lists it; None where it was given on the command line, and in a replay.
    listed_at: FileLine | None = None


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """What findings are about where that is no device, and how it came out: the runner, that asks the portals."""

    __pydantic_config__ = CLOSED

    #: The name that its findings have where others name their device.
    name: str
    #: What it is, in a word: ``runner``.
    kind: str
    state: State


@dataclass(frozen=True, slots=True)
class RootCause:
    """One cause, shared by the devices that show it."""

    __pydantic_config__ = CLOSED

    requirement: str
    target: str | None
    state: State
    severity: Severity
    summary: str
    remediation: str
    devices: tuple[str, ...]
    #: How many further findings follow from it.
    consequences: int = 0
    #: The hosts concerned. Where they are several, or all that the requirement is judged on, ``target`` is None.
    targets: tuple[str, ...] = ()
    #: What to type on each of the devices.
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class ShardOf:
    """Which parts of a divided fleet a run was over (``--shard``)."""

    __pydantic_config__ = CLOSED

    parts: tuple[int, ...]
    #: How many parts there are.
    of: int
    #: How many devices all parts have together, and a digest over their names.
    devices: int
    digest: str

    @property
    def missing(self) -> str:
        """The parts that are not there: ``2/4, 3/4``."""
        return ", ".join(f"{part}/{self.of}" for part in range(1, self.of + 1) if part not in self.parts)


@dataclass(frozen=True, slots=True)
class Run:
    """When, with what, and over what the run was made."""

    __pydantic_config__ = CLOSED

    tool: str
    version: str
    #: RFC 3339 with offset.
    started_at: str
    finished_at: str
    #: The options that chose devices and requirements, for example ``--inventory fleet.yaml -k NET``.
    selection: str
    #: Where the evidence came from: ``live`` or ``replay``.
    mode: str
    catalogue: Source
    allowlist: Source
    #: Gate that the verdict was reached by.
    gate: GateMode = GateMode.STRICT
    #: The least severity that fails that gate.
    fail_on: Severity = Severity.LOW
    #: What the selection left out, in a sentence; None where every requirement was judged on every device.
    partial: str | None = None
    #: How many devices the inventory has, where the run was over some of them only; None where over all.
    of_devices: int | None = None
    #: What the user calls the run, and the change that it is made for.
    title: str | None = None
    change: str | None = None
    #: The part of a fleet that it was over; None where it was over no part of a divided one.
    shard: ShardOf | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts. ``states`` counts findings; ``devices`` counts devices by their state."""

    __pydantic_config__ = CLOSED

    verdict: Verdict
    exit_code: int
    #: One sentence: why the verdict is what it is.
    why: str
    devices: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    #: Non-compliant findings by severity.
    severities: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver of the run's waivers file and what it covered."""

    __pydantic_config__ = CLOSED

    requirement: str
    #: What it is for, as written: ``device ftd-nyc-01``, ``tag lab``, ``host mx01.sse.itd.cisco.com``.
    scope: str
    justification: str
    approver: str
    #: RFC 3339 with offset.
    expires: str
    #: Whether it ends so soon that somebody should act now.
    ends_soon: bool = False
    #: How many findings it covers; 0 where it matches nothing.
    findings: int = 0
    #: Why it matches nothing, in a sentence; None where it covers something.
    unused: str | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier run that this one is compared with."""

    __pydantic_config__ = CLOSED

    #: Name of its results file.
    name: str
    started_at: str
    #: Counts of findings by ``Change``.
    changes: dict[str, int] = field(default_factory=dict)
    #: What was judged in the baseline and is not in this run: ``DEVICE REQUIREMENT[HOST]``; ``DEVICE`` or
    #: ``REQUIREMENT`` alone where nothing of it is judged any more.
    gone: tuple[str, ...] = ()
    #: What could not be compared, and why; one sentence each.
    not_compared: tuple[str, ...] = ()


class NoticeKind(StrEnum):
    """What a notice is about."""

    MANAGER_NOT_ASSESSED = "manager not assessed"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader should know of the run beside its findings; it changes no verdict."""

    __pydantic_config__ = CLOSED

    kind: NoticeKind
    #: The manager's address or name, as the devices have it.
    about: str
    #: The whole of it, in words.
    text: str
    #: The devices that it comes from.
    devices: tuple[str, ...]
    #: Other managers of the same devices, as in a high-availability pair.
    peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a report may show."""

    __pydantic_config__ = CLOSED

    run: Run
    summary: Summary
    requirements: tuple[RequirementInfo, ...]
    devices: tuple[DeviceResult, ...]
    findings: tuple[Finding, ...]
    root_causes: tuple[RootCause, ...]
    waivers: tuple[WaiverUse, ...] = ()
    baseline: Baseline | None = None
    #: What findings are about beside the devices.
    others: tuple[SubjectResult, ...] = ()
    notices: tuple[Notice, ...] = ()
    schema: int = SCHEMA

    @property
    def subjects(self) -> tuple[str, ...]:
        """The name of everything that findings are about."""
        return (*(device.name for device in self.devices), *(other.name for other in self.others))

    @property
    def coverage(self) -> str | None:
        """``1 of 3 devices``: how much of the inventory the run was over; None where over all of it."""
        whole = self.run.of_devices
        judged = len(self.devices)
        return f"{judged:,} of {whole:,} devices" if whole is not None and judged < whole else None

    @property
    def overridden(self) -> tuple[str, ...]:
        """The values that the site expects in place of the catalogue's: ``SSE-CFG-02 port 8990 instead of 8989``."""
        return tuple(
            f"{info.id} {parameter.name} {parameter.value} instead of {parameter.default}"
            for info in self.requirements
            for parameter in info.parameters
            if parameter.default is not None
        )
