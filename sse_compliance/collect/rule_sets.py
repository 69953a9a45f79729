"""The firewalls on each device's way to the cloud: their rule sets, read from the files that the inventory names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

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

#: The one probe: all rule sets on a device's path.
PROBE = "rulesets"


class RuleSetFiles:
    """Source of the probe ``rulesets``.

    Raises:
        InputError: a file can't be read, or is no rule set. Every file is read at once, so that nothing is asked of a
            device before.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._known: dict[RuleSetRef, RuleSet] = {}
        self._targets = {target.device.name: target for target in targets if target.rulesets}
        self._paths = {name: self._path(target) for name, target in self._targets.items()}

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({PROBE})

    def _path(self, target: Target) -> tuple[RuleSet, ...]:
        for ref in target.rulesets:
            if ref not in self._known:
                self._known[ref] = read_rule_set(ref)
            refuse_own(target, ref, self._known[ref])
        return tuple(self._known[ref] for ref in target.rulesets)

    def ask(self, plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
        """What concerns each device of its rule sets."""
        return {device: {PROBE: self._answer(device)} for device in plan}

    def _answer(self, device: str) -> ProbeResult | NotObtained:
        if device not in self._paths:
            return NotObtained("the inventory names no firewall rule set for this device")
        target = self._targets[device]
        source = address_of(target.device.address)
        kept = [concerning(rule_set, source) for rule_set in self._paths[device]]
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
            f"{ref.file}: this policy is assigned to {target.device.name} itself, and management traffic does not pass"
            " the device's own rules; where it does (`Gateway : data-interfaces`), say on_device: true in the inventory"
        )


def read_rule_set(ref: RuleSetRef, path: Path | None = None) -> RuleSet:
    """The rule set of a file.

    Args:
        ref: what the inventory says of it.
        path: another file in its place.

    Raises:
        InputError: it can't be read or is none.
    """
    path = path or Path(ref.path)
    content = read_bounded(path, MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: not UTF-8 text") from None
    place = Place(ref.acl, ref.vdom, ref.from_zone, ref.to_zone, ref.source)
    return read_rules(RuleText(ref.file if path == Path(ref.path) else str(path), text, place), ref.format)
