"""Which devices a worker of which site is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Device, Target
from sse_compliance.inventory.sharding import Shard

#: So many shards are made for each worker, so that one that is lost costs little.
SHARDS_PER_WORKER = 3

#: A site; None for devices that any worker may reach.
Site = str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A shard of a site's devices."""

    site: Site
    shard: Shard
    devices: tuple[Device, ...]

    @property
    def name(self) -> str:
        """What it is called where it is told of."""
        return f"shard {self.shard}" if self.site is None else f"shard {self.shard} of site {self.site}"


def by_site(targets: Iterable[Target]) -> dict[Site, tuple[Device, ...]]:
    """The devices of each site.

    Raises:
        InputError: a device has the name of a tag, so that it can't be chosen alone.
    """
    found: dict[Site, list[Device]] = defaultdict(list)
    for target in targets:
        found[target.access.site].append(target.device)
    devices = [device for own in found.values() for device in own]
    tags = {tag for device in devices for tag in device.tags}
    if both := sorted(tags & {device.name for device in devices}):
        raise InputError(f"fleet: {both[0]!r} is a device and a tag; give one of them another name")
    return {site: tuple(own) for site, own in found.items()}


def workers_of(site: Site, workers: Mapping[str, Any]) -> list[str]:
    """The addresses of the workers that may be given a site's devices.

    Args:
        site: the site.
        workers: what the scheduler tells of each, by its address.
    """
    return [address for address, told in workers.items() if site is None or told.get("resources", {}).get(site, 0) >= 1]


def divide(site: Site, devices: Iterable[Device], shards: int) -> Iterator[Part]:
    """The parts of a site; one in which no device is, is left out. The devices of an FMC are in one: it has one session
    per user, and a second login would end the first."""
    every = tuple(devices)
    for number in range(1, shards + 1):
        shard = Shard(number, shards)
        if own := tuple(device for device in every if shard.holds(device.fmc or device.name)):
            yield Part(site, shard, own)
