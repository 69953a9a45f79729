"""Which finding follows from which: root causes from the catalogue's ``depends_on``, per device and per host."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.regions import Endpoint, Role
from sse_compliance.catalogue.requirements import Catalogue, Dependency, Requirement
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import UNMET, Finding, State
from sse_compliance.findings.results import RootCause

#: The hosts of a device's allowlist.
Allowlist = Callable[[str], tuple[Endpoint, ...]]

#: The API host where none is known, or more than one.
_SOME_API = "the region's API host"

#: States that may be a consequence; what is met or does not apply has no cause.
_CAUSED = UNMET | {State.NOT_ASSESSED}


def with_causes(findings: Iterable[Finding], catalogue: Catalogue, allowlist: Allowlist) -> tuple[Finding, ...]:
    """The same findings, each that follows from another one naming it in ``cause``, and what is wrong in ``problem``.

    Args:
        findings: all findings of a run, in any order.
        catalogue: whose ``depends_on`` says what can follow from what.
        allowlist: the endpoints of a device, by its name; they tell which host has which role.
    """
    by_device: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_device[finding.device].append(finding)
    return tuple(
        replace(finding, cause=cause, problem=_problem(finding, catalogue, endpoints))
        for own, endpoints in ((own, allowlist(device)) for device, own in by_device.items())
        for finding, cause in _caused(own, catalogue, endpoints)
    )


def _problem(finding: Finding, catalogue: Catalogue, endpoints: tuple[Endpoint, ...]) -> str | None:
    if finding.state not in UNMET:
        return None
    api = next((endpoint.fqdn for endpoint in endpoints if endpoint.role is Role.API), _SOME_API)
    cause = catalogue[finding.requirement].cause_of(finding.observed, finding.expected, finding.target, api)
    return one_line(cause)


def _caused(
    findings: list[Finding], catalogue: Catalogue, endpoints: tuple[Endpoint, ...]
) -> Iterator[tuple[Finding, str | None]]:
    by_requirement: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_requirement[finding.requirement].append(finding)
    hosts_of: dict[Role, set[str]] = defaultdict(set)
    for endpoint in endpoints:
        hosts_of[endpoint.role].add(endpoint.fqdn)
    known: dict[str, str | None] = {}

    def needed(finding: Finding, dependency: Dependency) -> Iterator[Finding]:
        for other in by_requirement[dependency.requirement]:
            if dependency.role is not None:
                if other.target in hosts_of[dependency.role]:
                    yield other
            elif finding.target is None or other.target in (None, finding.target):
                yield other

    def cause(finding: Finding) -> str | None:
        """The root that a finding follows from, looking through what could not be judged or does not apply."""
        if finding.key in known:
            return known[finding.key]
        result = None
        for dependency in catalogue[finding.requirement].dependencies:
            for other in needed(finding, dependency):
                if other.state is not State.COMPLIANT and result is None:
                    result = cause(other) or (other.key if _can_cause(other, finding) else None)
        known[finding.key] = result
        return result

    for finding in findings:
        yield finding, cause(finding) if finding.state in _CAUSED else None


def _can_cause(other: Finding, finding: Finding) -> bool:
    """Whether one finding, of a requirement that the other's depends on, may be its root. Advice explains what is
    required only where the test saw that it does: a clock that is 400 s off expires no certificate of last month."""
    if other.state is State.ADVISORY and finding.state is State.NON_COMPLIANT:
        return finding.because == other.requirement
    return other.state in UNMET


def root_causes(
    findings: Iterable[Finding], catalogue: Catalogue, patterns: Mapping[str, str], apis: Mapping[str, str]
) -> tuple[RootCause, ...]:
    """The root findings, those that many devices or several hosts share told once; worst and most widespread first.

    Args:
        findings: with their causes.
        catalogue: for what to do about each.
        patterns: what a firewall rule must allow for a host, by host.
        apis: the API host of a device's region, by device.
    """
    known = tuple(findings)
    everywhere = _on_every_host(known)
    groups: dict[tuple[str, tuple[str | None, ...] | None, State], list[Finding]] = defaultdict(list)
    hosts_of = _hosts_of_roots(known)
    followers: dict[tuple[str, str], int] = defaultdict(int)
    for finding in known:
        if finding.is_root:
            shared = (finding.device, finding.requirement, finding.level) in everywhere
            own = hosts_of[finding.device, finding.requirement, finding.standing]
            groups[finding.requirement, None if shared else own, finding.standing].append(finding)
        elif finding.cause is not None:
            followers[finding.device, finding.cause] += 1
    causes = []
    for (requirement_id, shown, state), group in groups.items():
        devices = tuple(sorted({finding.device for finding in group}))
        hosts = tuple(sorted({finding.target for finding in group if finding.target is not None}))
        requirement = catalogue[requirement_id]
        alone = devices[0] if len(devices) == 1 else "each device"
        allowed = ", ".join(patterns.get(host, host) for host in hosts)
        region_apis = {apis[device] for device in devices if device in apis}
        api = region_apis.pop() if len(region_apis) == 1 else _SOME_API
        causes.append(
            RootCause(
                requirement=requirement_id,
                target=shown[0] if shown is not None and len(shown) == 1 else None,
                state=state,
                severity=min((finding.severity for finding in group), key=lambda severity: severity.rank),
                summary=_summary(group, hosts, requirement, api),
                remediation=requirement.remedy(alone, hosts[0] if hosts else None, allowed or None, api),
                devices=devices,
                consequences=sum(followers[finding.device, finding.key] for finding in group),
                targets=hosts,
                commands=requirement.commands.filled(hosts, api),
            )
        )
    return tuple(sorted(causes, key=_weight))


def _hosts_of_roots(findings: Iterable[Finding]) -> Mapping[tuple[str, str, State], tuple[str | None, ...]]:
    """The hosts on which a requirement is a root finding of a device: they share its remedy."""
    hosts: dict[tuple[str, str, State], list[str | None]] = defaultdict(list)
    for finding in findings:
        if finding.is_root:
            hosts[finding.device, finding.requirement, finding.standing].append(finding.target)
    return {key: tuple(sorted(own, key=lambda host: host or "")) for key, own in hosts.items()}


def _on_every_host(findings: Iterable[Finding]) -> set[tuple[str, str, Level]]:
    """Where all hosts that a requirement was judged on are root findings: one thing is wrong, not one per host."""
    judged: dict[tuple[str, str, Level], list[bool]] = defaultdict(list)
    for finding in findings:
        if finding.target is not None and finding.state is not State.NOT_APPLICABLE:
            judged[finding.device, finding.requirement, finding.level].append(finding.is_root)
    return {key for key, roots in judged.items() if len(roots) > 1 and all(roots)}


def _summary(group: list[Finding], hosts: tuple[str, ...], requirement: Requirement, api: str) -> str:
    """The sentence that all findings of a cause share; where they differ, the one that is true of each."""
    host = f"each of the {len(hosts)} hosts" if len(hosts) > 1 else hosts[0] if hosts else None
    said = {requirement.cause_of(finding.observed, finding.expected, host, api) for finding in group}
    return one_line(said.pop() if len(said) == 1 else requirement.cause_in_general(host, api))


def _weight(cause: RootCause) -> tuple[bool, int, int, str, str]:
    advisory = cause.state is not State.NON_COMPLIANT
    return advisory, cause.severity.rank, -len(cause.devices), cause.requirement, cause.target or ""
