"""The firewalls on each device's way to the cloud: their rule sets, read from files or from an FMC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.policies import NoSuchPolicyError, read_policy
from sse_compliance.collect.source import AnswersByDevice
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.files.reading import read_bounded
from sse_compliance.firewall.conditions import Address
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place, RuleSet
from sse_compliance.firewall.readers.text import MAX_BYTES, RuleText
from sse_compliance.firewall.stored import concerning, dump
from sse_compliance.inventory.device import RuleSetRef, Target

if TYPE_CHECKING:
    from sse_compliance.collect.fmc.client import FmcClient

#: The one probe: all rule sets on a device's path.
PROBE = "rulesets"


class RuleSets:
    """Source of the probe ``rulesets``.

    Args:
        targets: the devices of the run.
        session_with: opens the session with an FMC, by its name.

    Raises:
        InputError: a file can't be read, or is no rule set. Every file is read at once, so that nothing is asked of a
            device before.
    """

    def __init__(
        self, targets: Iterable[Target], session_with: Callable[[str], AbstractContextManager[FmcClient]] | None = None
    ) -> None:
        self._session_with = session_with
        self._known: dict[RuleSetRef, RuleSet | NotObtained] = {}
        self._targets = {target.device.name: target for target in targets if target.rulesets}
        for target in self._targets.values():
            for ref in target.rulesets:
                if ref.fmc is None:
                    self._read(target, ref)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({PROBE})

    def _read(self, target: Target, ref: RuleSetRef) -> RuleSet | NotObtained:
        if ref not in self._known:
            self._known[ref] = read_rule_set(ref) if ref.fmc is None else self._asked(ref)
        known = self._known[ref]
        if isinstance(known, RuleSet):
            refuse_own(target, ref, known)
        return known

    def _asked(self, ref: RuleSetRef) -> RuleSet | NotObtained:
        """An access policy, from its FMC."""
        assert ref.fmc is not None
        assert ref.policy is not None
        assert self._session_with is not None
        try:
            with self._session_with(ref.fmc) as client:
                text = read_policy(client, ref.policy)
        except NoSuchPolicyError as error:
            raise InputError(str(error), place=f"rule set {ref.file}") from None
        except (FmcError, InputError) as error:
            return NotObtained(f"rule set {ref.file}: {error}")
        try:
            return numbered(read_rules(RuleText(ref.file, text, _place(ref)), "fmc"))
        except InputError as error:
            return NotObtained(f"the FMC's answers are no rule set: {error}")

    def ask(self, plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
        """What concerns each device of its rule sets.

        Raises:
            InputError: an FMC has no such access policy, or it is the device's own.
        """
        # Another look (--wait) asks an FMC again: it may answer now, or have other rules.
        self._known = {ref: known for ref, known in self._known.items() if ref.fmc is None}
        return {device: {PROBE: self._answer(device)} for device in plan}

    def _answer(self, device: str) -> ProbeResult | NotObtained:
        target = self._targets.get(device)
        if target is None:
            return NotObtained("the inventory names no firewall rule set for this device")
        source = address_of(target.device.address)
        kept = []
        for ref in target.rulesets:
            known = self._read(target, ref)
            if isinstance(known, NotObtained):
                return known
            kept.append(concerning(known, source))
        command = f"rules {' '.join(target.device.rulesets)}"
        return ProbeResult(command, 0, dump(kept), read_at=datetime.now(UTC).isoformat())


def address_of(text: str) -> Address | None:
    """A device's address, where the inventory gives one and not a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def refuse_own(target: Target, ref: RuleSetRef, rule_set: RuleSet) -> None:
    """A device's own policy is not on the way of its management interface.

    Raises:
        InputError: the rule set is the device's own, and the inventory does not say that its management traffic passes
            it.
    """
    if target.device.name in rule_set.assigned and not ref.on_device:
        raise InputError(
            f"this policy is assigned to {target.device.name} itself, and management traffic does not pass the "
            "device's own rules; where it does (`Gateway : data-interfaces`), say on_device: true in the inventory",
            place=ref.file,
        )


def read_rule_set(ref: RuleSetRef, path: Path | None = None) -> RuleSet:
    """The rule set of a file.

    Args:
        ref: what the inventory says of it.
        path: another file in its place.

    Raises:
        InputError: it can't be read or is none.
    """
    if ref.fmc is not None and path is None:
        raise InputError(
            "it is on an FMC, and only a run asks that; give a dump of it in a file", place=f"rule set {ref.file}"
        )
    path = path or Path(ref.path)
    content = read_bounded(path, MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", place=f"{path}:{line}") from None
    named = ref.file if path == Path(ref.path) else str(path)
    return read_rules(RuleText(named, text, _place(ref)), "fmc" if ref.fmc else ref.format)


def _place(ref: RuleSetRef) -> Place:
    return Place(ref.acl, ref.vdom, ref.from_zone, ref.to_zone, ref.source)


def numbered(rule_set: RuleSet) -> RuleSet:
    """A rule set that nobody has as a file: its rules' numbers, which FMC's screen shows, stand for lines."""
    chains = [
        replace(chain, rules=tuple(replace(rule, line=rule.number) for rule in chain.rules))
        for chain in rule_set.chains
    ]
    return replace(rule_set, chains=tuple(chains))
