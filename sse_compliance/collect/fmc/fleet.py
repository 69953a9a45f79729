"""The devices of an FMC: which record of the FMC's is which device of the inventory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sse_compliance.collect.fmc.endpoints import DEVICES, Item, Subject
from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.inventory.device import Target

if TYPE_CHECKING:
    from sse_compliance.collect.fmc.client import FmcClient

#: More domains than this are not looked through for devices.
MOST_DOMAINS = 50


@dataclass(frozen=True, slots=True)
class Record:
    """A device record and the domain that it was found in."""

    domain: str
    item: Item


def read_records(client: FmcClient, wanted: Iterable[Target] | None) -> tuple[Record, ...]:
    """The device records of the user's domains, each device once.

    Args:
        client: the FMC.
        wanted: the devices that are looked for: no further domain is read when all are found. All domains where None.

    Raises:
        FmcError: a list could not be had.
    """
    found: dict[str, Record] = {}
    targets = None if wanted is None else tuple(wanted)
    for domain in client.domains[:MOST_DOMAINS]:
        for item in client.items(DEVICES.url_path(domain.uuid), DEVICES.query):
            uuid = item.get("id")
            if isinstance(uuid, str) and uuid not in found:
                found[uuid] = Record(_domain_of(item) or domain.uuid, item)
        if targets is not None and all(matches(target, found.values()) for target in targets):
            break
    return tuple(found.values())


def _domain_of(item: Item) -> str | None:
    """The leaf domain that a record says it is in: a parent domain lists the devices of its children too."""
    metadata = item.get("metadata")
    domain = metadata.get("domain") if isinstance(metadata, dict) else None
    uuid = domain.get("id") if isinstance(domain, dict) else None
    return uuid if isinstance(uuid, str) and len(uuid) == 36 else None


def matches(target: Target, records: Iterable[Record]) -> list[Record]:
    """The records of a device: by its name, else by its address."""
    name = target.access.fmc_name or target.device.name
    known = list(records)
    by_name = [record for record in known if record.item.get("name") == name]
    return by_name or [record for record in known if record.item.get("hostName") == target.device.address]


def subjects(targets: Sequence[Target], records: Sequence[Record]) -> Mapping[str, Subject | FmcError]:
    """How the FMC knows each device, or why that can't be told."""
    found: dict[str, Subject | FmcError] = {}
    for target in targets:
        device = target.device
        own = matches(target, records)
        if len(own) == 1:
            item = own[0].item
            found[device.name] = Subject(str(item["id"]), str(item.get("name", "")), own[0].domain, item)
            continue
        asked = target.access.fmc_name or device.name
        what = f"has {len(own)} devices" if own else "has no device"
        found[device.name] = FmcError(
            f"FMC {device.fmc} {what} that is called {asked!r} or has the address {device.address}; "
            "give the name that it has there as `fmc_name`"
        )
    return found
