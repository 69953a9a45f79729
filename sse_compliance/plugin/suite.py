"""One run of the suite: its devices, what they are judged by, and the evidence once it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.regions import Endpoint, Regions, load_regions
from sse_compliance.catalogue.requirements import Catalogue, Requirement, load_catalogue
from sse_compliance.collect.fmc.fmc_source import FmcSource
from sse_compliance.collect.resolver import TrustedResolver, make_resolver
from sse_compliance.collect.rule_sets import RuleSets
from sse_compliance.collect.source import Source
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import masked_evidence, read_directory
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.baseline import Subject, without_devices
from sse_compliance.findings.finding import Finding, GateMode
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.results import ShardOf
from sse_compliance.findings.terms import Terms, load_terms
from sse_compliance.findings.waivers import under
from sse_compliance.inventory.addresses import place, shown
from sse_compliance.inventory.asking import Asked, ask_passwords, references, with_password
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import RUNNER, Device, Inventory, Target
from sse_compliance.inventory.load import load_inventory, target_from_url
from sse_compliance.inventory.own_patterns import load_own_patterns
from sse_compliance.inventory.select import select_devices, select_region
from sse_compliance.inventory.sharding import digest_of, parse_shard
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
    #: The part of a fleet that the devices are, where it was divided.
    shard: ShardOf | None = None
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
    #: Runs a further command in a device's one session; None in a replay.
    live: Callable[[str, str], ProbeResult] | None = None
    #: The test of each requirement that was collected, selected or not.
    tests: dict[str, Test] = field(default_factory=dict)
    _facts: dict[str, DeviceFacts] = field(default_factory=dict)

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
        known = (*self.regions.endpoints(device.region, device.profile), *self.regions.amp)
        return next(endpoint for endpoint in known if endpoint.fqdn == fqdn)

    def remedy(self, case: Case) -> str:
        """What to do about a case, with its names filled in."""
        patterns = {endpoint.fqdn: endpoint.pattern for endpoint in self.allowlist(case.device)}
        device = self.devices.get(case.device)
        api = self.regions.api(device.region) if device else "the region's API host"
        return case.requirement.remedy(case.device, case.target, patterns.get(case.target or ""), api)


def load_suite(options: Any) -> Suite | None:
    """The suite that pytest's options ask for; None where they name no device at all.

    Raises:
        InputError: an option or a file it names can't be used.
    """
    given = [name for name in ("inventory", "hosts", "evidence") if getattr(options, name, None)]
    if not given:
        return None
    if len(given) > 1:
        raise InputError(
            f"give one of --inventory, --hosts and --evidence, not {' and '.join('--' + g for g in given)}"
        )
    if options.concurrency < 1:
        raise InputError(f"--concurrency {options.concurrency}: expected 1 or more")
    _check_testinfra(options)
    live_only = ("save_evidence", "resolver", "ask_password", "audit")
    useless = [name for name in live_only if options.evidence and getattr(options, name)]
    if useless:
        raise InputError(
            f"--{useless[0].replace('_', '-')} goes with a live run, not with --evidence: nothing is collected"
        )
    regions = load_regions(override=options.regions_file)
    catalogue = load_catalogue(overrides=options.parameters)
    _check_workers(options)
    terms = load_terms(
        catalogue,
        Gate(GateMode(options.gate), Severity(options.fail_on)),
        waivers=options.waivers,
        baseline=options.baseline,
        save_baseline=options.save_baseline,
    )
    credentials = Credentials(load_own_patterns(options.redact) if options.redact else None)
    if options.evidence:
        evidence = read_directory(options.evidence)
        devices, shard = _chosen((item.device for item in evidence.values()), options)
        for device in devices.values():
            regions.endpoints(device.region, device.profile)
        chosen = {name: masked_evidence(evidence[name], credentials.mask) for name in devices}
        terms, count = _over(terms, evidence.keys() - devices.keys(), options), len(evidence)
        return Suite(catalogue, regions, devices, count, shard, terms=terms, credentials=credentials, evidence=chosen)
    inventory = _inventory(options, regions)
    devices, shard = _chosen((target.device for target in inventory.targets), options)
    terms = _over(terms, {target.device.name for target in inventory.targets} - devices.keys(), options)
    reached = map(with_password, inventory.targets) if options.ask_password else inventory.targets
    targets = {target.device.name: target for target in reached if target.device.name in devices}
    managers = {target.device.name: target for target in inventory.targets if target.access.rest is not None}
    fmcs = FmcSource(targets, managers, credentials)
    sources: list[Source] = [RuleSets(targets.values(), fmcs.session), fmcs]
    if options.resolver:
        sources.append(TrustedResolver(make_resolver(options.resolver)))
    suite = Suite(catalogue, regions, devices, len(inventory.targets), shard, targets, sources, terms, credentials)
    suite.inventory = inventory.source if options.inventory else None
    if options.ask_password:
        named = {device.fmc for device in devices.values()}
        named |= {ref.fmc for target in targets.values() for ref in target.rulesets}
        suite.asked = references(targets.values(), (managers[name] for name in managers if name in named))
    return suite


#: testinfra's own options. Its backends are not used, so these would be without effect.
_TESTINFRA = (
    "connection", "ssh_config", "ssh_extra_args", "ssh_identity_file", "sudo", "sudo_user", "ansible_inventory",
    "force_ansible", "nagios",
)  # fmt: skip


def _check_testinfra(options: Any) -> None:
    for name in _TESTINFRA:
        if getattr(options, name, None):
            raise InputError(
                f"--{name.replace('_', '-')} is testinfra's own and has no effect here: each device is reached in one "
                "session, as root; the inventory says how (user, password, sudo_password, key, jump, known_hosts)"
            )


def _check_workers(options: Any) -> None:
    has_workers = getattr(options, "tx", None) or getattr(options, "numprocesses", None)
    if options.ask_password and has_workers:
        raise InputError("--ask-password: leave out -n; a worker has no terminal to ask on")
    if options.wait is None:
        return
    if options.evidence:
        raise InputError("--wait: a replay asks no device, so there is nothing to wait for")
    if has_workers:
        raise InputError("--wait: leave out -n; what takes time is the devices, not the tests")


def _inventory(options: Any, regions: Regions) -> Inventory:
    if options.inventory:
        return load_inventory(Path(options.inventory), regions.profiles)
    targets: dict[str, Target] = {}
    places: dict[object, str] = {}
    for url in options.hosts.split(","):
        if not url.startswith("firepower://"):
            raise InputError("--hosts: expected firepower://user@address[:port], the one backend that checks host keys")
        target = target_from_url(url, regions.profiles)
        other = places.setdefault(place(target.access), target.device.name)
        if other != target.device.name:
            where = shown(target.access.address, target.access.port)
            raise InputError(f"--hosts: {where} stands twice, as {other} and {target.device.name}; name a device once")
        if target.device.name in targets:
            raise InputError(f"--hosts: {target.device.name} stands twice; give each a name of its own with ?name=NAME")
        targets[target.device.name] = target
    return Inventory(tuple(targets.values()), "--hosts")


def _over(terms: Terms, left_out: Set[str], options: Any) -> Terms:
    """The terms of a run that is over a part of the fleet: the rest of it is not gone from the baseline. What is gone
    for good is told by the shard that would hold it."""
    if terms.baseline is None:
        return terms
    earlier, name = terms.baseline
    shard = parse_shard(options.shard) if options.shard is not None else None
    others = {
        device.name
        for device in earlier.devices
        if device.name in left_out or (shard is not None and not shard.holds(device.name))
    }
    return replace(terms, baseline=(without_devices(earlier, others), name))


def _chosen(devices: Iterable[Device], options: Any) -> tuple[dict[str, Device], ShardOf | None]:
    """The devices that the options choose, by name, and the part of a fleet that they are."""
    chosen = tuple(sorted(devices, key=lambda device: device.name))
    if options.devices is not None:
        chosen = select_devices(chosen, options.devices)
    if options.region is not None:
        chosen = select_region(chosen, options.region)
    if not chosen:
        raise InputError("there is no device to judge")
    if options.shard is None:
        return {device.name: device for device in chosen}, None
    shard = parse_shard(options.shard)
    own = {device.name: device for device in chosen if shard.holds(device.name)}
    if not own:
        raise InputError(
            f"--shard {shard}: none of the {len(chosen)} devices is in this part, so there is nothing to judge; "
            "`merge` does not miss it. Fewer shards have fewer empty ones"
        )
    names = [device.name for device in chosen]
    return own, ShardOf((shard.part,), shard.of, len(names), digest_of(names))
