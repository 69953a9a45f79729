"""The verb ``rules``: what a proposed rule set makes of every device's hosts, beside the old one.

No device is asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sse_compliance.catalogue.regions import Regions, load_regions
from sse_compliance.collect.resolver import TrustedResolver, make_resolver
from sse_compliance.collect.rule_sets import address_of, read_rule_set, refuse_own
from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.evidence.record import Evidence
from sse_compliance.firewall.comparison import Row, exit_status
from sse_compliance.firewall.conditions import Address
from sse_compliance.firewall.decision import Verdict, decide
from sse_compliance.firewall.model import RuleSet
from sse_compliance.firewall.remedies import suggestion
from sse_compliance.inventory.device import RuleSetRef, Target
from sse_compliance.inventory.load import load_inventory
from sse_compliance.inventory.select import select_devices
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.report.rules import FORMATS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument("new", type=Path, help="the proposed rule set, or a directory that holds several")
    parser.add_argument("--old", type=Path, help="the rule set as it is now, to compare with")
    parser.add_argument("--inventory", type=Path, required=True, help="the devices, and the rule sets on their way")
    parser.add_argument("--devices", help="only these devices: names, patterns, tags")
    parser.add_argument("--regions-file", type=Path, help="your own regions, as for pytest")
    parser.add_argument("--evidence", type=Path, help="evidence of an earlier run: what the hosts' addresses are")
    parser.add_argument("--resolver", help="a resolver to ask for addresses that no evidence tells, or 'system'")
    parser.add_argument("--format", choices=tuple(FORMATS), default="table", help="default: %(default)s")
    parser.add_argument("--output", type=Path, help="write there instead of to the terminal")


def run(arguments: argparse.Namespace) -> int:
    """Judges and tells.

    Returns:
        0 where nothing got worse, 1 where something did, 10 where something can't be told.

    Raises:
        InputError: a file can't be used, or no device has a rule set.
    """
    regions = load_regions(override=arguments.regions_file)
    rows = list(_rows(arguments, regions))
    text = FORMATS[arguments.format](rows)
    if arguments.output is None:
        sys.stdout.write(text)
        return exit_status(rows)
    try:
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=arguments.output) from None
    return exit_status(rows)


def _rows(arguments: argparse.Namespace, regions: Regions) -> Iterator[Row]:
    targets = _targets(arguments, regions)
    evidence = read_directory(arguments.evidence) if arguments.evidence else {}
    addresses = _Addresses(evidence, arguments.resolver, regions)
    new = _Version(arguments.new, targets)
    old = _Version(arguments.old, targets) if arguments.old else None
    now = datetime.now(UTC)
    for target in targets:
        judged = _Judged(target, new.path(target), old.path(target) if old else None, now)
        for endpoint in regions.endpoints(target.device.region, target.device.profile):
            known = addresses.of(target, endpoint.fqdn)
            own = judged.row(endpoint.fqdn, endpoint.pattern, known)
            yield own
            if endpoint.pattern != endpoint.fqdn:
                wider = judged.row(endpoint.pattern, endpoint.pattern, known)
                if _verdicts(wider) != _verdicts(own):
                    yield wider


@dataclass(frozen=True, slots=True)
class _Judged:
    """A device, and what is on its way by the new rules and by the old ones."""

    target: Target
    path: tuple[RuleSet, ...]
    before: tuple[RuleSet, ...] | None
    now: datetime

    def row(self, name: str, pattern: str, known: tuple[Address, ...]) -> Row:
        """The verdict on a name."""
        source = address_of(self.target.device.address)
        decision = decide(self.path, name, source, known, self.now)
        was = None if self.before is None else decide(self.before, name, source, known, self.now)
        add = ""
        if decision.verdict not in (Verdict.BY_NAME, Verdict.BY_ANY):
            add = suggestion(self.path[decision.position], source, pattern, decision.rule.number)
        return Row(self.target.device.name, name, decision, was, add)


def _verdicts(row: Row) -> tuple[Verdict, Verdict | None]:
    return row.decision.verdict, row.was.verdict if row.was else None


def _targets(arguments: argparse.Namespace, regions: Regions) -> list[Target]:
    inventory = load_inventory(arguments.inventory, regions.profiles)
    targets = list(inventory.targets)
    if arguments.devices is not None:
        chosen = {device.name for device in select_devices([t.device for t in targets], arguments.devices)}
        targets = [target for target in targets if target.device.name in chosen]
    judged = [target for target in targets if target.rulesets and target.device.proxy is None]
    if not judged:
        raise InputError(
            "no device names a rule set on its way (rulesets) that its connections to the"
            " cloud pass themselves, without a proxy",
            place=arguments.inventory,
        )
    return judged


class _Version:
    """One version of the rule sets: files that stand in for those that the inventory names."""

    def __init__(self, given: Path, targets: Iterable[Target]) -> None:
        self._known: dict[RuleSetRef, RuleSet] = {}
        files = {ref.path: ref for target in targets for ref in target.rulesets}
        self._instead: dict[str, Path] = {}
        if given.is_dir():
            for path, ref in files.items():
                found = next((p for p in (given / ref.file, given / Path(ref.file).name) if p.is_file()), None)
                if found is not None:
                    self._instead[path] = found
        elif len(files) == 1:
            self._instead[next(iter(files))] = given
        else:
            named = [path for path in files if Path(path).name == given.name]
            self._instead = dict.fromkeys(named, given)
        if not self._instead:
            known = ", ".join(sorted({ref.file for ref in files.values()}))
            raise InputError(
                f"it stands for none of the inventory's rule sets ({known}); name it like one", place=given
            )

    def path(self, target: Target) -> tuple[RuleSet, ...]:
        """The rule sets on a device's way, with those of this version in their places."""
        for ref in target.rulesets:
            if ref not in self._known:
                self._known[ref] = read_rule_set(ref, self._instead.get(ref.path))
            refuse_own(target, ref, self._known[ref])
        return tuple(self._known[ref] for ref in target.rulesets)


class _Addresses:
    """The hosts' addresses: as a device's evidence tells, else a resolver; never silently the runner's own view."""

    def __init__(self, evidence: Mapping[str, Evidence], resolver: str | None, regions: Regions) -> None:
        self._evidence = evidence
        self._resolver = TrustedResolver(make_resolver(resolver)) if resolver else None
        self._regions = regions
        self._asked: dict[str, Evidence] = {}

    def of(self, target: Target, name: str) -> tuple[Address, ...]:
        """The addresses of a host, as a device has them."""
        device = target.device
        evidence = self._evidence.get(device.name, Evidence(device, ""))
        if self._resolver is not None:
            probe = f"resolver:{name}"
            if probe not in self._asked:
                said = self._resolver.ask({device.name: [probe]})[device.name]
                self._asked[probe] = Evidence(device, "", said)
            evidence = replace(evidence, probes={**evidence.probes, **self._asked[probe].probes})
        return FirepowerHost(DeviceFacts(evidence, self._regions.api(device.region))).known_addresses(name)
