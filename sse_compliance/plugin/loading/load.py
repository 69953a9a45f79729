"""The suite that a run's options ask for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.parameters import Overrides
from sse_compliance.catalogue.regions import Regions, load_regions
from sse_compliance.catalogue.requirements import Catalogue, load_catalogue
from sse_compliance.collect.limits import limits_of
from sse_compliance.collect.source import Source
from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import masked_evidence, read_directory
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import GateMode
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.terms import Terms, load_terms
from sse_compliance.inventory.addresses import place, shown
from sse_compliance.inventory.asking import references, with_password
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import Inventory, Target
from sse_compliance.inventory.from_url import target_from_url
from sse_compliance.inventory.load import load_inventory
from sse_compliance.inventory.own_patterns import load_own_patterns
from sse_compliance.plugin.loading.choice import choose
from sse_compliance.plugin.suite import Suite


def load_suite(options: Any, *, elsewhere: bool = False) -> Suite | None:
    """The suite that pytest's options ask for; None where they name no device at all.

    Args:
        options: pytest's.
        elsewhere: whether the devices are asked on other machines, so that what asking takes is there and not here.

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
    limits_of(options)
    _check_testinfra(options)
    live_only = ("save_evidence", "resolver", "ask_password", "audit")
    useless = [name for name in live_only if options.evidence and getattr(options, name)]
    if useless:
        raise InputError(
            f"--{useless[0].replace('_', '-')} goes with a live run, not with --evidence: nothing is collected"
        )
    regions = load_regions(override=options.regions_file)
    evidence = read_directory(options.evidence) if options.evidence else {}
    catalogue = load_catalogue(overrides=options.parameters or _overrides_of(evidence))
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
        return _replay(options, evidence, catalogue, regions, terms, credentials)
    return _live(options, catalogue, regions, terms, credentials, elsewhere=elsewhere)


def _overrides_of(evidence: Mapping[str, Evidence]) -> Overrides | None:
    """The site's own values by which a replay judges where it is given none: those of the run that collected."""
    by_values: dict[str | None, Evidence] = {}
    for one in evidence.values():
        by_values.setdefault(None if one.overrides is None else one.overrides.sha256, one)
    if len(by_values) > 1:
        first, second, *_ = (one.device.name for one in by_values.values())
        raise InputError(
            f"{first} and {second} were collected by runs that expected different values; say with --parameters FILE "
            "what is expected of all",
            place="--evidence",
        )
    return next((one.overrides for one in by_values.values()), None)


def _replay(
    options: Any,
    evidence: Mapping[str, Evidence],
    catalogue: Catalogue,
    regions: Regions,
    terms: Terms,
    credentials: Credentials,
) -> Suite:
    choice = choose((item.device for item in evidence.values()), options)
    for device in choice.devices.values():
        regions.endpoints(device.region, device.profile)
    return Suite(
        catalogue,
        regions,
        choice.devices,
        choice.of_devices,
        terms=choice.over(terms),
        credentials=credentials,
        evidence={name: masked_evidence(evidence[name], credentials.mask) for name in choice.devices},
        failed_from=options.failed_from,
        shard=choice.divided,
    )


def _live(
    options: Any, catalogue: Catalogue, regions: Regions, terms: Terms, credentials: Credentials, *, elsewhere: bool
) -> Suite:
    inventory = _inventory(options, regions)
    choice = choose((target.device for target in inventory.targets), options)
    reached = map(with_password, inventory.targets) if options.ask_password else inventory.targets
    targets = {target.device.name: target for target in reached if target.device.name in choice.devices}
    managers = {target.device.name: target for target in inventory.targets if target.access.rest is not None}
    suite = Suite(
        catalogue,
        regions,
        choice.devices,
        choice.of_devices,
        targets,
        () if elsewhere else _sources(options, targets, managers, credentials),
        choice.over(terms),
        credentials,
        inventory.source if options.inventory else None,
        failed_from=options.failed_from,
        shard=choice.divided,
    )
    if options.ask_password:
        named = {device.fmc for device in choice.devices.values()}
        named |= {ref.fmc for target in targets.values() for ref in target.rulesets}
        suite.asked = references(targets.values(), (managers[name] for name in managers if name in named))
    return suite


def _sources(
    options: Any, targets: Mapping[str, Target], managers: Mapping[str, Target], credentials: Credentials
) -> list[Source]:
    from sse_compliance.collect.fmc.fmc_source import FmcSource
    from sse_compliance.collect.rule_sets import RuleSets

    fmcs = FmcSource(targets, managers, credentials)
    sources: list[Source] = [RuleSets(targets.values(), fmcs.session), fmcs]
    if options.resolver:
        from sse_compliance.collect.resolver import TrustedResolver, make_resolver

        sources.append(TrustedResolver(make_resolver(options.resolver)))
    return sources


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
        raise InputError("leave out -n; a worker has no terminal to ask on", place="--ask-password")
    if options.wait is None:
        return
    if options.evidence:
        raise InputError("a replay asks no device, so there is nothing to wait for", place="--wait")
    if has_workers:
        raise InputError("leave out -n; what takes time is the devices, not the tests", place="--wait")


def _inventory(options: Any, regions: Regions) -> Inventory:
    if options.inventory:
        return load_inventory(Path(options.inventory), regions.profiles, options.relative_to)
    targets: dict[str, Target] = {}
    places: dict[object, str] = {}
    for url in options.hosts.split(","):
        if not url.startswith("firepower://"):
            raise InputError(
                "expected firepower://user@address[:port], the one backend that checks host keys", place="--hosts"
            )
        target = target_from_url(url, regions.profiles)
        other = places.setdefault(place(target.access), target.device.name)
        if other != target.device.name:
            where = shown(target.access.address, target.access.port)
            raise InputError(
                f"{where} stands twice, as {other} and {target.device.name}; name a device once", place="--hosts"
            )
        if target.device.name in targets:
            raise InputError(
                f"{target.device.name} stands twice; give each a name of its own with ?name=NAME", place="--hosts"
            )
        targets[target.device.name] = target
    return Inventory(tuple(targets.values()), "--hosts")
