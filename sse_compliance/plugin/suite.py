"""One run of the suite: its devices, what they are judged by, and the evidence once it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sse_compliance.catalogue.regions import Endpoint, Regions
from sse_compliance.catalogue.requirements import Catalogue, Requirement
from sse_compliance.collect.source import Source
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.baseline import Subject
from sse_compliance.findings.finding import Finding
from sse_compliance.findings.results import ShardOf
from sse_compliance.findings.terms import Terms
from sse_compliance.findings.waivers import under
from sse_compliance.inventory.asking import Asked, ask_passwords
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import RUNNER, Device, Target
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.mark import Test
from sse_compliance.judge.outcome import Case


@dataclass(slots=True)
class Suite:
    """The state of a run. ``evidence`` is complete in a replay, and filled by collecting in a live run."""

    catalogue: Catalogue
    regions: Regions
    #: By name, sorted.
    devices: Mapping[str, Device]
    #: How many the inventory or the folder of evidence has, those left out by --devices or --region included.
    of_devices: int = 0
    #: How to reach them; empty in a replay.
    targets: Mapping[str, Target] = field(default_factory=dict)
    #: What is asked beside the devices themselves.
    sources: Sequence[Source] = ()
    #: What the findings are held against.
    terms: Terms = field(default_factory=Terms)
    credentials: Credentials = field(default_factory=Credentials)
    #: The inventory's file; None where there is none.
    inventory: str | None = None
    #: What is typed on the terminal before anything is asked; None where nothing is.
    asked: Asked | None = None
    evidence: dict[str, Evidence] = field(default_factory=dict)
    #: The report whose compliant devices were left out, where one was given.
    failed_from: Path | None = None
    #: The part of a fleet that the devices are, where it was divided.
    shard: ShardOf | None = None
    #: Runs a further command in a device's one session; None in a replay.
    live: Callable[[str, str], ProbeResult] | None = None
    #: The test of each requirement that was collected, selected or not.
    tests: dict[str, Test] = field(default_factory=dict)
    _facts: dict[str, DeviceFacts] = field(default_factory=dict)
    #: By region and profile, and then by name.
    _endpoints: dict[tuple[str, str], dict[str, Endpoint]] = field(default_factory=dict)

    @property
    def is_replay(self) -> bool:
        """Whether the run judges stored evidence and asks no device."""
        return not self.targets

    @property
    def subject(self) -> Subject:
        """What the run is over, for comparing it with a baseline."""
        return Subject(tuple(self.devices.values()), self.catalogue.source, self.regions.source)

    @property
    def tags(self) -> Mapping[str, tuple[str, ...]]:
        """The tags of each device."""
        return {name: device.tags for name, device in self.devices.items()}

    def under_waivers(self, finding: Finding) -> Finding:
        """A finding with the waiver that covers it, if one does. Every finding of a run comes by here, once."""
        return under(finding, self.terms.waivers, self.tags) if self.terms.waivers else finding

    def ask_passwords(self) -> None:
        """Asks for the passwords that are to be typed, before anything else is asked.

        Raises:
            InputError: there is no terminal, nothing to ask for, or nothing was typed.
        """
        if self.asked is not None:
            ask_passwords(self.asked, self.credentials)
            self.asked = None

    def take(self, evidence: Evidence) -> None:
        """Judges a device by new evidence from now on."""
        self.evidence[evidence.device.name] = evidence
        self._facts.pop(evidence.device.name, None)

    def allowlist(self, device_name: str) -> tuple[Endpoint, ...]:
        """The endpoints of a device's region and profile; none for the runner, which is no device."""
        device = self.devices.get(device_name)
        return self.regions.endpoints(device.region, device.profile) if device else ()

    def cases(self, requirement: Requirement) -> Iterable[tuple[Device, str | None]]:
        """Every device, and every host on it, that a requirement is judged on; sorted, so that test ids are stable."""
        for device in self.devices.values():
            hosts = requirement.hosts(device, self.regions)
            if requirement.per_host:
                yield from ((device, host) for host in sorted(hosts))
            else:
                yield device, None

    def facts(self, device_name: str) -> DeviceFacts:
        """The facts of a device, kept from test to test so that each is parsed once."""
        if device_name not in self._facts:
            evidence = self.evidence.get(device_name)
            if evidence is None:
                evidence = Evidence(self.devices[device_name], "", error="the device was not collected in this run")
            live = self.live
            run = None if live is None else lambda command: live(device_name, command)
            self._facts[device_name] = DeviceFacts(evidence, self.regions.api(evidence.device.region), run)
        return self._facts[device_name]

    def evidence_with_commands(self) -> Iterable[Evidence]:
        """The evidence of devices on which tests ran commands by themselves, those commands included."""
        for facts in self._facts.values():
            if facts.commands:
                yield facts.evidence

    def case(self, requirement: Requirement, device_name: str, host: str | None) -> Case:
        """A requirement on a device, and on a host where it is per host; what the runner judges has no device."""
        device = self.devices.get(device_name)
        if device is None:
            return Case(requirement, RUNNER, host, requirement.level)
        level = requirement.level_for(device, host, self.regions)
        severity = requirement.severity_for(device, host, self.regions)
        return Case(requirement, device.name, host, level, severity, requirement.applies_to.reason_against(device))

    def endpoint(self, device: Device, fqdn: str) -> Endpoint:
        """The endpoint that a device's allowlist, or the list of AMP names, gives for a host."""
        key = device.region, device.profile
        if key not in self._endpoints:
            known = (*self.regions.amp, *self.regions.endpoints(*key))
            self._endpoints[key] = {endpoint.fqdn: endpoint for endpoint in known}
        return self._endpoints[key][fqdn]

    def remedy(self, case: Case) -> str:
        """What to do about a case, with its names filled in."""
        patterns = {endpoint.fqdn: endpoint.pattern for endpoint in self.allowlist(case.device)}
        device = self.devices.get(case.device)
        api = self.regions.api(device.region) if device else "the region's API host"
        return case.requirement.remedy(case.device, case.target, patterns.get(case.target or ""), api)
