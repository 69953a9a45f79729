"""What an emulated FMC is like, and the devices that it manages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

#: An item of a list.
Item = dict[str, Any]

#: The UUID of the domain *Global*, the same on every FMC.
GLOBAL = "e276abec-e0f2-11e3-8169-6d9ed49b625f"

#: A name space of the lab's own, so that a device has the same UUID in every lab.
_SPACE = uuid5(NAMESPACE_DNS, "lab.example.com")


def uuid_of(kind: str, name: str) -> str:
    """The UUID of a thing of the lab's."""
    return str(uuid5(_SPACE, f"{kind}/{name}"))


class Release(StrEnum):
    """A generation of FMC; each brought paths and changed shapes."""

    FMC_67 = "6.7"
    FMC_72 = "7.2"
    FMC_100 = "10.0"

    @property
    def number(self) -> tuple[int, ...]:
        """For comparing."""
        return tuple(int(part) for part in self.value.split("."))

    @property
    def server_version(self) -> str:
        """As ``info/serverversion`` writes it."""
        return {"6.7": "6.7.0 (build 65)", "7.2": "7.2.4 (build 169)", "10.0": "10.0.0 (build 141)"}[self.value]


class Fault(StrEnum):
    """What goes wrong with the API itself."""

    #: Every third request is answered 429 once, with ``Retry-After``.
    STORM = "storm"
    #: The token expires after a few requests, once.
    EXPIRES = "expires"
    #: Somebody else logs in with the same user after every other request.
    OTHER_LOGIN = "other login"
    #: Answers come after some time.
    SLOW = "slow"


class ContainerKind(StrEnum):
    """What a device may be a part of."""

    PAIR = "DeviceHAPair"
    CLUSTER = "DeviceCluster"


@dataclass(frozen=True, slots=True)
class Container:
    """The high-availability pair or cluster that a device is a member of."""

    kind: ContainerKind
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert of a health module."""

    module: str
    status: str
    description: str
    #: How long ago it was raised.
    age_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Managed:
    """A device as its FMC knows it."""

    name: str
    host: str
    model: str = "Cisco Firepower 1120 Threat Defense"
    version: str = "7.4.2"
    kind: str = "ftd"
    groups: tuple[str, ...] = ()
    container: Container | None = None
    #: Whether the device record names the pair or cluster; else it says only that there is one.
    container_named: bool = True
    alerts: tuple[Alert, ...] = ()
    #: Whether it is left out of sending events to the cloud.
    excluded: bool = False
    #: Whether its health policy has *Threat Data Updates on Devices*.
    health_module: bool = True
    #: Whether there are changes that are not deployed to it.
    pending: bool = False
    #: What commands of its CLI print.
    show_network: str = ""
    show_version: str = ""

    @property
    def uuid(self) -> str:
        return uuid_of("device", self.name)


@dataclass(frozen=True, slots=True)
class FmcState:
    """An FMC. Every field's default is the healthy state of the newest release."""

    release: Release = Release.FMC_100
    registration: str = "REGISTERED"
    authorisation: str = "AUTHORIZED"
    send_intrusion: bool = True
    send_others: bool = True
    region_name: str = "us-region"
    region_domain: str = "api-sse.cisco.com"
    integration_enabled: bool = True
    integration_connected: bool = True
    onboarding: str = "ONLINE"
    alerts: tuple[Alert, ...] = ()
    faults: tuple[Fault, ...] = ()
    #: Paths whose answers are cut in the middle.
    truncated: tuple[str, ...] = ()
    #: Further domains below *Global*, by name, each with its devices.
    domains: tuple[tuple[str, tuple[Managed, ...]], ...] = ()
    devices: tuple[Managed, ...] = ()
    #: Further lists, and items by themselves, of the domain *Global*, by path: policies and their objects.
    more: Mapping[str, list[Item] | Item] = field(default_factory=dict)
