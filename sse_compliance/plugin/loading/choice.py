"""Which devices a run is over: those of the inventory, or of a folder of evidence, that the options choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from sse_compliance.errors import InputError
from sse_compliance.findings.baseline import without_devices
from sse_compliance.findings.lost import without_compliant
from sse_compliance.findings.results import ShardOf
from sse_compliance.findings.results_file import read_results
from sse_compliance.findings.terms import Terms
from sse_compliance.inventory.device import Device
from sse_compliance.inventory.select import select_devices, select_region
from sse_compliance.inventory.sharding import Shard, digest_of, parse_shard


@dataclass(frozen=True, slots=True)
class Choice:
    """The devices of a run."""

    #: By name, sorted.
    devices: Mapping[str, Device]
    #: The names of those that were left out.
    left_out: Set[str]
    #: The part of a fleet that they are; None where it was not divided.
    shard: Shard | None
    divided: ShardOf | None

    @property
    def of_devices(self) -> int:
        """How many there were to choose from."""
        return len(self.devices) + len(self.left_out)

    def over(self, terms: Terms) -> Terms:
        """The terms of a run over these devices: the rest of the fleet is not gone from the baseline. What is gone for
        good is told by the shard that would hold it."""
        if terms.baseline is None:
            return terms
        (earlier, name), shard = terms.baseline, self.shard
        others = {
            device.name
            for device in earlier.devices
            if device.name in self.left_out or (shard is not None and not shard.holds(device.name))
        }
        return replace(terms, baseline=(without_devices(earlier, others), name))


def choose(devices: Iterable[Device], options: Any) -> Choice:
    """The devices that pytest's options choose.

    Raises:
        InputError: they choose none, or can't be used.
    """
    every = tuple(sorted(devices, key=lambda device: device.name))
    chosen = every
    if options.devices is not None:
        chosen = select_devices(chosen, options.devices)
    if options.region is not None:
        chosen = select_region(chosen, options.region)
    if chosen and options.failed_from is not None:
        chosen = without_compliant(chosen, read_results(options.failed_from))
        if not chosen:
            raise InputError(
                "it shows each device compliant; nothing is to do", place=f"--failed-from {options.failed_from}"
            )
    if not chosen:
        raise InputError("there is no device to judge")
    shard = None if options.shard is None else parse_shard(options.shard)
    own = chosen if shard is None else tuple(device for device in chosen if shard.holds(device.name))
    if not own:
        raise InputError(
            f"none of the {len(chosen)} devices is in this part, so there is nothing to judge; "
            "`merge` does not miss it. Fewer shards have fewer empty ones",
            place=f"--shard {shard}",
        )
    names = [device.name for device in chosen]
    divided = None if shard is None else ShardOf((shard.part,), shard.of, len(names), digest_of(names))
    by_name = {device.name: device for device in own}
    return Choice(by_name, {device.name for device in every} - by_name.keys(), shard, divided)
