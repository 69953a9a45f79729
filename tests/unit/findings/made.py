"""Findings, runs and waivers for the tests of the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sse_compliance.catalogue.info import Source
from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import DeviceResult, Results, Run
from sse_compliance.findings.summary import device_states, summarise
from sse_compliance.findings.waivers import Waiver

CATALOGUE = load_catalogue()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def finding(
    requirement: str = "SSE-CFG-02",
    state: State = State.NON_COMPLIANT,
    target: str | None = None,
    *,
    device: str = "ftd-1",
    severity: Severity = Severity.HIGH,
    reason: str | None = None,
    cause: str | None = None,
) -> Finding:
    """A finding; *waived* is one that is unmet, with a waiver."""
    if state is State.WAIVED:
        return replace(finding(requirement, target=target, device=device, severity=severity, cause=cause), waiver="w")
    level = Level.ADVISORY if state is State.ADVISORY else Level.REQUIRED
    if reason is None and state in (State.NOT_ASSESSED, State.NOT_APPLICABLE):
        reason = "because"
    return Finding(requirement, device, state, level, severity, target, reason=reason, cause=cause)


def device(name: str = "ftd-1", region: str = "us", platform: str = "ftd", tags: tuple[str, ...] = ()) -> DeviceResult:
    return DeviceResult(name, platform, region, "classic", State.COMPLIANT, tags=tags)


def results(
    findings: Iterable[Finding],
    devices: Iterable[DeviceResult] | None = None,
    *,
    catalogue: str = "1",
    interrupted: str | None = None,
) -> Results:
    findings = tuple(findings)
    devices = tuple(devices or (device(name) for name in dict.fromkeys(f.device for f in findings)))
    wanted = {f.requirement for f in findings}
    states = device_states(findings, [entry.name for entry in devices])
    devices = tuple(replace(entry, state=states[entry.name]) for entry in devices)
    return Results(
        run=Run(
            tool="sse-compliance",
            version="0",
            started_at="2026-11-20T12:00:00+00:00",
            finished_at="2026-11-20T12:01:00+00:00",
            selection="",
            mode="live",
            catalogue=Source("catalogue", catalogue, catalogue * 64),
            allowlist=Source("allowlist", "1", "1" * 64),
        ),
        summary=summarise(findings, [entry.name for entry in devices], interrupted=interrupted),
        requirements=tuple(requirement.info() for requirement in CATALOGUE if requirement.id in wanted),
        devices=devices,
        findings=findings,
        root_causes=(),
    )


def waiver(
    requirement: str = "SSE-CFG-02",
    *,
    device: str | None = "ftd-1",
    tag: str | None = None,
    host: str | None = None,
    states: Iterable[State] = (State.NON_COMPLIANT,),
    expires: datetime = NOW + timedelta(days=90),
) -> Waiver:
    return Waiver(requirement, "moved port", "J. Doe", expires, device, tag, host, frozenset(states))
