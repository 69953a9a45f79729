"""What an FMC is asked, and which part of an answer concerns a device.

Paths, versions and shapes: Cisco's OpenAPI of FMC 7.0 and of the cloud-delivered FMC, fireREST's table of versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_PLATFORM = "/api/fmc_platform/v1/"
_CONFIG = "/api/fmc_config/v1/domain/{domain}/"

#: An item of a list.
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A device as its FMC knows it."""

    uuid: str
    name: str
    #: The domain that it is in.
    domain: str
    #: Its device record; empty for the FMC itself.
    record: Item = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A list that an FMC has."""

    path: str
    #: The release that brought it, for people.
    since: str
    #: Where a person finds the same.
    screen: str
    #: The part of a list's items that is kept for a device.
    own: Callable[[list[Item], Subject], list[Item]]
    prefix: str = _CONFIG
    #: Whether every domain has its own; else the one of the login is asked, which must be the global one.
    per_domain: bool = False
    query: Mapping[str, str] = field(default_factory=lambda: {"expanded": "true"})

    def url_path(self, domain: str) -> str:
        """The path below the FMC's address."""
        return self.prefix.format(domain=domain) + self.path


#: How an FMC calls itself where a device is named.
FMC_UUIDS = frozenset({"0", "00000000-0000-0000-0000-000000000000"})

#: Where the cloud event configuration names the devices that send nothing.
EXCLUDED = "devicesExcludedFromSendingEvents"


def _all(items: list[Item], _: Subject) -> list[Item]:
    return items


def _alerts(items: list[Item], subject: Subject) -> list[Item]:
    return [item for item in items if _is_of(item.get("deviceUUID"), subject)]


def _record(_: list[Item], subject: Subject) -> list[Item]:
    return [subject.record] if subject.record else []


def _deployable(items: list[Item], subject: Subject) -> list[Item]:
    def names(item: Item) -> bool:
        device = item.get("device")
        if isinstance(device, dict) and "id" in device:
            return _is_of(device["id"], subject)
        return item.get("name") == subject.name

    return [item for item in items if names(item)]


def _cloud_events(items: list[Item], subject: Subject) -> list[Item]:
    """The configuration; of the devices that are left out only this one, however many there are."""

    def kept(item: Item) -> Item:
        excluded = item.get(EXCLUDED)
        if not isinstance(excluded, list):
            return item
        return {**item, EXCLUDED: [entry for entry in excluded if _names(entry, subject)]}

    return [kept(item) for item in items]


def _policy(items: list[Item], subject: Subject) -> list[Item]:
    policy = subject.record.get("healthPolicy")
    if not isinstance(policy, dict):
        return []
    return [item for item in items if item.get("id") == policy.get("id") is not None]


def _is_of(uuid: object, subject: Subject) -> bool:
    return uuid == subject.uuid or (subject.uuid in FMC_UUIDS and uuid in FMC_UUIDS)


def _names(entry: object, subject: Subject) -> bool:
    if isinstance(entry, dict):
        return _is_of(entry.get("id"), subject) or ("id" not in entry and entry.get("name") == subject.name)
    return entry in (subject.uuid, subject.name)


DEVICES = Endpoint("devices/devicerecords", "6.1", "Devices > Device Management", _record, per_domain=True)

#: By the path that names the probe (``fmc:PATH``).
ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.path: endpoint
    for endpoint in (
        DEVICES,
        Endpoint(
            "license/smartlicenses", "7.2", "System > Licenses > Smart Licenses", _all, prefix=_PLATFORM, query={}
        ),
        Endpoint(
            "integration/cloudeventsconfigs",
            "6.4",
            "Integration > Cisco Security Cloud, before that System > Integration > Cloud Services",
            _cloud_events,
        ),
        Endpoint(
            "integration/cloudregions",
            "6.5",
            "Integration > Cisco Security Cloud, before that System > Integration > Cloud Services",
            _all,
        ),
        Endpoint("integration/cloudintegrations", "10.0", "Integration > Cisco Security Cloud", _all, query={}),
        Endpoint("health/alerts", "6.7", "System > Health > Monitor", _alerts, per_domain=True),
        Endpoint(
            "policy/healthpolicies",
            "7.2",
            "System > Health > Policy > Threat Data Updates on Devices",
            _policy,
            per_domain=True,
        ),
        Endpoint("deployment/deployabledevices", "6.1", "Deploy > Deployment", _deployable, per_domain=True),
    )
}
